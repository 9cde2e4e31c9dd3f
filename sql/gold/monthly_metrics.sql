/*
row: One calendar month (UTC), also one without activity; dt is its first day.
inputs:
  gold.user_day: [month]
partitions: month
columns:
  monthly_active_users: bigint - Distinct users active in the month.
  total_monthly_actions: bigint - Events of the month.
audits:
  unique: [dt]
  not_null: [monthly_active_users, total_monthly_actions]
  consistent: select dt, monthly_active_users from monthly_metrics where monthly_active_users > total_monthly_actions
*/
with active as (

    select
        user_id,
        actions,
        substr(dt, 1, 7) || '-01' as month
    from user_day

)

select
    count(distinct a.user_id) as monthly_active_users,
    cast(coalesce(sum(a.actions), 0) as bigint) as total_monthly_actions,
    t.dt
from targets as t
left join active as a
    on t.dt = a.month
group by t.dt
