/*
row: A visitor of the shop on one day on which they viewed a product.
inputs:
  silver.clickstream: [0]
columns:
  user_id: varchar - Who visited.
  views: bigint - Number of views.
  purchases_after_view: bigint - Number of purchases after the first of them, or at the same time, of whatever products.
audits:
  unique: [user_id]
  not_null: [user_id, views, purchases_after_view]
  consistent: select dt, user_id from visitor_day where views < 1 or purchases_after_view < 0
*/
with events as (

    select
        user_id,
        event_type,
        timestamp,
        min(case when event_type = 'view' then timestamp end) over (partition by user_id, dt) as first_viewed,
        dt
    from clickstream
    where
        dt in (select dt from targets)
        and event_type in ('view', 'purchase')

)

select
    user_id,
    count(case when event_type = 'view' then 1 end) as views,
    count(case when event_type = 'purchase' then 1 end) as purchases_after_view,
    dt
from events
where timestamp >= first_viewed
group by
    user_id,
    dt
