/*
row: A customer's purchases on one day on which there was one.
inputs:
  silver.transactions: [0]
columns:
  user_id: varchar - Who bought.
  transactions: bigint - Number of distinct transactions.
  spend: decimal(38,2) - Sum of their prices.
audits:
  unique: [user_id]
  not_null: [user_id, transactions, spend]
  consistent: select dt, user_id, transactions from customer_day where transactions < 1
*/
with purchases as (

    select
        user_id,
        transaction_id,
        price,
        dt
    from transactions
    where dt in (select dt from targets)

)

select
    user_id,
    count(distinct transaction_id) as transactions,
    cast(sum(price) as decimal(38,2)) as spend,
    dt
from purchases
group by
    user_id,
    dt
