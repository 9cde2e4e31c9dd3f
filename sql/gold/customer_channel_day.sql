/*
row: A customer's purchases through one channel on one day on which there was one.
inputs:
  silver.transactions: [0]
columns:
  user_id: varchar - Who bought.
  channel: varchar - Where it was bought; unknown for purchases that name no channel.
  transactions: bigint - Number of distinct transactions.
  reversed_transactions: bigint - Of those, the ones whose outcome is reversed.
  reversed_spend: decimal(38,2) - Sum of the prices of reversed_transactions.
audits:
  unique: [user_id, channel]
  not_null: [user_id, channel, transactions, reversed_transactions, reversed_spend]
  consistent: >-
    select dt, user_id from customer_channel_day
    where transactions < 1 or reversed_transactions not between 0 and transactions or reversed_spend < 0
    or (reversed_transactions = 0 and reversed_spend <> 0)
*/
with purchases as (

    select
        user_id,
        coalesce(channel, 'unknown') as channel,
        transaction_id,
        case when outcome = 'reversed' then transaction_id end as reversed_id,
        case when outcome = 'reversed' then price else 0 end as reversed_price,
        dt
    from transactions
    where dt in (select dt from targets)

)

select
    user_id,
    channel,
    count(distinct transaction_id) as transactions,
    count(distinct reversed_id) as reversed_transactions,
    cast(sum(reversed_price) as decimal(38,2)) as reversed_spend,
    dt
from purchases
group by
    user_id,
    channel,
    dt
