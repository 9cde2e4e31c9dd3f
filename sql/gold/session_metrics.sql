/*
row: >-
  A session by the other definition in use: a gap of 30 minutes or more, or midnight (UTC), ends it. `sessions` holds those
  that go on past midnight.
inputs:
  silver.interactions: [0]
columns:
  session_id: varchar - The form is user_yyyyMMdd_n, where n counts the sessions of the user's day from 1.
  user_id: varchar - Who acted.
  session_start: timestamp - Time of the first event.
  session_end: timestamp - Time of the last event.
  actions_per_session: bigint - Number of events.
  session_duration_ms: bigint - Sum of the events' duration_ms.
audits:
  unique: [user_id, session_start]
  not_null: [session_id, user_id, session_start, session_end, actions_per_session, session_duration_ms]
  consistent: >-
    select dt, session_id, session_start, session_end from session_metrics
    where session_end < session_start or actions_per_session < 1 or session_duration_ms < 0
*/
with events as (

    select
        user_id,
        timestamp,
        duration_ms,
        dt
    from interactions
    where dt in (select dt from targets)

),

-- Events at the same time are never apart, so their order does not matter here.
marked as (

    select
        *,
        case
            when timestamp < lag(timestamp) over (partition by user_id, dt order by timestamp) + interval '30' minute then null
            else 1
        end as starts
    from events

),

numbered as (

    select
        *,
        count(starts) over (
            partition by user_id, dt
            order by timestamp
            range between unbounded preceding and current row
        ) as session_number
    from marked

)

select
    user_id || '_' || replace(dt, '-', '') || '_' || cast(session_number as varchar) as session_id,
    user_id,
    min(timestamp) as session_start,
    max(timestamp) as session_end,
    count(*) as actions_per_session,
    cast(sum(duration_ms) as bigint) as session_duration_ms,
    dt
from numbered
group by
    user_id,
    dt,
    session_number
