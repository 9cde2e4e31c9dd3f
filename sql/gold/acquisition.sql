/*
row: >-
  The users of a country who joined in one month, as known on the day dt; months in which nobody joined there have no row.
inputs:
  silver.users_asof: [0]
days: [month-end, last]
columns:
  join_month: date - First day of the month in which they joined; the month of dt is not over unless dt is its last day.
  country: varchar - ISO 3166-1 code of where they are as of dt; who moves, moves with all their history.
  joined_users: bigint - Users who joined in the month.
  total_users: bigint - Users who joined in the month or before.
  growth_rate: >-
    double - joined_users / those of the calendar month before - 1, rounded to 6 decimals; null if nobody joined then. Ours:
    the plain month-over-month rate.
  paying_users: bigint - Of joined_users, those whose subscription as of dt is another than free.
  paying_rate: double - paying_users / joined_users, rounded to 6 decimals.
audits:
  unique: [join_month, country]
  not_null: [join_month, country, joined_users, total_users, paying_users, paying_rate]
  consistent: >-
    select dt, country from acquisition
    where joined_users < 1 or total_users < joined_users or paying_users > joined_users or growth_rate <= -1e0
    or cast(join_month as varchar) > dt
*/
with cohorts as (

    select
        dt,
        country,
        date_trunc('month', join_date) as join_month,
        count(*) as joined_users,
        count(case when subscription_type <> 'free' then 1 end) as paying_users
    from users_asof
    where
        dt in (select dt from targets)
        -- An account may be told of before its user joins.
        and join_date <= cast(dt as date)
    group by
        dt,
        country,
        date_trunc('month', join_date)

),

compared as (

    select
        *,
        cast(sum(joined_users) over (
            partition by dt, country
            order by join_month
            rows between unbounded preceding and current row
        ) as bigint) as total_users,
        lag(joined_users) over (partition by dt, country order by join_month) as earlier_users,
        lag(join_month) over (partition by dt, country order by join_month) as earlier_month
    from cohorts

)

select
    join_month,
    country,
    joined_users,
    total_users,
    case
        when date_add('month', 1, earlier_month) = join_month
            then round(cast(joined_users as double) / nullif(earlier_users, 0) - 1, 6)
    end as growth_rate,
    paying_users,
    round(cast(paying_users as double) / nullif(joined_users, 0), 6) as paying_rate,
    dt
from compared
