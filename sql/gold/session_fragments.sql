/*
row: An unbroken stretch of one user's interactions within one day, no gap in it longer than 30 minutes.
inputs:
  silver.interactions: [0]
columns:
  user_id: varchar - Who acted.
  fragment_start: timestamp - Time of the first event.
  fragment_end: timestamp - Time of the last event.
  first_event_id: varchar - Id of the first event in event-time order, which is the order of (timestamp, id).
  actions: bigint - Number of events.
  page_views: bigint - Number of events that are page views.
  device_type: varchar - Device of the first event that names one; null if none does.
audits:
  unique: [user_id, fragment_start]
  not_null: [user_id, fragment_start, fragment_end, first_event_id, actions, page_views]
  consistent: >-
    select dt, user_id, fragment_start, fragment_end from session_fragments
    where fragment_end < fragment_start or actions < 1 or page_views > actions
    or cast(cast(fragment_start as date) as varchar) <> dt or cast(cast(fragment_end as date) as varchar) <> dt
*/
with events as (

    select
        user_id,
        timestamp,
        id,
        action_type = 'page_view' as is_page_view,
        device_type
    from interactions
    where dt in (select dt from targets)

),

-- One window over the users of all days: a partition for each user and day would cost more than the test for midnight.
placed as (

    select
        *,
        row_number() over (partition by user_id order by timestamp, id) as place,
        lag(timestamp) over (partition by user_id order by timestamp, id) as previous
    from events

),

marked as (

    select
        *,
        case
            when timestamp <= previous + interval '30' minute and cast(timestamp as date) = cast(previous as date) then null
            else timestamp
        end as starts_at
    from placed

),

assigned as (

    select
        *,
        max(starts_at) over (
            partition by user_id
            order by place
            rows between unbounded preceding and current row
        ) as fragment_start
    from marked

)

select
    user_id,
    fragment_start,
    max(timestamp) as fragment_end,
    max(case when starts_at is not null then id end) as first_event_id,
    count(*) as actions,
    count(case when is_page_view then 1 end) as page_views,
    min_by(device_type, case when device_type is not null then place end) as device_type,
    cast(cast(fragment_start as date) as varchar) as dt
from assigned
group by
    user_id,
    fragment_start
