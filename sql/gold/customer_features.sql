/*
row: >-
  A customer, who has bought at least once by the day dt, as known at the end of that day: nothing after it is used, also
  not the part after midnight of a session that goes on.
inputs:
  gold.customer_day: [..0]
  gold.sessions: [..0]
  gold.session_fragments: [0]
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
        h.dt,
        min(t.dt) as known_on
    from (select dt from customer_day union select dt from sessions) as h
    inner join targets as t
        on h.dt <= t.dt
    group by h.dt

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

visits as (

    select
        s.user_id,
        h.known_on,
        count(*) as visits,
        sum(s.duration) as duration
    from sessions as s
    inner join history as h
        on s.dt = h.dt
    where s.user_id in (select user_id from customer_day)
    group by
        s.user_id,
        h.known_on

),

changes as (

    select
        user_id,
        known_on,
        transactions,
        spend,
        last_purchase,
        0 as visits,
        0 as duration
    from purchases

    union all

    select
        user_id,
        known_on,
        0 as transactions,
        0 as spend,
        null as last_purchase,
        visits,
        duration
    from visits

),

changes_by_day as (

    select
        user_id,
        known_on,
        sum(transactions) as transactions,
        sum(spend) as spend,
        max(last_purchase) as last_purchase,
        sum(visits) as visits,
        sum(duration) as duration
    from changes
    group by
        user_id,
        known_on

),

-- Totals hold from the target day that first knows them until the next that knows more.
totals as (

    select
        user_id,
        known_on,
        lead(known_on) over (partition by user_id order by known_on) as known_until,
        sum(transactions) over (
            partition by user_id
            order by known_on
            rows between unbounded preceding and current row
        ) as transactions,
        sum(spend) over (
            partition by user_id
            order by known_on
            rows between unbounded preceding and current row
        ) as spend,
        max(last_purchase) over (
            partition by user_id
            order by known_on
            rows between unbounded preceding and current row
        ) as last_purchase,
        sum(visits) over (
            partition by user_id
            order by known_on
            rows between unbounded preceding and current row
        ) as visits,
        sum(duration) over (
            partition by user_id
            order by known_on
            rows between unbounded preceding and current row
        ) as duration
    from changes_by_day

),

customers as (

    select
        t.user_id,
        cast(t.transactions as bigint) as transactions,
        cast(t.spend as decimal(38,2)) as spend,
        cast(t.last_purchase as date) as last_purchase,
        cast(t.visits as bigint) as visits,
        cast(t.duration as bigint) as duration,
        d.dt
    from totals as t
    inner join targets as d
        on
            t.known_on <= d.dt
            and d.dt < coalesce(t.known_until, '9999-99-99')
    where t.transactions > 0

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

),

day_ends as (

    select
        user_id,
        max(fragment_end) as last_event,
        dt
    from session_fragments
    where dt in (select dt from targets)
    group by
        user_id,
        dt

),

crossing_midnight as (

    select
        user_id,
        session_end,
        dt
    from sessions
    where cast(session_end as date) > cast(dt as date)

),

-- A session that goes on after the target day began on it or the day before, and the user's last event of the day is in it.
later_parts as (

    select
        s.user_id,
        sum(date_diff('millisecond', e.last_event, s.session_end)) as duration,
        e.dt
    from crossing_midnight as s
    inner join day_ends as e
        on
            s.user_id = e.user_id
            and s.dt between cast(date_add('day', -1, cast(e.dt as date)) as varchar) and e.dt
            and s.session_end > e.last_event
    group by
        s.user_id,
        e.dt

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
    round(
        cast(c.duration - coalesce(cast(l.duration as bigint), 0) as double) / nullif(c.visits, 0),
        2
    ) as average_session_duration,
    c.dt
from customers as c
left join recent as r
    on
        c.user_id = r.user_id
        and c.dt = r.dt
left join later_parts as l
    on
        c.user_id = l.user_id
        and c.dt = l.dt
