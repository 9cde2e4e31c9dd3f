/*
row: >-
  A customer's contacts of one day that were answered after the same time, or not at all: so their response times keep the
  exact median of any number of days.
inputs:
  silver.contacts: [0]
columns:
  customer_id: varchar - Which customer.
  response_time: bigint - Seconds until the answer; null for contacts without one.
  contacts: bigint - Number of contacts.
  complaints: bigint - Of those, the complaints.
  resolved: bigint - Of those, the ones that were resolved.
  left_open: bigint - Of those, the ones pending or escalated, and no resolved one of the customer followed on the day.
audits:
  unique: [customer_id, response_time]
  not_null: [customer_id, contacts, complaints, resolved, left_open]
  consistent: >-
    select dt, customer_id from customer_contact_day
    where contacts < 1 or complaints not between 0 and contacts or resolved < 0 or left_open < 0
    or resolved + left_open > contacts or response_time < 0
*/
with told as (

    select
        customer_id,
        interaction_date,
        interaction_type,
        interaction_outcome,
        response_time,
        max(case when interaction_outcome = 'resolved' then interaction_date end) over (
            partition by customer_id, dt
        ) as last_resolved,
        dt
    from contacts
    where dt in (select dt from targets)

)

select
    customer_id,
    response_time,
    count(*) as contacts,
    count(case when interaction_type = 'complaint' then 1 end) as complaints,
    count(case when interaction_outcome = 'resolved' then 1 end) as resolved,
    count(
        case
            when
                interaction_outcome in ('pending', 'escalated')
                and (last_resolved is null or interaction_date > last_resolved)
                then 1
        end
    ) as left_open,
    dt
from told
group by
    customer_id,
    response_time,
    dt
