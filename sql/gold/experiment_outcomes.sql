/*
row: >-
  What a user did on one day within 7 days (168 hours) of a day's exposure to an experiment; a row only if something was done.
inputs:
  gold.experiment_exposures: [-7..0]
  silver.clickstream: [0]
  silver.transactions: [0]
columns:
  experiment: varchar - The experiment.
  user_id: varchar - Who was exposed.
  exposed_on: date - Day of the exposure; each day on which the user was exposed has outcomes of its own.
  add_to_carts: >-
    bigint - How often they put a product into the cart on the day dt, from the first exposure of exposed_on until 7 days after it,
    its last moment excluded.
  checkouts: bigint - How often they went to the checkout, likewise.
  purchases: bigint - Distinct transactions, likewise; those refunded, cancelled or failed are left out.
  revenue: decimal(38,2) - Sum of the prices of purchases.
audits:
  unique: [experiment, user_id, exposed_on]
  not_null: [experiment, user_id, exposed_on, add_to_carts, checkouts, purchases, revenue]
  consistent: >-
    select dt, experiment, user_id from experiment_outcomes
    where add_to_carts + checkouts + purchases < 1 or date_diff('day', exposed_on, cast(dt as date)) not between 0 and 7
    or revenue < 0 or (purchases = 0 and revenue <> 0)
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

done as (

    select
        user_id,
        timestamp,
        dt,
        case when event_type = 'add_to_cart' then 1 else 0 end as add_to_carts,
        case when event_type = 'checkout' then 1 else 0 end as checkouts,
        cast(null as varchar) as transaction_id,
        cast(0 as decimal(18,2)) as revenue
    from clickstream
    where
        dt in (select dt from targets)
        and event_type in ('add_to_cart', 'checkout')

    union all

    select
        user_id,
        timestamp,
        dt,
        0 as add_to_carts,
        0 as checkouts,
        transaction_id,
        price as revenue
    from transactions
    where
        dt in (select dt from targets)
        and lower(coalesce(transaction_status, 'completed')) not in ('refunded', 'cancelled', 'failed')

)

select
    e.experiment,
    e.user_id,
    cast(e.exposed_on as date) as exposed_on,
    cast(sum(d.add_to_carts) as bigint) as add_to_carts,
    cast(sum(d.checkouts) as bigint) as checkouts,
    count(distinct d.transaction_id) as purchases,
    cast(sum(d.revenue) as decimal(38,2)) as revenue,
    d.dt
from done as d
inner join exposed as e
    on
        d.user_id = e.user_id
        and d.timestamp >= e.exposed_at
        and d.timestamp < e.exposed_at + interval '7' day
group by
    e.experiment,
    e.user_id,
    e.exposed_on,
    d.dt
