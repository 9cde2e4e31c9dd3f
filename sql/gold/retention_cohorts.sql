/*
row: >-
  The users of a country who joined in one month, and how many of them were active again some days or months later, as
  known on the day dt.
inputs:
  gold.user_day: [..0]
  silver.users_asof: [0]
days: [month-end, last]
columns:
  join_month: date - First day of the month in which they joined.
  country: varchar - ISO 3166-1 code of where they are as of dt; who moves, moves with all their history.
  unit: varchar - Whether n is days or months, day or month.
  n: >-
    bigint - How much later, 1, 7, 14 or 30 days after each user's own day of joining, or 0 to 12 calendar months (UTC) after the
    month of joining.
  cohort_users: bigint - Users of the cohort.
  active_users: >-
    bigint - Of those, the ones active on just that day, or on any day of that month, by the end of dt; what they did before
    they joined does not count.
  is_complete: >-
    boolean - Whether the period was observed in full, for every user of the cohort: it was over by the end of dt (else it is
    censored on the right) and did not begin before the first day of gold.user_day (else on the left). A period that lies
    wholly outside has no row.
  retention: >-
    double - active_users / cohort_users, rounded to 6 decimals; null unless is_complete. Classic retention ("day n", not
    "by day n"). Ours: no estimate for periods that are censored, as a share that may still grow would read as churn.
audits:
  unique: [join_month, country, unit, n]
  not_null: [join_month, country, unit, n, cohort_users, active_users, is_complete]
  consistent: >-
    select dt, country, unit, n from retention_cohorts
    where cohort_users < 1 or active_users not between 0 and cohort_users or (retention is null) = is_complete
*/
with users as (

    select
        dt,
        user_id,
        country,
        join_date,
        date_trunc('month', join_date) as join_month
    from users_asof
    where
        dt in (select dt from targets)
        and join_date <= cast(dt as date)

),

cohorts as (

    select
        dt,
        country,
        join_month,
        count(*) as cohort_users
    from users
    group by
        dt,
        country,
        join_month

),

observed as (

    select cast(min(dt) as date) as since
    from user_day

),

periods as (

    select
        'day' as unit,
        n
    from (values (1), (7), (14), (30)) as t (n)

    union all

    select
        'month' as unit,
        n
    from unnest(sequence(0, 12)) as t (n)

),

-- From the first user's period to the last one's: days begin with who joined on the first of the month.
bounded as (

    select
        c.*,
        p.unit,
        p.n,
        case
            when p.unit = 'day' then date_add('day', p.n, c.join_month)
            else date_add('month', p.n, c.join_month)
        end as period_start,
        case
            when p.unit = 'day' then date_add('day', p.n - 1, date_add('month', 1, c.join_month))
            else date_add('day', -1, date_add('month', p.n + 1, c.join_month))
        end as period_end
    from cohorts as c
    cross join periods as p

),

cells as (

    select
        b.*,
        b.period_start >= o.since and b.period_end <= cast(b.dt as date) as is_complete
    from bounded as b
    inner join observed as o
        on
            b.period_start <= cast(b.dt as date)
            and b.period_end >= o.since
            -- Other target days may see activity that this one does not.
            and o.since <= cast(b.dt as date)

),

activity as (

    select
        user_id,
        cast(dt as date) as active_on
    from user_day

),

later as (

    select
        u.dt,
        u.country,
        u.join_month,
        u.user_id,
        date_diff('day', u.join_date, a.active_on) as days_later,
        date_diff('month', u.join_month, date_trunc('month', a.active_on)) as months_later
    from users as u
    inner join activity as a
        on
            u.user_id = a.user_id
            and a.active_on between u.join_date and cast(u.dt as date)

),

returned as (

    select
        dt,
        country,
        join_month,
        'day' as unit,
        days_later as n,
        count(distinct user_id) as active_users
    from later
    where days_later in (1, 7, 14, 30)
    group by
        dt,
        country,
        join_month,
        days_later

    union all

    select
        dt,
        country,
        join_month,
        'month' as unit,
        months_later as n,
        count(distinct user_id) as active_users
    from later
    where months_later <= 12
    group by
        dt,
        country,
        join_month,
        months_later

)

select
    c.join_month,
    c.country,
    cast(c.unit as varchar) as unit,
    cast(c.n as bigint) as n,
    c.cohort_users,
    coalesce(r.active_users, 0) as active_users,
    c.is_complete,
    case
        when c.is_complete
            then round(cast(coalesce(r.active_users, 0) as double) / nullif(c.cohort_users, 0), 6)
    end as retention,
    c.dt
from cells as c
left join returned as r
    on
        c.dt = r.dt
        and c.country = r.country
        and c.join_month = r.join_month
        and c.unit = r.unit
        and c.n = r.n
