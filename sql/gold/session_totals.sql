/*
row: >-
  A user who began a session by the day dt, as known at the end of that day: the part after midnight of a session that goes
  on is not counted.
inputs:
  gold.sessions: [..0]
  gold.session_fragments: [0]
days: [month-end, last]
columns:
  user_id: varchar - Who acted.
  sessions: bigint - Number of sessions that began by dt.
  duration: bigint - Sum of their milliseconds, each counted up to the end of dt.
audits:
  unique: [user_id]
  not_null: [user_id, sessions, duration]
  consistent: select dt, user_id from session_totals where sessions < 1 or duration < 0
*/
-- The first target day that knows each day of history: history is added up between target days, not once for each.
with history as (

    select
        s.dt,
        min(t.dt) as known_on
    from (select distinct dt from sessions) as s
    inner join targets as t
        on s.dt <= t.dt
    group by s.dt

),

begun as (

    select
        s.user_id,
        h.known_on,
        count(*) as sessions,
        sum(s.duration) as duration
    from sessions as s
    inner join history as h
        on s.dt = h.dt
    group by
        s.user_id,
        h.known_on

),

totals as (

    select
        b.user_id,
        cast(sum(b.sessions) as bigint) as sessions,
        cast(sum(b.duration) as bigint) as duration,
        t.dt
    from begun as b
    inner join targets as t
        on b.known_on <= t.dt
    group by
        b.user_id,
        t.dt

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
    t.user_id,
    t.sessions,
    t.duration - coalesce(cast(l.duration as bigint), 0) as duration,
    t.dt
from totals as t
left join later_parts as l
    on
        t.user_id = l.user_id
        and t.dt = l.dt
