/*
row: >-
  What a user did on one day within 7 days (168 hours) of a day's exposure to an experiment; a row only if something was done
  or paid back.
inputs:
  gold.experiment_exposures: [-7..0]
  silver.clickstream: [0]
  silver.transactions: [-7..0]
  silver.refunds: [0]
columns:
  experiment: varchar - The experiment.
  user_id: varchar - Who was exposed.
  exposed_on: date - Day of the exposure; each day on which the user was exposed has outcomes of its own.
  add_to_carts: >-
    bigint - How often they put a product into the cart on the day dt, from the first exposure of exposed_on until 7 days after it,
    its last moment excluded.
  purchases: bigint - Distinct transactions, likewise, but those whose outcome is reversed.
  revenue: >-
    decimal(38,2) - Sum of the prices of purchases - refunded_amount; less than 0 on a day on which more was paid back than
    paid. Ours: who bought and was refunded did convert, but their money counts for nothing.
  refunded_amount: >-
    decimal(38,2) - Sum of what was paid back on the day dt, until 7 days after the exposure, for purchases that count for it,
    be they of this day or of one before. What is paid back later is not of the experiment, as what is bought later is not.
audits:
  unique: [experiment, user_id, exposed_on]
  not_null: [experiment, user_id, exposed_on, add_to_carts, purchases, revenue, refunded_amount]
  consistent: >-
    select dt, experiment, user_id from experiment_outcomes
    where (add_to_carts + purchases < 1 and refunded_amount = 0) or refunded_amount < 0
    or date_diff('day', exposed_on, cast(dt as date)) not between 0 and 7
    or revenue + refunded_amount < 0 or (purchases = 0 and revenue + refunded_amount <> 0)
*/
with exposed as (

    select
        experiment,
        user_id,
        dt as exposed_on,
        min(first_exposed_at) as exposed_at
    from experiment_exposures
    group by
        experiment,
        user_id,
        dt

),

bought as (

    select
        user_id,
        transaction_id,
        price,
        timestamp,
        dt
    from transactions
    where outcome = 'kept'

),

-- `since` is what must not be before the exposure: of money that is paid back, the purchase.
done as (

    select
        user_id,
        timestamp as since,
        timestamp,
        dt,
        1 as add_to_carts,
        cast(null as varchar) as transaction_id,
        cast(0 as decimal(18,2)) as price,
        cast(0 as decimal(18,2)) as refunded
    from clickstream
    where
        dt in (select dt from targets)
        and event_type = 'add_to_cart'

    union all

    select
        user_id,
        timestamp as since,
        timestamp,
        dt,
        0 as add_to_carts,
        transaction_id,
        price,
        0 as refunded
    from bought
    where dt in (select dt from targets)

    union all

    select
        r.user_id,
        b.timestamp as since,
        r.timestamp,
        r.dt,
        0 as add_to_carts,
        cast(null as varchar) as transaction_id,
        0 as price,
        r.amount as refunded
    from refunds as r
    inner join bought as b
        on
            r.user_id = b.user_id
            and r.transaction_id = b.transaction_id
            and r.timestamp >= b.timestamp
    where r.dt in (select dt from targets)

)

select
    e.experiment,
    e.user_id,
    cast(e.exposed_on as date) as exposed_on,
    cast(sum(d.add_to_carts) as bigint) as add_to_carts,
    count(distinct d.transaction_id) as purchases,
    cast(sum(d.price) - sum(d.refunded) as decimal(38,2)) as revenue,
    cast(sum(d.refunded) as decimal(38,2)) as refunded_amount,
    d.dt
from done as d
inner join exposed as e
    on
        d.user_id = e.user_id
        and d.since >= e.exposed_at
        and d.timestamp < e.exposed_at + interval '7' day
group by
    e.experiment,
    e.user_id,
    e.exposed_on,
    d.dt
