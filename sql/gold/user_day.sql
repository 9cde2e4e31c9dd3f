/*
row: A user's activity on one day on which the user was active.
inputs:
  silver.interactions: [0]
columns:
  user_id: varchar - Who acted.
  actions: bigint - Number of events.
  page_views: bigint - Number of events that are page views.
  duration_ms: bigint - Sum of the events' duration_ms.
audits:
  unique: [user_id]
  not_null: [user_id, actions, page_views, duration_ms]
  consistent: select dt, user_id from user_day where actions < 1 or page_views > actions or duration_ms < 0
*/
with events as (

    select
        user_id,
        action_type,
        duration_ms,
        dt
    from interactions
    where dt in (select dt from targets)

)

select
    user_id,
    count(*) as actions,
    count(case when action_type = 'page_view' then 1 end) as page_views,
    cast(sum(duration_ms) as bigint) as duration_ms,
    dt
from events
group by
    user_id,
    dt
