/*
row: >-
  What a parcel of a weight band costs to a zone, as of the day dt: a parcel of w kg is in the one band of its zone with
  weight_above_kg < w <= weight_up_to_kg; one heavier than the last band has no price.
inputs:
  silver.shipping_rates_asof: [0]
columns:
  zone: varchar - The delivery zone.
  band: bigint - Place of the band in its zone, from 1 for the lightest parcels.
  weight_above_kg: >-
    decimal(10,3) - Parcels of the band are heavier than this, what the next lighter band goes up to; 0 for the lightest.
  weight_up_to_kg: decimal(10,3) - The heaviest parcel of the band, included.
  price: decimal(18,2) - What a parcel of the band costs, in the currency of the shop.
  valid_from: date - Day of the price list that the row is from.
audits:
  unique: [zone, weight_up_to_kg]
  not_null: [zone, band, weight_above_kg, weight_up_to_kg, price, valid_from]
  bands: >-
    select dt, zone, band from rate_cards
    where weight_above_kg < 0 or weight_above_kg >= weight_up_to_kg or (band = 1) <> (weight_above_kg = 0)
  known: select dt, zone, band from rate_cards where valid_from > cast(dt as date) or price < 0
*/
select
    zone,
    row_number() over (partition by zone, dt order by weight_band_kg) as band,
    cast(
        coalesce(lag(weight_band_kg) over (partition by zone, dt order by weight_band_kg), 0)
        as decimal(10,3)
    ) as weight_above_kg,
    weight_band_kg as weight_up_to_kg,
    price,
    valid_from,
    dt
from shipping_rates_asof
where dt in (select dt from targets)
