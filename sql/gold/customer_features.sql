/*
row: >-
  A customer, who has bought at least once by the day dt, as known at the end of that day: nothing after it is used, also
  not the part after midnight of a session that goes on.
inputs:
  gold.customer_day: [..0]
  gold.session_totals: [0]
days: [month-end, last]
columns:
  user_id: varchar - The customer.
  purchase_frequency: bigint - Number of distinct transactions.
  total_spend: decimal(38,2) - Sum of their prices.
  avg_transaction_value: decimal(18,2) - total_spend / purchase_frequency, rounded half up to cents.
  last_purchase_date: date - Day of the latest transaction.
  recency_days: bigint - Days from last_purchase_date to dt.
  transaction_frequency_last_30_days: bigint - Distinct transactions on dt and the 29 days before.
  average_session_duration: >-
    double - Mean milliseconds of the sessions that began by dt, each counted up to the end of dt, rounded to 2 decimals;
    null without a session.
audits:
  unique: [user_id]
  not_null:
    [user_id, purchase_frequency, total_spend, avg_transaction_value, last_purchase_date, recency_days, transaction_frequency_last_30_days]
  consistent: >-
    select dt, user_id from customer_features
    where purchase_frequency < 1 or recency_days < 0 or transaction_frequency_last_30_days > purchase_frequency
    or (transaction_frequency_last_30_days > 0) <> (recency_days < 30) or average_session_duration < 0
*/
-- The first target day that knows each day of history: history is added up between target days, not once for each.
with history as (

    select
        c.dt,
        min(t.dt) as known_on
    from (select distinct dt from customer_day) as c
    inner join targets as t
        on c.dt <= t.dt
    group by c.dt

),

purchases as (

    select
        c.user_id,
        h.known_on,
        sum(c.transactions) as transactions,
        sum(c.spend) as spend,
        max(c.dt) as last_purchase
    from customer_day as c
    inner join history as h
        on c.dt = h.dt
    group by
        c.user_id,
        h.known_on

),

customers as (

    select
        p.user_id,
        cast(sum(p.transactions) as bigint) as transactions,
        cast(sum(p.spend) as decimal(38,2)) as spend,
        cast(max(p.last_purchase) as date) as last_purchase,
        t.dt
    from purchases as p
    inner join targets as t
        on p.known_on <= t.dt
    group by
        p.user_id,
        t.dt

),

recent_days as (

    select
        t.dt as as_of,
        cast(date_add('day', -a.age, cast(t.dt as date)) as varchar) as dt
    from targets as t
    cross join unnest(sequence(0, 29)) as a (age)

),

recent as (

    select
        c.user_id,
        cast(sum(c.transactions) as bigint) as transactions,
        r.as_of as dt
    from customer_day as c
    inner join recent_days as r
        on c.dt = r.dt
    group by
        c.user_id,
        r.as_of

)

select
    c.user_id,
    c.transactions as purchase_frequency,
    c.spend as total_spend,
    cast(
        ((2 * cast(c.spend * 100 as bigint) + c.transactions) / (2 * c.transactions)) * 0.01
        as decimal(18,2)
    ) as avg_transaction_value,
    c.last_purchase as last_purchase_date,
    date_diff('day', c.last_purchase, cast(c.dt as date)) as recency_days,
    coalesce(r.transactions, 0) as transaction_frequency_last_30_days,
    round(cast(s.duration as double) / nullif(s.sessions, 0), 2) as average_session_duration,
    c.dt
from customers as c
left join recent as r
    on
        c.user_id = r.user_id
        and c.dt = r.dt
left join session_totals as s
    on
        c.user_id = s.user_id
        and c.dt = s.dt
