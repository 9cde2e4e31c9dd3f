/*
row: A product of the catalogue as of the day dt. Nothing after that day is used.
inputs:
  silver.products_asof: [0]
  silver.suppliers_asof: [0]
  silver.market_prices_asof: [0]
  gold.product_conversion: [0]
columns:
  sku: varchar - The product.
  category: varchar - Its category.
  is_anchor: boolean - Whether the catalogue says that customers judge the shop by its price.
  list_price: decimal(18,2) - Our price before any rule, in the currency of the shop.
  suppliers: bigint - How many suppliers offer it.
  supplier_id: >-
    varchar - The cheapest of them, of the same cost the one who delivers sooner, then the first by id; null without one.
  unit_cost: decimal(18,2) - What a piece costs there.
  lead_time_days: bigint - Days from the order there to the arrival.
  profit_margin: >-
    double - (list_price - unit_cost) / list_price, rounded to 6 decimals as all ratios; negative if it is sold below its cost;
    null without a supplier.
  competitors: bigint - How many competitors' prices are known, those seen on a day after dt left out.
  market_min: decimal(18,2) - The lowest of these prices; null without any, as all that follows from them.
  market_median: >-
    double - The middle one of these prices, of an even number the mean of the middle two, rounded to 4 decimals.
  market_mean: double - Their mean, rounded to 4 decimals.
  price_to_market_min: double - list_price / market_min.
  price_to_market_median: double - list_price / market_median, before that is rounded.
  price_to_market_mean: double - list_price / market_mean, before that is rounded.
  market_position: >-
    double - Share of the competitors who are cheaper, those of the same price counted half: 0 if we are the cheapest, 1 if
    all others are cheaper. Ours: the ratios say how far apart the prices are, this how many a customer would find.
  price_tier: >-
    varchar - low, middle or high: the third of its category that its list_price is in, by its place from the cheapest on.
    Products of the same price have the place of the first of them, so a tier may be empty; who is alone is low.
  viewers_28_days: bigint - Of product_conversion, over dt and the 27 days before; 0 for a product that it does not have.
  conversion_rate_28_days: >-
    double - expected_rate_28_days of product_conversion; for a product that it does not have the prior_rate of the category,
    which is the same formula for no viewers; null if no product of the category is there.
  popularity_rank: >-
    double - Share of the other products of the category with fewer viewers_28_days (SQL's percent_rank: 0 the least, 1 the
    most, equals alike); null if there is no other. Ours: ranks within the category, as categories differ in all three.
  margin_rank: double - As popularity_rank, by profit_margin, among those where it is known; null where it is not.
  conversion_rank: double - As popularity_rank, by conversion_rate_28_days, among those where it is known; null where it is not.
  anchor_score: >-
    double - 0.5 * popularity_rank + 0.3 * conversion_rank + 0.2 * margin_rank, unless the weights are set otherwise; null if
    one of the ranks is. Ours: how well the
    product would do as an anchor. Most weight has how many see its price, as customers cannot judge the shop by a price
    unseen; then whether it makes them buy; least the margin, which only says how far the price could be lowered. The
    weights are in `settings`, the first step of the model.
audits:
  unique: [sku]
  not_null: [sku, category, is_anchor, list_price, suppliers, competitors, price_tier, viewers_28_days]
  margin: >-
    select dt, sku from pricing_features
    where profit_margin > 1e0 or (suppliers = 0) <> (profit_margin is null) or (suppliers = 0) <> (unit_cost is null)
    or (suppliers = 0) <> (supplier_id is null)
  market: >-
    select dt, sku from pricing_features
    where market_position not between 0e0 and 1e0 or (competitors = 0) <> (market_position is null)
    or (competitors = 0) <> (market_median is null)
    or cast(market_min as double) > least(market_median, market_mean) + 0.0001e0
  scores: >-
    select dt, sku from pricing_features
    where price_tier not in ('low', 'middle', 'high') or conversion_rate_28_days not between 0e0 and 1e0
    or popularity_rank not between 0e0 and 1e0 or margin_rank not between 0e0 and 1e0
    or conversion_rank not between 0e0 and 1e0 or anchor_score not between 0e0 and 1e0
*/
with settings as (

    select
        -- How much each rank counts in anchor_score, from 0 on; they add up to 1, the highest score. By default 0.5, 0.3 and 0.2; ours.
        0.5e0 as popularity_weight,
        0.3e0 as conversion_weight,
        0.2e0 as margin_weight

),

catalogue as (

    select
        sku,
        category,
        is_anchor,
        list_price,
        dt
    from products_asof
    where dt in (select dt from targets)

),

offers as (

    select
        sku,
        supplier_id,
        unit_cost,
        lead_time_days,
        row_number() over (partition by sku, dt order by unit_cost, lead_time_days, supplier_id) as place,
        count(*) over (partition by sku, dt) as suppliers,
        dt
    from suppliers_asof

),

competing as (

    select
        sku,
        price,
        row_number() over (partition by sku, dt order by price, competitor) as place,
        count(*) over (partition by sku, dt) as competitors,
        dt
    from market_prices_asof
    where price_date <= cast(dt as date)

),

-- The middle one or two of n prices are those whose place p has n <= 2p <= n + 2.
market as (

    select
        m.sku,
        m.dt,
        count(*) as competitors,
        min(m.price) as lowest,
        cast(sum(case when 2 * m.place between m.competitors and m.competitors + 2 then m.price end) as double)
        / nullif(count(case when 2 * m.place between m.competitors and m.competitors + 2 then 1 end), 0) as median,
        cast(sum(m.price) as double) / nullif(count(*), 0) as mean,
        count(case when m.price < c.list_price then 1 end) as cheaper,
        count(case when m.price = c.list_price then 1 end) as equal
    from competing as m
    inner join catalogue as c
        on
            m.sku = c.sku
            and m.dt = c.dt
    group by
        m.sku,
        m.dt

),

joined as (

    select
        c.sku,
        c.category,
        c.is_anchor,
        c.list_price,
        coalesce(o.suppliers, 0) as suppliers,
        o.supplier_id,
        o.unit_cost,
        o.lead_time_days,
        round(
            cast(c.list_price - o.unit_cost as double) / nullif(cast(c.list_price as double), 0e0),
            6
        ) as profit_margin,
        coalesce(m.competitors, 0) as competitors,
        m.lowest,
        m.median,
        m.mean,
        round(
            cast(2 * m.cheaper + m.equal as double) / nullif(2 * m.competitors, 0),
            6
        ) as market_position,
        coalesce(v.viewers_28_days, 0) as viewers,
        coalesce(
            v.expected_rate_28_days,
            max(v.prior_rate) over (partition by c.dt, c.category)
        ) as conversion,
        c.dt
    from catalogue as c
    left join offers as o
        on
            c.sku = o.sku
            and c.dt = o.dt
            and o.place = 1
    left join market as m
        on
            c.sku = m.sku
            and c.dt = m.dt
    left join product_conversion as v
        on
            c.sku = v.sku
            and c.dt = v.dt

),

-- Unknown values come last in the order, so they change no known one's place.
placed as (

    select
        *,
        count(sku) over (partition by dt, category) as products,
        rank() over (partition by dt, category order by list_price) as price_place,
        rank() over (partition by dt, category order by viewers) as popularity_place,
        count(profit_margin) over (partition by dt, category) as margins,
        rank() over (partition by dt, category order by profit_margin) as margin_place,
        count(conversion) over (partition by dt, category) as conversions,
        rank() over (partition by dt, category order by conversion) as conversion_place
    from joined

),

ranked as (

    select
        *,
        cast(popularity_place - 1 as double) / nullif(products - 1, 0) as popularity_rank,
        case
            when profit_margin is not null then cast(margin_place - 1 as double) / nullif(margins - 1, 0)
        end as margin_rank,
        case
            when conversion is not null then cast(conversion_place - 1 as double) / nullif(conversions - 1, 0)
        end as conversion_rank
    from placed

)

select
    r.sku,
    r.category,
    r.is_anchor,
    r.list_price,
    r.suppliers,
    r.supplier_id,
    r.unit_cost,
    r.lead_time_days,
    r.profit_margin,
    r.competitors,
    r.lowest as market_min,
    round(r.median, 4) as market_median,
    round(r.mean, 4) as market_mean,
    round(cast(r.list_price as double) / nullif(cast(r.lowest as double), 0e0), 6) as price_to_market_min,
    round(cast(r.list_price as double) / nullif(r.median, 0e0), 6) as price_to_market_median,
    round(cast(r.list_price as double) / nullif(r.mean, 0e0), 6) as price_to_market_mean,
    r.market_position,
    case
        when 3 * (r.price_place - 1) < r.products then 'low'
        when 3 * (r.price_place - 1) < 2 * r.products then 'middle'
        else 'high'
    end as price_tier,
    r.viewers as viewers_28_days,
    r.conversion as conversion_rate_28_days,
    round(r.popularity_rank, 6) as popularity_rank,
    round(r.margin_rank, 6) as margin_rank,
    round(r.conversion_rank, 6) as conversion_rank,
    round(
        s.popularity_weight * r.popularity_rank
        + s.conversion_weight * r.conversion_rank
        + s.margin_weight * r.margin_rank,
        6
    ) as anchor_score,
    r.dt
from ranked as r
cross join settings as s
