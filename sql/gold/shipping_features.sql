/*
row: >-
  A product of the catalogue and a zone of the rate card as of the day dt, one piece in a parcel. Nothing after that day is
  used.
inputs:
  silver.products_asof: [0]
  silver.suppliers_asof: [0]
  gold.rate_cards: [0]
columns:
  zone: varchar - The delivery zone.
  sku: varchar - The product.
  category: varchar - Its category.
  weight_kg: decimal(10,3) - Its weight as packed.
  volumetric_weight_kg: >-
    double - Length * width * height as packed / 5000 cm3 per kg, or another divisor set in `settings`, the first step of the
    model; rounded to grams. Source: 5000 is the divisor of the express carriers (DHL Express, FedEx, UPS).
  volumetric_weight_iata_kg: >-
    double - The same / 6000 cm3 per kg, the divisor of the IATA for air cargo; for comparison with the one that is charged by.
  chargeable_weight_kg: decimal(38,3) - The greater of weight_kg and volumetric_weight_kg.
  charged_by: varchar - volumetric if volumetric_weight_kg is greater than weight_kg, else actual.
  weight_up_to_kg: decimal(10,3) - The band of the rate card that it is charged by; null if it is heavier than the last one.
  shipping_price: decimal(18,2) - What the parcel costs by the rate card as of dt; null if no band has it.
  list_price: decimal(18,2) - The price of the product before any rule.
  unit_cost: decimal(18,2) - What it costs at its cheapest supplier; null without a supplier.
  shipping_share_of_price: double - shipping_price / list_price, rounded to 6 decimals as all ratios.
  margin_after_shipping: >-
    double - (list_price - unit_cost - shipping_price) / list_price: the profit margin if the shop bears the shipping.
  margin_sensitivity: >-
    double - shipping_price / (list_price - unit_cost): the share of the profit that shipping takes if the shop bears it, above 1
    a loss; null if there is no profit to take. Ours: if shipping becomes 1% dearer, so many percent of the profit before
    shipping go, which can be compared between products of any price.
audits:
  unique: [zone, sku]
  not_null:
    - zone
    - sku
    - category
    - weight_kg
    - volumetric_weight_kg
    - volumetric_weight_iata_kg
    - chargeable_weight_kg
    - charged_by
    - list_price
  weights: >-
    select dt, zone, sku from shipping_features
    where chargeable_weight_kg < weight_kg or chargeable_weight_kg < cast(volumetric_weight_kg as decimal(38,3))
    or charged_by not in ('actual', 'volumetric') or (charged_by = 'actual') <> (chargeable_weight_kg = weight_kg)
    or weight_up_to_kg < chargeable_weight_kg
  known: >-
    select dt, zone, sku from shipping_features
    where (shipping_price is null) <> (weight_up_to_kg is null)
    or (shipping_price is null) <> (shipping_share_of_price is null)
    or (shipping_price is null or unit_cost is null) <> (margin_after_shipping is null)
    or margin_sensitivity < 0e0
*/
with settings as (

    select
        -- cm3 that weigh as much as a kg when a parcel is charged by its volume: by default 5000, as the express carriers do (DHL
        -- Express, FedEx, UPS); 6000 is the divisor of the IATA for air cargo.
        5000e0 as cm3_per_kg

),

volumes as (

    select
        sku,
        category,
        weight_kg,
        list_price,
        cast(length_cm * width_cm * height_cm as double) as volume,
        dt
    from products_asof
    where dt in (select dt from targets)

),

weighed as (

    select
        v.*,
        round(v.volume / s.cm3_per_kg, 3) as volumetric_weight_kg,
        round(v.volume / 6000e0, 3) as volumetric_weight_iata_kg
    from volumes as v
    cross join settings as s

),

-- Exact from here on: a parcel that weighs what a band goes up to is in it.
chargeable as (

    select
        *,
        greatest(
            cast(weight_kg as decimal(38,3)),
            cast(volumetric_weight_kg as decimal(38,3))
        ) as chargeable_weight_kg
    from weighed

),

costs as (

    select
        sku,
        min(unit_cost) as unit_cost,
        dt
    from suppliers_asof
    group by
        sku,
        dt

),

zones as (

    select distinct
        zone,
        dt
    from rate_cards

)

select
    z.zone,
    p.sku,
    p.category,
    p.weight_kg,
    p.volumetric_weight_kg,
    p.volumetric_weight_iata_kg,
    p.chargeable_weight_kg,
    case when p.chargeable_weight_kg > p.weight_kg then 'volumetric' else 'actual' end as charged_by,
    r.weight_up_to_kg,
    r.price as shipping_price,
    p.list_price,
    c.unit_cost,
    round(
        cast(r.price as double) / nullif(cast(p.list_price as double), 0e0),
        6
    ) as shipping_share_of_price,
    round(
        cast(p.list_price - c.unit_cost - r.price as double) / nullif(cast(p.list_price as double), 0e0),
        6
    ) as margin_after_shipping,
    case
        when p.list_price > c.unit_cost
            then round(cast(r.price as double) / nullif(cast(p.list_price - c.unit_cost as double), 0e0), 6)
    end as margin_sensitivity,
    p.dt
from chargeable as p
inner join zones as z
    on p.dt = z.dt
left join rate_cards as r
    on
        z.zone = r.zone
        and z.dt = r.dt
        and p.chargeable_weight_kg > r.weight_above_kg
        and p.chargeable_weight_kg <= r.weight_up_to_kg
left join costs as c
    on
        p.sku = c.sku
        and p.dt = c.dt
