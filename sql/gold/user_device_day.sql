/*
row: A user's activity on one kind of device on one day on which there was some.
inputs:
  silver.interactions: [0]
columns:
  user_id: varchar - Who acted.
  device_type: varchar - What it was done on; unknown for events that name no device.
  actions: bigint - Number of events.
audits:
  unique: [user_id, device_type]
  not_null: [user_id, device_type, actions]
  consistent: select dt, user_id from user_device_day where actions < 1
*/
with events as (

    select
        user_id,
        coalesce(device_type, 'unknown') as device_type,
        dt
    from interactions
    where dt in (select dt from targets)

)

select
    user_id,
    device_type,
    count(*) as actions,
    dt
from events
group by
    user_id,
    device_type,
    dt
