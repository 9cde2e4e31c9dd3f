/*
row: >-
  A country with a user who was active on the day or the 27 days before. A user counts once, for the country where they are
  as of the day dt, wherever they were when they acted: the rows of a day add up to daily_metrics.
inputs:
  gold.user_day: [-27..0]
  silver.users_asof: [0]
columns:
  country: varchar - ISO 3166-1 code of the users' country as of dt; unknown for users of whom no account is known.
  daily_active_users: bigint - Distinct users active on the day.
  total_actions: bigint - Events of the day.
  rolling_7_day_active_users: bigint - Distinct users active on the day or the 6 days before.
  rolling_28_day_active_users: bigint - Distinct users active on the day or the 27 days before.
audits:
  unique: [country]
  not_null: [country, daily_active_users, total_actions, rolling_7_day_active_users, rolling_28_day_active_users]
  nested: >-
    select dt, country from actives_by_country
    where daily_active_users > rolling_7_day_active_users or rolling_7_day_active_users > rolling_28_day_active_users
    or daily_active_users > total_actions or rolling_28_day_active_users < 1
*/
with days as (

    select
        dt,
        date_diff('day', date '1970-01-01', cast(dt as date)) as day_number
    from targets

),

active as (

    select
        user_id,
        actions,
        date_diff('day', date '1970-01-01', cast(dt as date)) as day_number
    from user_day

),

-- As in daily_metrics: on an active day, each user counts for the days until the next one, at most 28 of them.
spells as (

    select
        *,
        least(
            lead(day_number, 1, day_number + 28) over (partition by user_id order by day_number) - day_number,
            28
        ) as lasts
    from active

),

-- The country may be another on each target day, so users are counted only after it is known: a row a user and target.
spells_by_day as (

    select
        d.dt,
        s.user_id,
        s.actions,
        d.day_number - s.day_number as age
    from days as d
    inner join spells as s
        on
            s.day_number <= d.day_number
            and s.day_number + s.lasts > d.day_number

),

located as (

    select
        s.dt,
        coalesce(u.country, 'unknown') as country,
        s.actions,
        s.age
    from spells_by_day as s
    left join users_asof as u
        on
            s.user_id = u.user_id
            and s.dt = u.dt

)

select
    country,
    count(case when age = 0 then 1 end) as daily_active_users,
    cast(coalesce(sum(case when age = 0 then actions end), 0) as bigint) as total_actions,
    count(case when age < 7 then 1 end) as rolling_7_day_active_users,
    count(*) as rolling_28_day_active_users,
    dt
from located
group by
    country,
    dt
