/*
row: A customer's refunds on one day on which there was one, whenever the purchases were.
inputs:
  silver.refunds: [0]
columns:
  user_id: varchar - Who got money back.
  refunds: bigint - Number of distinct refunds.
  refunded_amount: decimal(38,2) - Sum of what was paid back, each in the currency of its purchase.
audits:
  unique: [user_id]
  not_null: [user_id, refunds, refunded_amount]
  consistent: select dt, user_id from customer_refund_day where refunds < 1 or refunded_amount <= 0
*/
with paid_back as (

    select
        user_id,
        refund_id,
        amount,
        dt
    from refunds
    where dt in (select dt from targets)

)

select
    user_id,
    count(distinct refund_id) as refunds,
    cast(sum(amount) as decimal(38,2)) as refunded_amount,
    dt
from paid_back
group by
    user_id,
    dt
