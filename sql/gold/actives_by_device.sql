/*
row: >-
  A kind of device that was used on the day or the 27 days before. A user counts for every kind that they used, so the
  rows of a day may add up to more than the users of daily_metrics.
inputs:
  gold.user_device_day: [-27..0]
columns:
  device_type: varchar - What was used; unknown for events that name no device.
  daily_active_users: bigint - Distinct users active with it on the day.
  total_actions: bigint - Events of the day that were done with it.
  rolling_7_day_active_users: bigint - Distinct users active with it on the day or the 6 days before.
  rolling_28_day_active_users: bigint - Distinct users active with it on the day or the 27 days before.
audits:
  unique: [device_type]
  not_null: [device_type, daily_active_users, total_actions, rolling_7_day_active_users, rolling_28_day_active_users]
  nested: >-
    select dt, device_type from actives_by_device
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
        device_type,
        actions,
        date_diff('day', date '1970-01-01', cast(dt as date)) as day_number
    from user_device_day

),

-- As in daily_metrics: on an active day, each user counts for the days until the next one, at most 28 of them.
spells as (

    select
        *,
        least(
            lead(day_number, 1, day_number + 28) over (
                partition by user_id, device_type
                order by day_number
            ) - day_number,
            28
        ) as lasts
    from active

),

counted as (

    select
        device_type,
        day_number,
        lasts,
        count(*) as users,
        cast(sum(actions) as bigint) as actions
    from spells
    group by
        device_type,
        day_number,
        lasts

),

-- How long before the target each count began.
counted_by_day as (

    select
        d.dt,
        c.device_type,
        d.day_number - c.day_number as age,
        c.users,
        c.actions
    from days as d
    inner join counted as c
        on
            c.day_number <= d.day_number
            and c.day_number + c.lasts > d.day_number

)

select
    device_type,
    cast(coalesce(sum(case when age = 0 then users end), 0) as bigint) as daily_active_users,
    cast(coalesce(sum(case when age = 0 then actions end), 0) as bigint) as total_actions,
    cast(coalesce(sum(case when age < 7 then users end), 0) as bigint) as rolling_7_day_active_users,
    cast(sum(users) as bigint) as rolling_28_day_active_users,
    dt
from counted_by_day
group by
    device_type,
    dt
