/*
row: One day, also one without activity.
inputs:
  gold.user_day: [-27..0]
columns:
  daily_active_users: bigint - Distinct users active on the day.
  total_actions: bigint - Events of the day.
  avg_duration_ms: double - Mean duration_ms of the day's events, rounded to 6 decimals; null without events.
  rolling_7_day_active_users: bigint - Distinct users active on the day or the 6 days before.
  rolling_28_day_active_users: bigint - Distinct users active on the day or the 27 days before.
audits:
  unique: [dt]
  not_null: [daily_active_users, total_actions, rolling_7_day_active_users, rolling_28_day_active_users]
  nested: >-
    select dt, daily_active_users, rolling_7_day_active_users, rolling_28_day_active_users from daily_metrics
    where daily_active_users > rolling_7_day_active_users or rolling_7_day_active_users > rolling_28_day_active_users
    or daily_active_users > total_actions
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
        duration_ms,
        date_diff('day', date '1970-01-01', cast(dt as date)) as day_number
    from user_day

),

-- Whether a user is active in [t-27..t] depends only on the latest active day up to t: on an active day d, each user
-- counts for the days t from d until the next active day, at most 28 of them. So users are counted, never multiplied.
spells as (

    select
        *,
        least(
            lead(day_number, 1, day_number + 28) over (partition by user_id order by day_number) - day_number,
            28
        ) as lasts
    from active

),

counted as (

    select
        day_number,
        lasts,
        count(*) as users,
        cast(sum(actions) as bigint) as actions,
        cast(sum(duration_ms) as bigint) as duration_ms
    from spells
    group by
        day_number,
        lasts

),

-- How long before the target each count began.
counted_by_day as (

    select
        d.dt,
        d.day_number - c.day_number as age,
        c.lasts,
        c.users,
        c.actions,
        c.duration_ms
    from days as d
    left join counted as c
        on
            c.day_number <= d.day_number
            and c.day_number + c.lasts > d.day_number

)

select
    cast(coalesce(sum(case when age = 0 then users end), 0) as bigint) as daily_active_users,
    cast(coalesce(sum(case when age = 0 then actions end), 0) as bigint) as total_actions,
    round(
        cast(sum(case when age = 0 then duration_ms end) as double) / nullif(sum(case when age = 0 then actions end), 0),
        6
    ) as avg_duration_ms,
    cast(coalesce(sum(case when age < 7 then users end), 0) as bigint) as rolling_7_day_active_users,
    cast(coalesce(sum(users), 0) as bigint) as rolling_28_day_active_users,
    dt
from counted_by_day
group by dt
