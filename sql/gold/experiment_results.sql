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
  revenue: decimal(38,2) - Sum of their prices, in the currency of the purchase.
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
    double - Pearson's chi-square of the users of all variants of the experiment against equal shares, with variants - 1 degrees of
    freedom; null with a single variant. Ours: shares are meant to be equal, as decisions do not say the planned ones.
  sample_ratio_p_value: >-
    double - Its p-value, exact but for erfc as above, by Abramowitz and Stegun 26.4.4 and 26.4.5, for 2 to 7 variants, else null. Below
    0.001 (ours) the assignment is taken to be broken, and the results are not to be trusted.
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
-- All is counted as changes on the day on which they become known, per variant, and added up to each target day: a user's
-- first exposure never moves later, so each of them changes a count once.
with ranked as (

    select
        *,
        row_number() over (
            partition by experiment, user_id
            order by first_exposed_at, first_request_id, variant
        ) as place
    from experiment_exposures

),

-- 7 days but a millisecond after the exposure is the last moment that is followed.
assigned as (

    select
        experiment,
        user_id,
        variant,
        dt as exposed_on,
        cast(cast(date_add('millisecond', 604799999, first_exposed_at) as date) as varchar) as matured_on
    from ranked
    where place = 1

),

-- The first day with an exposure to another variant than the one assigned.
switched as (

    select
        a.experiment,
        a.variant,
        a.user_id,
        min(r.dt) as dt
    from assigned as a
    inner join ranked as r
        on
            a.experiment = r.experiment
            and a.user_id = r.user_id
            and a.variant <> r.variant
    group by
        a.experiment,
        a.variant,
        a.user_id

),

outcomes as (

    select
        a.experiment,
        a.variant,
        a.user_id,
        o.dt,
        o.add_to_carts,
        o.purchases,
        o.revenue
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
        variant,
        user_id,
        min(case when add_to_carts > 0 then dt end) as carted_on,
        min(case when purchases > 0 then dt end) as converted_on
    from outcomes
    group by
        experiment,
        variant,
        user_id

),

changes as (

    select experiment, variant, dt, 'exposures' as what, exposures as amount, cast(0 as decimal(38,2)) as revenue
    from experiment_exposures

    union all

    select experiment, variant, exposed_on as dt, 'users' as what, 1 as amount, 0 as revenue
    from assigned

    union all

    select experiment, variant, matured_on as dt, 'matured' as what, 1 as amount, 0 as revenue
    from assigned

    union all

    select experiment, variant, dt, 'switchers' as what, 1 as amount, 0 as revenue
    from switched

    union all

    select experiment, variant, dt, 'purchases' as what, purchases as amount, revenue
    from outcomes

    union all

    select experiment, variant, carted_on as dt, 'carts' as what, 1 as amount, 0 as revenue
    from reached
    where carted_on is not null

    union all

    select experiment, variant, converted_on as dt, 'conversions' as what, 1 as amount, 0 as revenue
    from reached
    where converted_on is not null

    union all

    select
        experiment,
        variant,
        case when carted_on > converted_on then carted_on else converted_on end as dt,
        'bought_carts' as what,
        1 as amount,
        0 as revenue
    from reached
    where
        carted_on is not null
        and converted_on is not null

),

changes_by_day as (

    select
        experiment,
        variant,
        dt,
        what,
        sum(amount) as amount,
        sum(revenue) as revenue
    from changes
    group by
        experiment,
        variant,
        dt,
        what

),

counted as (

    select
        t.dt,
        c.experiment,
        c.variant,
        cast(sum(case when c.what = 'exposures' then c.amount else 0 end) as bigint) as exposures,
        cast(sum(case when c.what = 'users' then c.amount else 0 end) as bigint) as users,
        cast(sum(case when c.what = 'switchers' then c.amount else 0 end) as bigint) as switchers,
        cast(sum(case when c.what = 'matured' then c.amount else 0 end) as bigint) as matured_users,
        cast(sum(case when c.what = 'carts' then c.amount else 0 end) as bigint) as cart_users,
        cast(sum(case when c.what = 'conversions' then c.amount else 0 end) as bigint) as conversions,
        cast(sum(case when c.what = 'bought_carts' then c.amount else 0 end) as bigint) as bought_carts,
        cast(sum(case when c.what = 'purchases' then c.amount else 0 end) as bigint) as purchases,
        cast(sum(c.revenue) as decimal(38,2)) as revenue
    from targets as t
    inner join changes_by_day as c
        on c.dt <= t.dt
    group by
        t.dt,
        c.experiment,
        c.variant

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
        ) as place,
        cast(count(*) over (partition by dt, experiment) as double) as variants,
        cast(sum(users) over (partition by dt, experiment) as double) as all_users
    from counted

),

bounded as (

    select
        *,
        case when rate is null then null when conversions = 0 then 0e0 else greatest(centre - half, 0e0) end as low,
        case when rate is null then null when conversions = users then 1e0 else least(centre + half, 1e0) end as high,
        sum((n - all_users / variants) * (n - all_users / variants)) over (partition by dt, experiment)
        / nullif(all_users / variants, 0e0) as chi_square
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
        1e0 / nullif(v.n, 0e0) + 1e0 / nullif(c.n, 0e0) as weight
    from bounded as v
    inner join bounded as c
        on
            v.dt = c.dt
            and v.experiment = c.experiment
            and c.place = 1

),

tested as (

    select
        *,
        gap / nullif(sqrt(pooled * (1e0 - pooled) * weight), 0e0) as z,
        case when variants > 1 then chi_square end as x
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
        least(
            case variants
                when 2 then x_tail
                when 3 then even_term
                when 4 then x_tail + odd_term
                when 5 then even_term * (1 + x / 2)
                when 6 then x_tail + odd_term * (1 + x / 3)
                when 7 then even_term * (1 + x / 2 + x * x / 8)
            end,
            1e0
        ),
        6
    ) as sample_ratio_p_value,
    dt
from tails
