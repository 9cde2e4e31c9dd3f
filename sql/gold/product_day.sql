/*
row: A product on one day on which something was done with it on the way to a purchase.
inputs:
  silver.clickstream: [0]
columns:
  sku: varchar - The product; events that name none are left out.
  views: bigint - Number of views.
  add_to_carts: bigint - How often it was put into a cart.
  purchases: bigint - How often it was purchased.
  viewers: bigint - Distinct users who viewed it.
  converted_viewers: bigint - Of the viewers, those who purchased it on the same day, be it before the view.
audits:
  unique: [sku]
  not_null: [sku, views, add_to_carts, purchases, viewers, converted_viewers]
  consistent: >-
    select dt, sku from product_day
    where viewers > views or (views > 0) <> (viewers > 0) or converted_viewers > least(viewers, purchases)
    or views + add_to_carts + purchases < 1
*/
with events as (

    select
        user_id,
        product_id as sku,
        event_type,
        dt
    from clickstream
    where
        dt in (select dt from targets)
        and product_id is not null
        and event_type in ('view', 'add_to_cart', 'purchase')

),

by_user as (

    select
        user_id,
        sku,
        dt,
        count(case when event_type = 'view' then 1 end) as views,
        count(case when event_type = 'add_to_cart' then 1 end) as add_to_carts,
        count(case when event_type = 'purchase' then 1 end) as purchases
    from events
    group by
        user_id,
        sku,
        dt

)

select
    sku,
    cast(sum(views) as bigint) as views,
    cast(sum(add_to_carts) as bigint) as add_to_carts,
    cast(sum(purchases) as bigint) as purchases,
    count(case when views > 0 then 1 end) as viewers,
    count(case when views > 0 and purchases > 0 then 1 end) as converted_viewers,
    dt
from by_user
group by
    sku,
    dt
