/*
row: One day of the shop, also one without visitors.
inputs:
  silver.clickstream: [0]
columns:
  visitors: bigint - Distinct users with any event.
  searchers: bigint - Distinct users who searched.
  viewers: bigint - Distinct users who viewed a product.
  cart_users: bigint - Distinct users who put a product into the cart.
  checkout_users: bigint - Distinct users who went to the checkout.
  buyers: bigint - Distinct users who purchased.
  carts_after_view: bigint - Of the viewers, those who put a product into the cart after a view (or at the same time).
  checkouts_after_cart: bigint - Of those, the ones who went to the checkout after that.
  purchases_after_checkout: bigint - Of those, the ones who purchased after that.
  view_to_cart_rate: double - carts_after_view / viewers, rounded to 6 decimals as all rates; null without viewers.
  cart_to_checkout_rate: double - checkouts_after_cart / carts_after_view; null without any.
  checkout_to_purchase_rate: double - purchases_after_checkout / checkouts_after_cart; null without any.
  funnel_conversion_rate: >-
    double - purchases_after_checkout / viewers; null without viewers. Ours: the steps are taken in order within one day
    (UTC), of whatever products, so who carries a cart over midnight is in the counts of users but not in the rates.
  cart_abandonment_rate: >-
    double - Share of cart_users who did not purchase on the day, in any order; null without any. Ours: the day ends the wait,
    so that a day's row is final with its last event.
audits:
  unique: [dt]
  not_null:
    - visitors
    - searchers
    - viewers
    - cart_users
    - checkout_users
    - buyers
    - carts_after_view
    - checkouts_after_cart
    - purchases_after_checkout
  narrowing: >-
    select dt from funnel_daily
    where greatest(searchers, viewers) > visitors or greatest(cart_users, checkout_users, buyers) > visitors
    or carts_after_view > least(viewers, cart_users) or checkouts_after_cart > least(carts_after_view, checkout_users)
    or purchases_after_checkout > least(checkouts_after_cart, buyers)
  rates: >-
    select dt from funnel_daily
    where view_to_cart_rate not between 0e0 and 1e0 or cart_to_checkout_rate not between 0e0 and 1e0
    or checkout_to_purchase_rate not between 0e0 and 1e0 or funnel_conversion_rate not between 0e0 and 1e0
    or cart_abandonment_rate not between 0e0 and 1e0
*/
with events as (

    select
        user_id,
        event_type,
        timestamp,
        dt
    from clickstream
    where dt in (select dt from targets)

),

-- The earliest time at which each step can be taken leaves most room for the next: so one row a user and day is enough.
from_view as (

    select
        *,
        min(case when event_type = 'view' then timestamp end) over (partition by user_id, dt) as viewed_at
    from events

),

from_cart as (

    select
        *,
        min(case when event_type = 'add_to_cart' and timestamp >= viewed_at then timestamp end) over (
            partition by user_id, dt
        ) as carted_at
    from from_view

),

from_checkout as (

    select
        *,
        min(case when event_type = 'checkout' and timestamp >= carted_at then timestamp end) over (
            partition by user_id, dt
        ) as checked_out_at
    from from_cart

),

-- 1 if the user did it, else 0.
visitors as (

    select
        user_id,
        dt,
        max(case when event_type = 'search' then 1 else 0 end) as searched,
        max(case when event_type = 'view' then 1 else 0 end) as viewed,
        max(case when event_type = 'add_to_cart' then 1 else 0 end) as carted,
        max(case when event_type = 'checkout' then 1 else 0 end) as checked_out,
        max(case when event_type = 'purchase' then 1 else 0 end) as bought,
        max(case when carted_at is not null then 1 else 0 end) as carted_in_order,
        max(case when checked_out_at is not null then 1 else 0 end) as checked_out_in_order,
        max(case when event_type = 'purchase' and timestamp >= checked_out_at then 1 else 0 end) as bought_in_order
    from from_checkout
    group by
        user_id,
        dt

),

counted as (

    select
        t.dt,
        count(v.user_id) as visitors,
        cast(coalesce(sum(v.searched), 0) as bigint) as searchers,
        cast(coalesce(sum(v.viewed), 0) as bigint) as viewers,
        cast(coalesce(sum(v.carted), 0) as bigint) as cart_users,
        cast(coalesce(sum(v.checked_out), 0) as bigint) as checkout_users,
        cast(coalesce(sum(v.bought), 0) as bigint) as buyers,
        cast(coalesce(sum(v.carted_in_order), 0) as bigint) as carts_after_view,
        cast(coalesce(sum(v.checked_out_in_order), 0) as bigint) as checkouts_after_cart,
        cast(coalesce(sum(v.bought_in_order), 0) as bigint) as purchases_after_checkout,
        count(case when v.carted = 1 and v.bought = 0 then 1 end) as abandoned
    from targets as t
    left join visitors as v
        on t.dt = v.dt
    group by t.dt

)

select
    visitors,
    searchers,
    viewers,
    cart_users,
    checkout_users,
    buyers,
    carts_after_view,
    checkouts_after_cart,
    purchases_after_checkout,
    round(cast(carts_after_view as double) / nullif(viewers, 0), 6) as view_to_cart_rate,
    round(cast(checkouts_after_cart as double) / nullif(carts_after_view, 0), 6) as cart_to_checkout_rate,
    round(cast(purchases_after_checkout as double) / nullif(checkouts_after_cart, 0), 6) as checkout_to_purchase_rate,
    round(cast(purchases_after_checkout as double) / nullif(viewers, 0), 6) as funnel_conversion_rate,
    round(cast(abandoned as double) / nullif(cart_users, 0), 6) as cart_abandonment_rate,
    dt
from counted
