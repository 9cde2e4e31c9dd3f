/*
row: >-
  A feature, a numeric column of a table that is kept for every day, on a day dt on which the table has rows. Customers are
  watched by what they do on a day (user_day, customer_day): tables kept for month ends and the last day only, such as
  customer_features, are not among these, as the day that is last today would lose its profile tomorrow, and its 28 days
  before have none.
inputs:
  gold.pricing_features: [0]
  gold.shipping_features: [0]
  gold.product_conversion: [0]
  gold.user_day: [0]
  gold.customer_day: [0]
columns:
  feature_table: varchar - The table, without its layer gold.
  feature: varchar - The column.
  row_count: bigint - Rows of the table on the day.
  null_count: bigint - Of these, those where the feature is null; all below is of the others, and null if there are none.
  null_share: double - null_count / row_count, rounded to 6 decimals.
  mean: double - Mean, rounded to 6 decimals.
  standard_deviation: >-
    double - Standard deviation of a sample, with count - 1 in the denominator, rounded to 6 decimals, of which the last are noise
    where minimum and maximum are more than a billion apart: about a 10^16th of that. Null for a single value.
  minimum: decimal(38,6) - The least value.
  p01: >-
    decimal(38,6) - The quantile of 1 %, as all quantiles the value at place ceil(share * count) in order of size, so one that is
    there. Source: Hyndman and Fan, Sample quantiles in statistical packages, The American Statistician 50 (1996),
    definition 1, the inverse of the empirical distribution.
  p05: decimal(38,6) - The quantile of 5 %.
  p25: decimal(38,6) - The quantile of 25 %.
  p50: decimal(38,6) - The median, of an even number the lower of the middle two.
  p75: decimal(38,6) - The quantile of 75 %.
  p95: decimal(38,6) - The quantile of 95 %.
  p99: decimal(38,6) - The quantile of 99 %.
  maximum: decimal(38,6) - The greatest value.
  histogram: >-
    varchar - How many values are in each cell, as cell:count in the order of cells, with blanks between; what feature_drift
    compares. A cell holds the values of the same first three digits: its number is 1000 * the digits of the value in
    millionths + the first three of them, with the sign of the value, so cells are in the order of values; 0 is in cell 0.
    0.29 is 290000 millionths, so in 6290, with all up to 0.290999. Ours: the cells are the same on all days, so that days
    add up, and never wider than a hundredth of the value; finding them takes no logarithm, whose last digit engines differ in.
audits:
  unique: [feature_table, feature]
  not_null: [feature_table, feature, row_count, null_count, null_share]
  counts: >-
    select dt, feature_table, feature from feature_profile
    where null_count not between 0 and row_count or row_count < 1 or (null_count = row_count) <> (mean is null)
    or (null_count = row_count) <> (histogram is null) or (row_count - null_count > 1) <> (standard_deviation is not null)
  in_order: >-
    select dt, feature_table, feature from feature_profile
    where minimum > p01 or p01 > p05 or p05 > p25 or p25 > p50 or p50 > p75 or p75 > p95 or p95 > p99 or p99 > maximum
    or (minimum = maximum and standard_deviation > 0e0)
*/
-- Each feature as decimals, whose sums do not depend on the order of addition. What is a double is rounded to 6 decimals already.
with values_of_pricing as (

    select
        'pricing_features' as feature_table,
        f.feature,
        case f.feature
            when 'list_price' then cast(t.list_price as decimal(38,6))
            when 'suppliers' then cast(t.suppliers as decimal(38,6))
            when 'unit_cost' then cast(t.unit_cost as decimal(38,6))
            when 'lead_time_days' then cast(t.lead_time_days as decimal(38,6))
            when 'profit_margin' then cast(round(t.profit_margin, 6) as decimal(38,6))
            when 'competitors' then cast(t.competitors as decimal(38,6))
            when 'market_min' then cast(t.market_min as decimal(38,6))
            when 'market_median' then cast(round(t.market_median, 6) as decimal(38,6))
            when 'market_mean' then cast(round(t.market_mean, 6) as decimal(38,6))
            when 'price_to_market_min' then cast(round(t.price_to_market_min, 6) as decimal(38,6))
            when 'price_to_market_median' then cast(round(t.price_to_market_median, 6) as decimal(38,6))
            when 'price_to_market_mean' then cast(round(t.price_to_market_mean, 6) as decimal(38,6))
            when 'market_position' then cast(round(t.market_position, 6) as decimal(38,6))
            when 'viewers_28_days' then cast(t.viewers_28_days as decimal(38,6))
            when 'conversion_rate_28_days' then cast(round(t.conversion_rate_28_days, 6) as decimal(38,6))
            when 'popularity_rank' then cast(round(t.popularity_rank, 6) as decimal(38,6))
            when 'margin_rank' then cast(round(t.margin_rank, 6) as decimal(38,6))
            when 'conversion_rank' then cast(round(t.conversion_rank, 6) as decimal(38,6))
            when 'anchor_score' then cast(round(t.anchor_score, 6) as decimal(38,6))
        end as value,
        t.dt
    from pricing_features as t
    cross join unnest(array[
        'list_price',
        'suppliers',
        'unit_cost',
        'lead_time_days',
        'profit_margin',
        'competitors',
        'market_min',
        'market_median',
        'market_mean',
        'price_to_market_min',
        'price_to_market_median',
        'price_to_market_mean',
        'market_position',
        'viewers_28_days',
        'conversion_rate_28_days',
        'popularity_rank',
        'margin_rank',
        'conversion_rank',
        'anchor_score'
    ]) as f (feature)

),

values_of_shipping as (

    select
        'shipping_features' as feature_table,
        f.feature,
        case f.feature
            when 'weight_kg' then cast(t.weight_kg as decimal(38,6))
            when 'volumetric_weight_kg' then cast(round(t.volumetric_weight_kg, 6) as decimal(38,6))
            when 'volumetric_weight_iata_kg' then cast(round(t.volumetric_weight_iata_kg, 6) as decimal(38,6))
            when 'chargeable_weight_kg' then cast(t.chargeable_weight_kg as decimal(38,6))
            when 'weight_up_to_kg' then cast(t.weight_up_to_kg as decimal(38,6))
            when 'shipping_price' then cast(t.shipping_price as decimal(38,6))
            when 'list_price' then cast(t.list_price as decimal(38,6))
            when 'unit_cost' then cast(t.unit_cost as decimal(38,6))
            when 'shipping_share_of_price' then cast(round(t.shipping_share_of_price, 6) as decimal(38,6))
            when 'margin_after_shipping' then cast(round(t.margin_after_shipping, 6) as decimal(38,6))
            when 'margin_sensitivity' then cast(round(t.margin_sensitivity, 6) as decimal(38,6))
        end as value,
        t.dt
    from shipping_features as t
    cross join unnest(array[
        'weight_kg',
        'volumetric_weight_kg',
        'volumetric_weight_iata_kg',
        'chargeable_weight_kg',
        'weight_up_to_kg',
        'shipping_price',
        'list_price',
        'unit_cost',
        'shipping_share_of_price',
        'margin_after_shipping',
        'margin_sensitivity'
    ]) as f (feature)

),

values_of_conversion as (

    select
        'product_conversion' as feature_table,
        f.feature,
        case f.feature
            when 'views' then cast(t.views as decimal(38,6))
            when 'add_to_carts' then cast(t.add_to_carts as decimal(38,6))
            when 'purchases' then cast(t.purchases as decimal(38,6))
            when 'view_to_cart_rate' then cast(round(t.view_to_cart_rate, 6) as decimal(38,6))
            when 'cart_to_purchase_rate' then cast(round(t.cart_to_purchase_rate, 6) as decimal(38,6))
            when 'viewers_7_days' then cast(t.viewers_7_days as decimal(38,6))
            when 'converted_7_days' then cast(t.converted_7_days as decimal(38,6))
            when 'conversion_rate_7_days' then cast(round(t.conversion_rate_7_days, 6) as decimal(38,6))
            when 'viewers_28_days' then cast(t.viewers_28_days as decimal(38,6))
            when 'converted_28_days' then cast(t.converted_28_days as decimal(38,6))
            when 'conversion_rate_28_days' then cast(round(t.conversion_rate_28_days, 6) as decimal(38,6))
            when 'prior_rate' then cast(round(t.prior_rate, 6) as decimal(38,6))
            when 'expected_rate_7_days' then cast(round(t.expected_rate_7_days, 6) as decimal(38,6))
            when 'expected_rate_28_days' then cast(round(t.expected_rate_28_days, 6) as decimal(38,6))
        end as value,
        t.dt
    from product_conversion as t
    cross join unnest(array[
        'views',
        'add_to_carts',
        'purchases',
        'view_to_cart_rate',
        'cart_to_purchase_rate',
        'viewers_7_days',
        'converted_7_days',
        'conversion_rate_7_days',
        'viewers_28_days',
        'converted_28_days',
        'conversion_rate_28_days',
        'prior_rate',
        'expected_rate_7_days',
        'expected_rate_28_days'
    ]) as f (feature)

),

values_of_users as (

    select
        'user_day' as feature_table,
        f.feature,
        case f.feature
            when 'actions' then cast(t.actions as decimal(38,6))
            when 'page_views' then cast(t.page_views as decimal(38,6))
            when 'duration_ms' then cast(t.duration_ms as decimal(38,6))
        end as value,
        t.dt
    from user_day as t
    cross join unnest(array['actions', 'page_views', 'duration_ms']) as f (feature)

),

values_of_customers as (

    select
        'customer_day' as feature_table,
        f.feature,
        case f.feature
            when 'transactions' then cast(t.transactions as decimal(38,6))
            when 'spend' then cast(t.spend as decimal(38,6))
        end as value,
        t.dt
    from customer_day as t
    cross join unnest(array['transactions', 'spend']) as f (feature)

),

features as (

    select feature_table, feature, value, dt
    from values_of_pricing

    union all

    select feature_table, feature, value, dt
    from values_of_shipping

    union all

    select feature_table, feature, value, dt
    from values_of_conversion

    union all

    select feature_table, feature, value, dt
    from values_of_users

    union all

    select feature_table, feature, value, dt
    from values_of_customers

),

-- Nulls come last, so places are those of the values.
placed as (

    select
        feature_table,
        feature,
        value,
        row_number() over (partition by feature_table, feature, dt order by value) as place,
        count(value) over (partition by feature_table, feature, dt) as n,
        sum(value) over (partition by feature_table, feature, dt) as total,
        min(value) over (partition by feature_table, feature, dt) as least_value,
        max(value) over (partition by feature_table, feature, dt) as greatest_value,
        dt
    from features
    where dt in (select dt from targets)

),

-- How far each value is from the mean, in ranges: its square is at most 1, so that its sum is exact as a decimal and cannot overflow.
deviating as (

    select
        *,
        cast(greatest_value - least_value as double) as value_range,
        (cast(value as double) - cast(total as double) / nullif(n, 0))
        / nullif(cast(greatest_value - least_value as double), 0e0) as deviation
    from placed

),

summed as (

    select
        feature_table,
        feature,
        count(*) as row_count,
        max(n) as n,
        max(total) as total,
        max(value_range) as value_range,
        sum(cast(round(coalesce(deviation * deviation, 0e0), 15) as decimal(38,15))) as squares,
        min(value) as minimum,
        max(case when place = (n + 99) / 100 then value end) as p01,
        max(case when place = (5 * n + 99) / 100 then value end) as p05,
        max(case when place = (25 * n + 99) / 100 then value end) as p25,
        max(case when place = (50 * n + 99) / 100 then value end) as p50,
        max(case when place = (75 * n + 99) / 100 then value end) as p75,
        max(case when place = (95 * n + 99) / 100 then value end) as p95,
        max(case when place = (99 * n + 99) / 100 then value end) as p99,
        max(value) as maximum,
        dt
    from deviating
    group by
        feature_table,
        feature,
        dt

),

in_millionths as (

    select
        feature_table,
        feature,
        case when value < 0 then -1 else 1 end as sign_of_value,
        cast(cast(abs(value) * 1000000 as decimal(38,0)) as varchar) as digits,
        dt
    from features
    where
        dt in (select dt from targets)
        and value is not null

),

in_cells as (

    select
        feature_table,
        feature,
        case
            when digits = '0' then 0
            else sign_of_value * (1000 * length(digits) + cast(rpad(substr(digits, 1, 3), 3, '0') as bigint))
        end as cell,
        dt
    from in_millionths

),

counted as (

    select
        feature_table,
        feature,
        cell,
        count(*) as amount,
        dt
    from in_cells
    group by
        feature_table,
        feature,
        cell,
        dt

),

histograms as (

    select
        feature_table,
        feature,
        array_join(
            array_agg(cast(cell as varchar) || ':' || cast(amount as varchar) order by cell),
            ' '
        ) as histogram,
        dt
    from counted
    group by
        feature_table,
        feature,
        dt

)

select
    s.feature_table,
    s.feature,
    s.row_count,
    s.row_count - s.n as null_count,
    round(cast(s.row_count - s.n as double) / nullif(s.row_count, 0), 6) as null_share,
    round(cast(s.total as double) / nullif(s.n, 0), 6) as mean,
    case
        when s.n > 1 then round(s.value_range * sqrt(cast(s.squares as double) / nullif(s.n - 1, 0)), 6)
    end as standard_deviation,
    s.minimum,
    s.p01,
    s.p05,
    s.p25,
    s.p50,
    s.p75,
    s.p95,
    s.p99,
    s.maximum,
    h.histogram,
    s.dt
from summed as s
left join histograms as h
    on
        s.feature_table = h.feature_table
        and s.feature = h.feature
        and s.dt = h.dt
