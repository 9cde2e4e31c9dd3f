/*
row: A user's exposure, on one day, to a variant of an experiment.
inputs:
  silver.decisions: [0]
columns:
  experiment: varchar - The experiment; decisions without experiment or variant are left out.
  variant: varchar - The variant that the user was given.
  user_id: varchar - Who was exposed.
  first_exposed_at: timestamp - Time of the first decision of the day with this variant.
  first_request_id: varchar - Request of that decision, the least if several are of that time.
  exposures: bigint - Number of decisions of the day with this variant.
audits:
  unique: [experiment, variant, user_id]
  not_null: [experiment, variant, user_id, first_exposed_at, first_request_id, exposures]
  consistent: >-
    select dt, experiment, user_id from experiment_exposures
    where exposures < 1 or cast(cast(first_exposed_at as date) as varchar) <> dt
*/
with exposed as (

    select
        experiment,
        variant,
        user_id,
        request_id,
        timestamp,
        dt
    from decisions
    where
        dt in (select dt from targets)
        and experiment is not null
        and variant is not null

),

placed as (

    select
        *,
        row_number() over (partition by dt, experiment, variant, user_id order by timestamp, request_id) as place
    from exposed

)

select
    experiment,
    variant,
    user_id,
    min(timestamp) as first_exposed_at,
    min(case when place = 1 then request_id end) as first_request_id,
    count(*) as exposures,
    dt
from placed
group by
    experiment,
    variant,
    user_id,
    dt
