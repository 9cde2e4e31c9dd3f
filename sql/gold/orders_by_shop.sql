/*
row: The orders that one shop has from one region in one currency, as known at the end of the day dt.
inputs:
  silver.orders_asof: [0]
days: [month-end, last]
columns:
  record_source: varchar - The shop system that the orders come from.
  region: varchar - The region that they come from.
  currency: varchar - ISO 4217 code; amounts of different currencies are not added up.
  orders: bigint - Number of orders, each in its newest version up to dt.
  customers: bigint - Customers who made them.
  open_orders: bigint - Of orders, those created, paid or shipped, but not delivered yet.
  reversed_orders: bigint - Of orders, those cancelled or refunded.
  quantity: bigint - Pieces in orders but reversed_orders.
  amount: decimal(38,2) - What orders but reversed_orders come to, open ones included.
  reversed_rate: double - reversed_orders / orders, rounded to 6 decimals.
audits:
  unique: [record_source, region, currency]
  not_null: [record_source, region, currency, orders, customers, open_orders, reversed_orders, quantity, amount, reversed_rate]
  consistent: >-
    select dt, record_source, region from orders_by_shop
    where orders < 1 or customers not between 1 and orders or open_orders + reversed_orders > orders
    or (reversed_orders = orders and (quantity <> 0 or amount <> 0))
*/
with judged as (

    select
        record_source,
        region,
        currency,
        customer_id,
        status in ('created', 'paid', 'shipped') as is_open,
        status in ('cancelled', 'refunded') as is_reversed,
        quantity,
        amount,
        dt
    from orders_asof
    where dt in (select dt from targets)

)

select
    record_source,
    region,
    currency,
    count(*) as orders,
    count(distinct customer_id) as customers,
    count(case when is_open then 1 end) as open_orders,
    count(case when is_reversed then 1 end) as reversed_orders,
    cast(sum(case when is_reversed then 0 else quantity end) as bigint) as quantity,
    cast(sum(case when is_reversed then 0 else amount end) as decimal(38,2)) as amount,
    round(cast(count(case when is_reversed then 1 end) as double) / nullif(count(*), 0), 6) as reversed_rate,
    dt
from judged
group by
    record_source,
    region,
    currency,
    dt
