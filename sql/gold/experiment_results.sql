/*
row: >-
  A variant of an experiment, cumulative: its users exposed by the end of the day dt and what they had done by then. A user is
  of the variant that they were given first, whatever they are given later (intention to treat), and is followed for 7 days
  (168 hours) from that first exposure.
inputs:
  gold.experiment_exposures: [..0]
  gold.experiment_outcomes: [..0]
columns:
  experiment: varchar - The experiment.
  variant: varchar - The variant.
  is_control: >-
    boolean - Whether the others are compared with it, the variant named control or, if none is, the least by name.
  exposures: bigint - Decisions with this variant, of any user.
  users: bigint - Users whose first exposure was to this variant.
  switchers: bigint - Of users, those given another variant later; many of them blur the comparison.
  matured_users: bigint - Of users, those whose 7 days are over by the end of dt.
  cart_users: bigint - Of users, those who put a product into the cart within the 7 days.
  conversions: bigint - Of users, those with a transaction within the 7 days that is not refunded, cancelled or failed.
  abandoned_carts: bigint - Of cart_users, those who are not of conversions.
  purchases: bigint - Distinct transactions of the users within the 7 days, without those.
  revenue: decimal(38,2) - Sum of their prices, less what was refunded of them within the 7 days, in the currency of the purchase.
  revenue_per_user: double - revenue / users, rounded to 6 decimals as all that follow; null without users.
  add_to_cart_rate: double - cart_users / users; null without users.
  abandonment_rate: double - abandoned_carts / cart_users; null without carts.
  conversion_rate: double - conversions / users; null without users.
  conversion_rate_low: >-
    double - Lower bound of the 95 % confidence interval of conversion_rate. Source: Wilson, Probable inference, the law of succession,
    and statistical inference, JASA 22 (1927), with z = 1.959963984540054 and no continuity correction.
  conversion_rate_high: double - Upper bound of it.
  difference: double - conversion_rate - that of control; null for control and without users.
  difference_low: >-
    double - Lower bound of the 95 % confidence interval of difference. Source: Newcombe, Interval estimation for the difference between
    independent proportions, Statistics in Medicine 17 (1998), method 10, the square-and-add of two Wilson intervals.
  difference_high: double - Upper bound of it.
  lift: double - difference / conversion_rate of control; null if that is 0.
  z: >-
    double - Statistic of the two-proportion z-test, difference / sqrt(p (1 - p) (1 / users + 1 / users of control)), where p is the
    rate of both together; null if p is 0 or 1. Source: NIST/SEMATECH e-Handbook of Statistical Methods, 7.3.3.
  p_value: >-
    double - Two-sided p-value of z, erfc(|z| / sqrt(2)) by Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26, which is
    off by 1.5e-7 at most. It holds for one look at a time fixed in advance; who stops at the first day below 0.05 is wrong more
    often.
  sample_ratio_chi_square: >-
    double - Pearson's chi-square of the users of all variants of the experiment against their planned shares, with variants - 1 degrees
    of freedom; null with a single variant, or with users of a variant that is not planned. Shares are equal unless `planned_shares`,
    the first step of the model, has others: decisions do not say what was planned.
  sample_ratio_p_value: >-
    double - Its p-value, exact but for erfc as above, by Abramowitz and Stegun 26.4.4 and 26.4.5, for 2 to 7 variants, else null; 0 with
    users of a variant that is not planned. Below 0.001 (ours) the assignment is taken to be broken, and the results are not to be
    trusted.
audits:
  unique: [experiment, variant]
  not_null:
    - experiment
    - variant
    - is_control
    - exposures
    - users
    - switchers
    - matured_users
    - cart_users
    - conversions
    - abandoned_carts
    - purchases
    - revenue
  counts: >-
    select dt, experiment, variant from experiment_results
    where greatest(switchers, matured_users, cart_users, conversions) > users or users > exposures
    or abandoned_carts > cart_users or conversions > purchases or exposures < 1
  one_control: >-
    select dt, experiment from experiment_results group by dt, experiment having count(case when is_control then 1 end) <> 1
  intervals: >-
    select dt, experiment, variant from experiment_results
    where conversion_rate not between conversion_rate_low and conversion_rate_high
    or difference not between difference_low and difference_high
    or p_value not between 0e0 and 1e0 or sample_ratio_p_value not between 0e0 and 1e0
*/
with planned_shares as (

    -- The variants of an experiment are meant to have equal shares of its users. For another split put a line for each of its variants
    -- behind `values`, also for one without users yet; the line that is there stands for none and stays the last:
    -- ('prices', 'control', 0.9),
    -- ('prices', 'lower', 0.1),
    select
        experiment,
        variant,
        cast(share as decimal(18,6)) as share
    from (
        values
            (cast(null as varchar), cast(null as varchar), cast(null as decimal(18,6)))
    ) as p (experiment, variant, share)
    where share > 0

),

planned_experiments as (

    select
        experiment,
        count(*) as variants,
        sum(share) as shares
    from planned_shares
    group by experiment

),

-- Each exposure beside the first one of its user, which decides for good: of which variant they are, and from when they are followed.
exposed as (

    select
        experiment,
        user_id,
        variant,
        first_value(variant) over (
            partition by experiment, user_id
            order by first_exposed_at, first_request_id, variant
        ) as first_variant,
        min(first_exposed_at) over (partition by experiment, user_id) as exposed_at,
        dt
    from experiment_exposures

),

-- 7 days but a millisecond after the exposure is the last moment that is followed.
assigned as (

    select
        experiment,
        user_id,
        first_variant as variant,
        min(dt) as exposed_on,
        cast(cast(date_add('millisecond', 604799999, exposed_at) as date) as varchar) as matured_on,
        min(case when variant <> first_variant then dt end) as switched_on
    from exposed
    group by
        experiment,
        user_id,
        first_variant,
        exposed_at

),

outcomes as (

    select
        a.experiment,
        a.variant,
        a.user_id,
        o.add_to_carts,
        o.purchases,
        o.revenue,
        o.dt
    from assigned as a
    inner join experiment_outcomes as o
        on
            a.experiment = o.experiment
            and a.user_id = o.user_id
            and cast(a.exposed_on as date) = o.exposed_on

),

reached as (

    select
        experiment,
        user_id,
        min(case when add_to_carts > 0 then dt end) as carted_on,
        min(case when purchases > 0 then dt end) as converted_on
    from outcomes
    group by
        experiment,
        user_id

),

-- The days of a user, of which none ever moves later; users who have all of them in common are counted together.
courses as (

    select
        a.experiment,
        a.variant,
        a.exposed_on,
        a.switched_on,
        a.matured_on,
        r.carted_on,
        r.converted_on,
        count(a.user_id) as users,
        count(a.switched_on) as switchers,
        count(a.matured_on) as matured_users,
        count(r.carted_on) as cart_users,
        count(r.converted_on) as conversions
    from assigned as a
    left join reached as r
        on
            a.experiment = r.experiment
            and a.user_id = r.user_id
    group by
        a.experiment,
        a.variant,
        a.exposed_on,
        a.switched_on,
        a.matured_on,
        r.carted_on,
        r.converted_on

),

-- As of a target day, a day that is not behind it has not come yet.
users as (

    select
        c.experiment,
        c.variant,
        cast(sum(c.users) as bigint) as users,
        cast(sum(case when c.switched_on <= t.dt then c.switchers else 0 end) as bigint) as switchers,
        cast(sum(case when c.matured_on <= t.dt then c.matured_users else 0 end) as bigint) as matured_users,
        cast(sum(case when c.carted_on <= t.dt then c.cart_users else 0 end) as bigint) as cart_users,
        cast(sum(case when c.converted_on <= t.dt then c.conversions else 0 end) as bigint) as conversions,
        cast(
            sum(case when c.carted_on <= t.dt and c.converted_on <= t.dt then c.cart_users else 0 end) as bigint
        ) as bought_carts,
        t.dt
    from targets as t
    inner join courses as c
        on c.exposed_on <= t.dt
    group by
        c.experiment,
        c.variant,
        t.dt

),

decided_by_day as (

    select
        experiment,
        variant,
        sum(exposures) as exposures,
        dt
    from experiment_exposures
    group by
        experiment,
        variant,
        dt

),

decided as (

    select
        d.experiment,
        d.variant,
        cast(sum(d.exposures) as bigint) as exposures,
        t.dt
    from targets as t
    inner join decided_by_day as d
        on d.dt <= t.dt
    group by
        d.experiment,
        d.variant,
        t.dt

),

bought_by_day as (

    select
        experiment,
        variant,
        sum(purchases) as purchases,
        sum(revenue) as revenue,
        dt
    from outcomes
    group by
        experiment,
        variant,
        dt

),

bought as (

    select
        b.experiment,
        b.variant,
        cast(sum(b.purchases) as bigint) as purchases,
        cast(sum(b.revenue) as decimal(38,2)) as revenue,
        t.dt
    from targets as t
    inner join bought_by_day as b
        on b.dt <= t.dt
    group by
        b.experiment,
        b.variant,
        t.dt

),

counted as (

    select
        d.experiment,
        d.variant,
        d.exposures,
        coalesce(u.users, 0) as users,
        coalesce(u.switchers, 0) as switchers,
        coalesce(u.matured_users, 0) as matured_users,
        coalesce(u.cart_users, 0) as cart_users,
        coalesce(u.conversions, 0) as conversions,
        coalesce(u.bought_carts, 0) as bought_carts,
        coalesce(b.purchases, 0) as purchases,
        coalesce(b.revenue, 0) as revenue,
        d.dt
    from decided as d
    left join users as u
        on
            d.experiment = u.experiment
            and d.variant = u.variant
            and d.dt = u.dt
    left join bought as b
        on
            d.experiment = b.experiment
            and d.variant = b.variant
            and d.dt = b.dt

),

-- How many users a variant would have by its planned share; none if the plan does not have it.
expected as (

    select
        c.experiment,
        cast(c.users as double) as users,
        cast(sum(c.users) over (partition by c.dt, c.experiment) as double) as all_users,
        coalesce(e.variants, count(c.variant) over (partition by c.dt, c.experiment)) as variants,
        cast(sum(c.users) over (partition by c.dt, c.experiment) as double)
        * case
            when e.experiment is null then 1e0 / nullif(count(c.variant) over (partition by c.dt, c.experiment), 0)
            else cast(p.share as double) / nullif(cast(e.shares as double), 0e0)
        end as expected_users,
        c.dt
    from counted as c
    left join planned_experiments as e
        on c.experiment = e.experiment
    left join planned_shares as p
        on
            c.experiment = p.experiment
            and c.variant = p.variant

),

-- A planned variant that nobody has been given yet has no row: it lacks all the users that it would have.
ratios as (

    select
        experiment,
        cast(max(variants) as double) as variants,
        sum((users - expected_users) * (users - expected_users) / nullif(expected_users, 0e0))
        + case when count(expected_users) < max(variants) then max(all_users) - sum(expected_users) else 0e0 end as chi_square,
        sum(case when expected_users is null then users else 0e0 end) as unplanned_users,
        dt
    from expected
    group by
        experiment,
        dt

),

-- Rates, with Wilson's interval; 1.959963984540054 is the 97.5 % quantile of the normal distribution, 3.841458820694124 its square.
rated as (

    select
        *,
        cast(users as double) as n,
        cast(conversions as double) / nullif(users, 0) as rate,
        (conversions + 3.841458820694124e0 / 2) / nullif(users + 3.841458820694124e0, 0e0) as centre,
        1.959963984540054e0 * sqrt(
            cast(conversions as double) * (users - conversions) / nullif(users, 0) + 3.841458820694124e0 / 4
        ) / nullif(users + 3.841458820694124e0, 0e0) as half,
        row_number() over (
            partition by dt, experiment
            order by case when variant = 'control' then 0 else 1 end, variant
        ) as place
    from counted

),

bounded as (

    select
        *,
        case when rate is null then null when conversions = 0 then 0e0 else greatest(centre - half, 0e0) end as low,
        case when rate is null then null when conversions = users then 1e0 else least(centre + half, 1e0) end as high
    from rated

),

compared as (

    select
        v.*,
        c.rate as control_rate,
        case when v.place > 1 then v.rate - c.rate end as gap,
        case
            when v.place > 1 then sqrt((v.rate - v.low) * (v.rate - v.low) + (c.high - c.rate) * (c.high - c.rate))
        end as gap_below,
        case
            when v.place > 1 then sqrt((v.high - v.rate) * (v.high - v.rate) + (c.rate - c.low) * (c.rate - c.low))
        end as gap_above,
        (cast(v.conversions as double) + c.conversions) / nullif(v.n + c.n, 0e0) as pooled,
        1e0 / nullif(v.n, 0e0) + 1e0 / nullif(c.n, 0e0) as weight,
        r.variants,
        r.unplanned_users,
        case when r.variants > 1 and r.unplanned_users = 0e0 then r.chi_square end as x
    from bounded as v
    inner join bounded as c
        on
            v.dt = c.dt
            and v.experiment = c.experiment
            and c.place = 1
    inner join ratios as r
        on
            v.dt = r.dt
            and v.experiment = r.experiment

),

tested as (

    select
        *,
        gap / nullif(sqrt(pooled * (1e0 - pooled) * weight), 0e0) as z
    from compared

),

-- The t of Abramowitz and Stegun 7.1.26, for erfc(|z| / sqrt(2)) and erfc(sqrt(x / 2)); the argument's square is half of z * z, or of x.
transformed as (

    select
        *,
        1e0 / (1e0 + 0.3275911e0 * abs(z) / sqrt(2e0)) as tz,
        1e0 / (1e0 + 0.3275911e0 * sqrt(x / 2)) as tx
    from tested

),

tails as (

    select
        *,
        exp(-z * z / 2)
        * tz * (0.254829592e0 + tz * (-0.284496736e0 + tz * (1.421413741e0 + tz * (-1.453152027e0 + tz * 1.061405429e0))))
            as z_tail,
        exp(-x / 2)
        * tx * (0.254829592e0 + tx * (-0.284496736e0 + tx * (1.421413741e0 + tx * (-1.453152027e0 + tx * 1.061405429e0))))
            as x_tail,
        exp(-x / 2) as even_term,
        exp(-x / 2) * sqrt(2 * x / 3.141592653589793e0) as odd_term
    from transformed

)

select
    experiment,
    variant,
    place = 1 as is_control,
    exposures,
    users,
    switchers,
    matured_users,
    cart_users,
    conversions,
    cart_users - bought_carts as abandoned_carts,
    purchases,
    revenue,
    round(cast(revenue as double) / nullif(users, 0), 6) as revenue_per_user,
    round(cast(cart_users as double) / nullif(users, 0), 6) as add_to_cart_rate,
    round(cast(cart_users - bought_carts as double) / nullif(cart_users, 0), 6) as abandonment_rate,
    round(rate, 6) as conversion_rate,
    round(low, 6) as conversion_rate_low,
    round(high, 6) as conversion_rate_high,
    round(gap, 6) as difference,
    round(gap - gap_below, 6) as difference_low,
    round(gap + gap_above, 6) as difference_high,
    round(gap / nullif(control_rate, 0e0), 6) as lift,
    round(z, 6) as z,
    round(least(z_tail, 1e0), 6) as p_value,
    round(x, 6) as sample_ratio_chi_square,
    round(
        case
            when unplanned_users > 0e0 then 0e0
            when variants = 2 then least(x_tail, 1e0)
            when variants = 3 then least(even_term, 1e0)
            when variants = 4 then least(x_tail + odd_term, 1e0)
            when variants = 5 then least(even_term * (1 + x / 2), 1e0)
            when variants = 6 then least(x_tail + odd_term * (1 + x / 3), 1e0)
            when variants = 7 then least(even_term * (1 + x / 2 + x * x / 8), 1e0)
        end,
        6
    ) as sample_ratio_p_value,
    dt
from tails
