/*
row: >-
  A feature whose table has rows on the day dt or one of the 28 days before, which are the baseline: how far its values of
  the day are from those of the baseline.
inputs:
  gold.feature_profile: [-28..0]
columns:
  feature_table: varchar - The table, without its layer gold.
  feature: varchar - The column.
  row_count: bigint - Rows of the table on the day; 0 if it has none, which feature_profile does not say.
  null_share: double - Share of them where the feature is null, rounded to 6 decimals; null without rows.
  baseline_days: bigint - Of the 28 days before, those on which the table has rows; fewer than 28 are a weaker baseline.
  baseline_row_count: bigint - Rows of all these days together.
  baseline_null_share: double - Share of them where the feature is null, rounded to 6 decimals; null without rows.
  bins: >-
    bigint - How many bins the day and the baseline are compared in. They are the tenths of the baseline's values
    (up to a decile, that included; the first and the last are open), but for two things of ours: a cell of
    feature_profile's histogram that has a tenth of the baseline or more is a bin by itself, with other bins on both of
    its sides, so that a feature of few different values is compared value by value; and nulls are a bin. Cells are never
    split. Null without psi.
  psi: >-
    double - Population stability index, the sum over the bins of (p - q) * ln(p / q), where p is the bin's share of the
    day's rows, q of the baseline's, rounded to 6 decimals; null if the day or the baseline has no rows. A bin that is
    empty on one side counts as half a row there (ours: so that it weighs more the more rows could have been in it). Source:
    Siddiqi, Intelligent Credit Scoring, 2nd ed. (2017), p. 369.
  psi_by_chance: >-
    double - (bins - 1) * (1 / row_count + 1 / baseline_row_count), rounded to 6 decimals: about what psi is if nothing
    has changed, for rows that do not depend on each other. With few rows it is above the limits of `shift`, which then
    say nothing. Source: Yurdakul and Naranjo, Statistical properties of the population stability index, Journal of Risk
    Model Validation 14 (2020).
  shift: >-
    varchar - none if psi is below 0.1, small if at most 0.25, significant above; null without psi. Source: the limits are
    Siddiqi's, from practice, not a test.
audits:
  unique: [feature_table, feature]
  not_null: [feature_table, feature, row_count, baseline_days, baseline_row_count]
  counts: >-
    select dt, feature_table, feature from feature_drift
    where row_count + baseline_row_count < 1 or baseline_days not between 0 and 28 or baseline_days > baseline_row_count
    or (row_count = 0) <> (null_share is null) or (baseline_row_count = 0) <> (baseline_null_share is null)
  comparable: >-
    select dt, feature_table, feature from feature_drift
    where psi < 0e0 or (row_count = 0 or baseline_row_count = 0) <> (psi is null) or (psi is null) <> (bins is null)
    or (psi is null) <> (shift is null) or (psi is null) <> (psi_by_chance is null) or bins not between 1 and 32
*/
with windows as (

    select
        t.dt as as_of,
        a.age,
        cast(date_add('day', -a.age, cast(t.dt as date)) as varchar) as dt
    from targets as t
    cross join unnest(sequence(0, 28)) as a (age)

),

sides as (

    select
        w.as_of as dt,
        p.feature_table,
        p.feature,
        cast(coalesce(sum(case when w.age = 0 then p.row_count end), 0) as bigint) as day_rows,
        cast(coalesce(sum(case when w.age = 0 then p.null_count end), 0) as bigint) as day_nulls,
        count(case when w.age > 0 then 1 end) as baseline_days,
        cast(coalesce(sum(case when w.age > 0 then p.row_count end), 0) as bigint) as baseline_rows,
        cast(coalesce(sum(case when w.age > 0 then p.null_count end), 0) as bigint) as baseline_nulls
    from feature_profile as p
    inner join windows as w
        on p.dt = w.dt
    group by
        w.as_of,
        p.feature_table,
        p.feature

),

cells as (

    select
        p.feature_table,
        p.feature,
        cast(split_part(e.entry, ':', 1) as bigint) as cell,
        cast(split_part(e.entry, ':', 2) as bigint) as amount,
        p.dt
    from feature_profile as p
    cross join unnest(split(p.histogram, ' ')) as e (entry)

),

counted as (

    select
        w.as_of as dt,
        c.feature_table,
        c.feature,
        c.cell,
        cast(coalesce(sum(case when w.age = 0 then c.amount end), 0) as bigint) as on_day,
        cast(coalesce(sum(case when w.age > 0 then c.amount end), 0) as bigint) as in_baseline
    from cells as c
    inner join windows as w
        on c.dt = w.dt
    group by
        w.as_of,
        c.feature_table,
        c.feature,
        c.cell

),

-- How many values of the baseline are in lower cells, and of how many.
ranked as (

    select
        *,
        cast(
            coalesce(
                sum(in_baseline) over (
                    partition by dt, feature_table, feature
                    order by cell
                    rows between unbounded preceding and 1 preceding
                ),
                0
            ) as bigint
        ) as lower_values,
        cast(sum(in_baseline) over (partition by dt, feature_table, feature) as bigint) as baseline_values
    from counted

),

marked as (

    select
        *,
        case when in_baseline > 0 and 10 * in_baseline >= baseline_values then 1 else 0 end as is_own_bin,
        case
            when 10 * lower_values < 9 * baseline_values then 10 * lower_values / nullif(baseline_values, 0)
            else 9
        end as tenth
    from ranked

),

numbered as (

    select
        *,
        cast(
            coalesce(
                sum(is_own_bin) over (
                    partition by dt, feature_table, feature
                    order by cell
                    rows between unbounded preceding and 1 preceding
                ),
                0
            ) as bigint
        ) as own_bins_below
    from marked

),

bins as (

    select
        dt,
        feature_table,
        feature,
        cast(sum(on_day) as bigint) as on_day,
        cast(sum(in_baseline) as bigint) as in_baseline
    from numbered
    group by
        dt,
        feature_table,
        feature,
        tenth,
        own_bins_below,
        is_own_bin

    union all

    select
        dt,
        feature_table,
        feature,
        day_nulls as on_day,
        baseline_nulls as in_baseline
    from sides
    where day_nulls + baseline_nulls > 0

),

shares as (

    select
        b.dt,
        b.feature_table,
        b.feature,
        greatest(cast(b.on_day as double), 0.5e0) / nullif(s.day_rows, 0) as p,
        greatest(cast(b.in_baseline as double), 0.5e0) / nullif(s.baseline_rows, 0) as q
    from bins as b
    inner join sides as s
        on
            b.dt = s.dt
            and b.feature_table = s.feature_table
            and b.feature = s.feature

),

-- Added up as decimals, the sum does not depend on the order of the bins.
compared as (

    select
        dt,
        feature_table,
        feature,
        count(*) as bins,
        round(cast(sum(cast(round((p - q) * ln(p / q), 12) as decimal(38,12))) as double), 6) as psi
    from shares
    where
        p is not null
        and q is not null
    group by
        dt,
        feature_table,
        feature

)

select
    s.feature_table,
    s.feature,
    s.day_rows as row_count,
    round(cast(s.day_nulls as double) / nullif(s.day_rows, 0), 6) as null_share,
    s.baseline_days,
    s.baseline_rows as baseline_row_count,
    round(cast(s.baseline_nulls as double) / nullif(s.baseline_rows, 0), 6) as baseline_null_share,
    c.bins,
    c.psi,
    round(
        cast(c.bins - 1 as double) * (1e0 / nullif(s.day_rows, 0) + 1e0 / nullif(s.baseline_rows, 0)),
        6
    ) as psi_by_chance,
    case
        when c.psi < 0.1e0 then 'none'
        when c.psi <= 0.25e0 then 'small'
        when c.psi > 0.25e0 then 'significant'
    end as shift,
    s.dt
from sides as s
left join compared as c
    on
        s.dt = c.dt
        and s.feature_table = c.feature_table
        and s.feature = c.feature
