/*
row: An accepted interaction with the session that it belongs to.
inputs:
  silver.interactions: [0]
  gold.sessions: [-2..0]
columns:
  id: varchar - Event id.
  source: varchar - CloudEvents source.
  user_id: varchar - Who acted.
  timestamp: timestamp - When it happened, UTC.
  action_type: varchar - page_view, edit, create, delete or share.
  page_id: varchar - Page it happened on.
  duration_ms: bigint - How long it took, milliseconds.
  app_version: varchar - Version of the app.
  device_type: varchar - Device, if the event names one.
  session_id: varchar - Id of the first event of its session.
audits:
  unique: [user_id, timestamp, action_type, page_id]
  not_null: [session_id]
*/
with events as (

    select *
    from interactions
    where dt in (select dt from targets)

),

-- A session touches its own date and at most the two after it.
offsets as (

    select later
    from (values (0), (1), (2)) as t (later)

),

sessions_by_date as (

    select
        s.session_id,
        s.user_id,
        s.session_start,
        s.session_end,
        cast(date_add('day', o.later, cast(s.dt as date)) as varchar) as dt
    from sessions as s
    inner join offsets as o
        on date_add('day', o.later, cast(s.dt as date)) <= cast(s.session_end as date)

)

select
    e.id,
    e.source,
    e.user_id,
    e.timestamp,
    e.action_type,
    e.page_id,
    e.duration_ms,
    e.app_version,
    e.device_type,
    s.session_id,
    e.dt
from events as e
left join sessions_by_date as s
    on
        e.user_id = s.user_id
        and e.dt = s.dt
        and e.timestamp between s.session_start and s.session_end
