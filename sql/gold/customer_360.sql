/*
row: >-
  A customer, who is registered or has bought by the day dt, as known at the end of that day: nothing after it is used. Names
  and addresses stay in silver.customers.
inputs:
  silver.customers_asof: [0]
  gold.customer_features: [0]
  gold.session_totals: [0]
  gold.customer_channel_day: [..0]
  gold.customer_refund_day: [..0]
  gold.visitor_day: [..0]
  gold.customer_contact_day: [..0]
days: [month-end, last]
columns:
  customer_id: varchar - The customer; what other tables call user_id.
  is_registered: boolean - Whether silver.customers knows the customer; if not, the next three are null.
  customer_segment: varchar - What they are to the business, as of dt.
  location: varchar - Where they live, as of dt.
  registration_date: date - The day they registered, as told by dt.
  transactions: bigint - Number of distinct purchases, whatever became of them.
  reversed_transactions: bigint - Of those, the ones whose outcome is reversed.
  refunds: bigint - Number of refunds, each on its own day, whenever the purchase was.
  refunded_amount: decimal(38,2) - Sum of what was paid back by refunds.
  lifetime_value: >-
    decimal(38,2) - Sum of what was paid for transactions but reversed_transactions, less refunded_amount. Ours: what was earned
    so far, no forecast; the price is that of the whole purchase, in its own currency. Less than 0 if more was paid back than
    paid, as for a purchase that is not known here, or one that its status calls refunded, too.
  last_transaction_date: date - Day of the latest of transactions; null without any.
  days_since_last_transaction: bigint - Days from last_transaction_date to dt.
  transaction_frequency_last_30_days: bigint - Of transactions, those on dt and the 29 days before.
  preferred_channel: >-
    varchar - The channel of most of transactions; of equal ones the one used on the latest day, then the first by name.
    Those that name no channel don't count; null if none names one.
  sessions: bigint - Number of sessions that began by dt.
  average_session_duration: >-
    double - Mean milliseconds of sessions, each counted up to the end of dt, rounded to 2 decimals; null without any.
  view_days: bigint - Number of days on which they viewed a product in the shop.
  converted_days: bigint - Of view_days, those with a purchase after the first view of the day (or at the same time).
  event_conversion_rate: >-
    double - converted_days / view_days, rounded to 6 decimals; null without view_days. Ours: a day (UTC) is a visit, as the
    clickstream has no sessions, and a day's part is final with its last event; many views on one day are one chance to buy.
  contacts: bigint - Number of contacts with the business, also those of before the registration.
  complaints: bigint - Of those, the complaints.
  answered_contacts: bigint - Of contacts, those with a response time.
  average_response_time: double - Mean seconds until the answer of answered_contacts, rounded to 2 decimals; null without any.
  median_response_time: double - Their median; of an even number the mean of the two in the middle; null without any.
  last_contact_date: date - Day of the latest of contacts; null without any.
  open_contacts: >-
    bigint - Contacts that were pending or escalated, and no contact of the customer was resolved after them. Ours: nothing tells
    which contact settles which matter, so one that is resolved settles those before it; else no contact would ever close.
audits:
  unique: [customer_id]
  not_null:
    - customer_id
    - is_registered
    - transactions
    - reversed_transactions
    - refunds
    - refunded_amount
    - lifetime_value
    - transaction_frequency_last_30_days
    - sessions
    - view_days
    - converted_days
    - contacts
    - complaints
    - answered_contacts
    - open_contacts
  registered: >-
    select dt, customer_id from customer_360
    where (not is_registered and transactions = 0) or is_registered = (customer_segment is null)
    or is_registered = (registration_date is null) or (location is not null and not is_registered)
  purchases: >-
    select dt, customer_id from customer_360
    where reversed_transactions not between 0 and transactions or lifetime_value + refunded_amount < 0
    or days_since_last_transaction < 0
    or transaction_frequency_last_30_days > transactions or (transactions = 0) <> (last_transaction_date is null)
    or (transaction_frequency_last_30_days > 0) <> (coalesce(days_since_last_transaction, 30) < 30)
    or (transactions = 0 and preferred_channel is not null)
  refunds: >-
    select dt, customer_id from customer_360
    where refunds < 0 or refunded_amount < 0 or (refunds = 0) <> (refunded_amount = 0)
  visits: >-
    select dt, customer_id from customer_360
    where average_session_duration < 0 or (sessions = 0) <> (average_session_duration is null)
    or converted_days > view_days or event_conversion_rate not between 0e0 and 1e0
  answers: >-
    select dt, customer_id from customer_360
    where greatest(complaints, answered_contacts, open_contacts) > contacts or last_contact_date > cast(dt as date)
    or (contacts = 0) <> (last_contact_date is null) or (answered_contacts = 0) <> (average_response_time is null)
    or (answered_contacts = 0) <> (median_response_time is null)
*/
with registered as (

    select
        customer_id,
        customer_segment,
        location,
        registration_date,
        dt
    from customers_asof
    where dt in (select dt from targets)

),

buyers as (

    select
        user_id,
        purchase_frequency,
        total_spend,
        last_purchase_date,
        recency_days,
        transaction_frequency_last_30_days,
        dt
    from customer_features
    where dt in (select dt from targets)

),

customers as (

    select
        coalesce(r.customer_id, b.user_id) as customer_id,
        r.customer_id is not null as is_registered,
        r.customer_segment,
        r.location,
        r.registration_date,
        coalesce(b.purchase_frequency, 0) as transactions,
        coalesce(b.total_spend, 0) as spend,
        b.last_purchase_date,
        b.recency_days,
        coalesce(b.transaction_frequency_last_30_days, 0) as recent_transactions,
        coalesce(r.dt, b.dt) as dt
    from registered as r
    full outer join buyers as b
        on
            r.customer_id = b.user_id
            and r.dt = b.dt

),

-- The first target day that knows each day of history: history is added up between target days, not once for each.
history as (

    select
        h.dt,
        min(t.dt) as known_on
    from (select dt from customer_channel_day union select dt from visitor_day) as h
    inner join targets as t
        on h.dt <= t.dt
    group by h.dt

),

channel_steps as (

    select
        c.user_id,
        c.channel,
        h.known_on,
        sum(c.transactions) as transactions,
        sum(c.reversed_transactions) as reversed_transactions,
        sum(c.reversed_spend) as reversed_spend,
        max(c.dt) as last_used
    from customer_channel_day as c
    inner join history as h
        on c.dt = h.dt
    group by
        c.user_id,
        c.channel,
        h.known_on

),

channels as (

    select
        c.user_id,
        c.channel,
        sum(c.transactions) as transactions,
        sum(c.reversed_transactions) as reversed_transactions,
        sum(c.reversed_spend) as reversed_spend,
        max(c.last_used) as last_used,
        t.dt
    from channel_steps as c
    inner join targets as t
        on c.known_on <= t.dt
    group by
        c.user_id,
        c.channel,
        t.dt

),

-- Purchases without a channel come last in the order, so they are first only if no other was made.
ranked_channels as (

    select
        *,
        row_number() over (
            partition by user_id, dt
            order by
                case when channel = 'unknown' then 1 else 0 end,
                transactions desc,
                last_used desc,
                channel
        ) as place
    from channels

),

purchases as (

    select
        user_id,
        cast(sum(reversed_transactions) as bigint) as reversed_transactions,
        sum(reversed_spend) as reversed_spend,
        max(case when place = 1 and channel <> 'unknown' then channel end) as preferred_channel,
        dt
    from ranked_channels
    group by
        user_id,
        dt

),

-- Refunds and contacts are few beside purchases and views: each target day adds up its own.
paid_back as (

    select
        r.user_id,
        cast(sum(r.refunds) as bigint) as refunds,
        sum(r.refunded_amount) as refunded_amount,
        t.dt
    from customer_refund_day as r
    inner join targets as t
        on r.dt <= t.dt
    group by
        r.user_id,
        t.dt

),

visit_steps as (

    select
        v.user_id,
        h.known_on,
        count(*) as view_days,
        count(case when v.purchases_after_view > 0 then 1 end) as converted_days
    from visitor_day as v
    inner join history as h
        on v.dt = h.dt
    group by
        v.user_id,
        h.known_on

),

visits as (

    select
        v.user_id,
        cast(sum(v.view_days) as bigint) as view_days,
        cast(sum(v.converted_days) as bigint) as converted_days,
        t.dt
    from visit_steps as v
    inner join targets as t
        on v.known_on <= t.dt
    group by
        v.user_id,
        t.dt

),

told as (

    select
        c.customer_id,
        c.response_time,
        c.contacts,
        c.complaints,
        c.left_open,
        c.dt as contact_day,
        max(case when c.resolved > 0 then c.dt end) over (partition by c.customer_id, t.dt) as last_resolved_day,
        t.dt
    from customer_contact_day as c
    inner join targets as t
        on c.dt <= t.dt

),

contacts as (

    select
        customer_id,
        cast(sum(contacts) as bigint) as contacts,
        cast(sum(complaints) as bigint) as complaints,
        max(contact_day) as last_contact_day,
        cast(
            sum(case when last_resolved_day is null or contact_day >= last_resolved_day then left_open else 0 end)
            as bigint
        ) as open_contacts,
        dt
    from told
    group by
        customer_id,
        dt

),

waits as (

    select
        customer_id,
        response_time,
        cast(sum(contacts) as bigint) as contacts,
        dt
    from told
    where response_time is not null
    group by
        customer_id,
        response_time,
        dt

),

-- In the order of their response times, the contacts of one response time have the places from the first to the last.
placed as (

    select
        customer_id,
        response_time,
        contacts,
        cast(sum(contacts) over (partition by customer_id, dt) as bigint) as answered,
        cast(sum(contacts) over (
            partition by customer_id, dt
            order by response_time
            rows between unbounded preceding and current row
        ) as bigint) as last_place,
        dt
    from waits

),

-- The middle one or two of n contacts are at the places p with n <= 2p <= n + 2 (n odd: only that of (n + 1) / 2).
answers as (

    select
        customer_id,
        max(answered) as answered,
        cast(sum(response_time * contacts) as double) / nullif(max(answered), 0) as mean,
        avg(
            case
                when 2 * last_place >= answered and 2 * (last_place - contacts) <= answered
                    then cast(response_time as double)
            end
        ) as median,
        dt
    from placed
    group by
        customer_id,
        dt

)

select
    c.customer_id,
    c.is_registered,
    c.customer_segment,
    c.location,
    c.registration_date,
    c.transactions,
    coalesce(p.reversed_transactions, 0) as reversed_transactions,
    coalesce(f.refunds, 0) as refunds,
    cast(coalesce(f.refunded_amount, 0) as decimal(38,2)) as refunded_amount,
    cast(c.spend - coalesce(p.reversed_spend, 0) - coalesce(f.refunded_amount, 0) as decimal(38,2)) as lifetime_value,
    c.last_purchase_date as last_transaction_date,
    c.recency_days as days_since_last_transaction,
    c.recent_transactions as transaction_frequency_last_30_days,
    p.preferred_channel,
    coalesce(s.sessions, 0) as sessions,
    round(cast(s.duration as double) / nullif(s.sessions, 0), 2) as average_session_duration,
    coalesce(v.view_days, 0) as view_days,
    coalesce(v.converted_days, 0) as converted_days,
    round(cast(v.converted_days as double) / nullif(v.view_days, 0), 6) as event_conversion_rate,
    coalesce(t.contacts, 0) as contacts,
    coalesce(t.complaints, 0) as complaints,
    coalesce(a.answered, 0) as answered_contacts,
    round(a.mean, 2) as average_response_time,
    round(a.median, 2) as median_response_time,
    cast(t.last_contact_day as date) as last_contact_date,
    coalesce(t.open_contacts, 0) as open_contacts,
    c.dt
from customers as c
left join purchases as p
    on
        c.customer_id = p.user_id
        and c.dt = p.dt
left join paid_back as f
    on
        c.customer_id = f.user_id
        and c.dt = f.dt
left join session_totals as s
    on
        c.customer_id = s.user_id
        and c.dt = s.dt
left join visits as v
    on
        c.customer_id = v.user_id
        and c.dt = v.dt
left join contacts as t
    on
        c.customer_id = t.customer_id
        and c.dt = t.dt
left join answers as a
    on
        c.customer_id = a.customer_id
        and c.dt = a.dt
