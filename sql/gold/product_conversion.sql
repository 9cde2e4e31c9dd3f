/*
row: A product with a view, a cart or a purchase on the day dt or the 27 days before.
inputs:
  gold.product_day: [-27..0]
  silver.products_asof: [0]
columns:
  sku: varchar - The product.
  category: varchar - Its category in the catalogue as of dt; unknown if it is not in it.
  views: bigint - Number of views on the day.
  add_to_carts: bigint - How often it was put into a cart on the day.
  purchases: bigint - How often it was purchased on the day.
  view_to_cart_rate: double - add_to_carts / views of the day, rounded to 6 decimals as all rates; null without views; may exceed 1.
  cart_to_purchase_rate: double - purchases / add_to_carts of the day; null without carts; may exceed 1.
  viewers_7_days: >-
    bigint - Sum, over the day and the 6 days before, of each day's distinct viewers. Ours: a user who looks on two days had two
    chances to buy, and days add up without another look at the events.
  converted_7_days: bigint - Of viewers_7_days, those who purchased it on the day on which they viewed it.
  conversion_rate_7_days: double - converted_7_days / viewers_7_days; null without viewers.
  viewers_28_days: bigint - As viewers_7_days, of the day and the 27 days before.
  converted_28_days: bigint - As converted_7_days, of the day and the 27 days before.
  conversion_rate_28_days: double - converted_28_days / viewers_28_days; null without viewers.
  prior_rate: >-
    double - Sum of converted_28_days over sum of viewers_28_days of the products of the category; of all products if the
    category had no viewers; null if none had.
  expected_rate_7_days: double - As expected_rate_28_days, of the 7 days.
  expected_rate_28_days: >-
    double - (converted_28_days + 20 * prior_rate) / (viewers_28_days + 20), the mean of the posterior of a binomial rate whose
    prior is Beta(20 * prior_rate, 20 * (1 - prior_rate)); null without prior_rate. Source: Gelman et al., Bayesian Data
    Analysis, 3rd ed., section 2.4. Ours: the prior's mean is the category's own rate (empirical Bayes) and it weighs as much
    as 20 viewers, so that a product with 20 is halfway between its own rate and its category's.
audits:
  unique: [sku]
  not_null:
    - sku
    - category
    - views
    - add_to_carts
    - purchases
    - viewers_7_days
    - converted_7_days
    - viewers_28_days
    - converted_28_days
  nested: >-
    select dt, sku from product_conversion
    where converted_7_days > viewers_7_days or converted_28_days > viewers_28_days
    or viewers_7_days > viewers_28_days or converted_7_days > converted_28_days
  rates: >-
    select dt, sku from product_conversion
    where conversion_rate_7_days not between 0e0 and 1e0 or conversion_rate_28_days not between 0e0 and 1e0
    or prior_rate not between 0e0 and 1e0 or expected_rate_7_days not between 0e0 and 1e0
    or expected_rate_28_days not between 0e0 and 1e0 or (prior_rate is null) <> (expected_rate_28_days is null)
*/
with windows as (

    select
        t.dt as as_of,
        a.age,
        cast(date_add('day', -a.age, cast(t.dt as date)) as varchar) as dt
    from targets as t
    cross join unnest(sequence(0, 27)) as a (age)

),

summed as (

    select
        w.as_of as dt,
        p.sku,
        cast(coalesce(sum(case when w.age = 0 then p.views end), 0) as bigint) as views,
        cast(coalesce(sum(case when w.age = 0 then p.add_to_carts end), 0) as bigint) as add_to_carts,
        cast(coalesce(sum(case when w.age = 0 then p.purchases end), 0) as bigint) as purchases,
        cast(coalesce(sum(case when w.age < 7 then p.viewers end), 0) as bigint) as viewers_7_days,
        cast(coalesce(sum(case when w.age < 7 then p.converted_viewers end), 0) as bigint) as converted_7_days,
        cast(sum(p.viewers) as bigint) as viewers_28_days,
        cast(sum(p.converted_viewers) as bigint) as converted_28_days
    from product_day as p
    inner join windows as w
        on p.dt = w.dt
    group by
        w.as_of,
        p.sku

),

catalogued as (

    select
        s.*,
        coalesce(c.category, 'unknown') as category
    from summed as s
    left join products_asof as c
        on
            s.sku = c.sku
            and s.dt = c.dt

),

totals as (

    select
        *,
        cast(sum(viewers_28_days) over (partition by dt, category) as double) as category_viewers,
        cast(sum(converted_28_days) over (partition by dt, category) as double) as category_converted,
        cast(sum(viewers_28_days) over (partition by dt) as double) as all_viewers,
        cast(sum(converted_28_days) over (partition by dt) as double) as all_converted
    from catalogued

),

with_prior as (

    select
        *,
        coalesce(category_converted / nullif(category_viewers, 0), all_converted / nullif(all_viewers, 0)) as prior_rate
    from totals

)

select
    sku,
    category,
    views,
    add_to_carts,
    purchases,
    round(cast(add_to_carts as double) / nullif(views, 0), 6) as view_to_cart_rate,
    round(cast(purchases as double) / nullif(add_to_carts, 0), 6) as cart_to_purchase_rate,
    viewers_7_days,
    converted_7_days,
    round(cast(converted_7_days as double) / nullif(viewers_7_days, 0), 6) as conversion_rate_7_days,
    viewers_28_days,
    converted_28_days,
    round(cast(converted_28_days as double) / nullif(viewers_28_days, 0), 6) as conversion_rate_28_days,
    round(prior_rate, 6) as prior_rate,
    round((converted_7_days + 20 * prior_rate) / (viewers_7_days + 20), 6) as expected_rate_7_days,
    round((converted_28_days + 20 * prior_rate) / (viewers_28_days + 20), 6) as expected_rate_28_days,
    dt
from with_prior
