/*
row: >-
  A session of one user: a gap strictly longer than 30 minutes ends it; midnight does not, but midnight of day D is a forced
  cut if the unbroken chain of events that crosses it already has one on D-3. So no session touches more than three dates.
inputs:
  gold.session_fragments: [-3..2]
columns:
  session_id: varchar - Id of its first event in the order of (timestamp, id).
  user_id: varchar - Who acted.
  session_start: timestamp - Time of the first event; dt is its day.
  session_end: timestamp - Time of the last event.
  actions: bigint - Number of events.
  page_views: bigint - Number of events that are page views.
  duration: bigint - Milliseconds from session_start to session_end; 0 for a single event.
  device_type: varchar - Device of the first event that names one; null if none does.
  is_open: boolean - Whether events of the day after the last known one could still extend it.
audits:
  unique: [user_id, session_start]
  not_null: [session_id, user_id, session_start, session_end, actions, page_views, duration, is_open]
  at_most_three_dates: >-
    select dt, session_id, session_start, session_end from sessions
    where date_diff('day', cast(dt as date), cast(session_end as date)) not between 0 and 2
  consistent: >-
    select dt, session_id, actions, duration from sessions
    where duration < 0 or actions < 1 or page_views > actions or cast(cast(session_start as date) as varchar) <> dt
*/
with fragments as (

    select
        *,
        cast(cast(dt as date) as timestamp) as day_start
    from session_fragments

),

known_days as (

    select dt
    from input_days
    where input = 'gold.session_fragments'

),

-- At most the first and the last fragment of a user's day: all others are whole sessions.
near_midnight as (

    select *
    from fragments
    where
        fragment_start < day_start + interval '30' minute
        or fragment_end >= day_start + interval '1410' minute

),

linked as (

    select
        *,
        coalesce(
            fragment_start <= lag(fragment_end) over (partition by user_id order by fragment_start) + interval '30' minute,
            false
        ) as follows
    from near_midnight

),

-- A fragment that follows one which follows one: the chain into the next day would have an event three dates before it.
chained as (

    select
        *,
        follows and coalesce(lag(follows) over (partition by user_id order by fragment_start), false) as is_third_date
    from linked

),

cut as (

    select
        *,
        follows
        and not coalesce(lag(is_third_date) over (partition by user_id order by fragment_start), false) as continues
    from chained

),

grouped as (

    select
        *,
        count(case when not continues then 1 end) over (
            partition by user_id
            order by fragment_start
            rows between unbounded preceding and current row
        ) as session_number
    from cut

),

joined as (

    select
        user_id,
        min_by(first_event_id, fragment_start) as session_id,
        min(fragment_start) as session_start,
        max(fragment_end) as session_end,
        cast(sum(actions) as bigint) as actions,
        cast(sum(page_views) as bigint) as page_views,
        min_by(device_type, case when device_type is not null then fragment_start end) as device_type,
        max(day_start) as last_day_start,
        max_by(is_third_date, fragment_start) as is_cut_next,
        min(dt) as dt
    from grouped
    group by
        user_id,
        session_number

),

joined_sessions as (

    select
        *,
        not is_cut_next
        and session_end >= last_day_start + interval '1410' minute
        and cast(date_add('day', 1, cast(last_day_start as date)) as varchar) not in (select dt from known_days) as is_open
    from joined

),

whole_sessions as (

    select
        user_id,
        first_event_id as session_id,
        fragment_start as session_start,
        fragment_end as session_end,
        actions,
        page_views,
        device_type,
        false as is_open,
        dt
    from fragments
    where
        fragment_start >= day_start + interval '30' minute
        and fragment_end < day_start + interval '1410' minute

),

sessions as (

    select
        user_id,
        session_id,
        session_start,
        session_end,
        actions,
        page_views,
        device_type,
        is_open,
        dt
    from joined_sessions

    union all

    select
        user_id,
        session_id,
        session_start,
        session_end,
        actions,
        page_views,
        device_type,
        is_open,
        dt
    from whole_sessions

)

select
    session_id,
    user_id,
    session_start,
    session_end,
    actions,
    page_views,
    date_diff('millisecond', session_start, session_end) as duration,
    device_type,
    is_open,
    dt
from sessions
where dt in (select dt from targets)
