-- One row per piece of evidence about Partner Assistance, from every snapshot up to the day given: it ages one by one.
create macro evidence_as_of(day) as table
-- The same evidence again is no further evidence: the latest snapshot that holds it is the one that counts.
with last_seen as (
    select
        kind,
        row_id,
        max(snapshot_date) as snapshot_date,
        arg_max(load_id, snapshot_date) as load_id,
        arg_max(line, snapshot_date) as line
    from occurrences
    where snapshot_date <= day and kind in ('assistance', 'customers')
    group by all
)
select
    customer_id,
    partner_assistance,
    checked_on,
    basis,
    snapshot_date,
    'assistance' as source,
    load_id,
    line
from last_seen
join assistance_rows using (row_id)
where kind = 'assistance'
union all
select
    customer_id,
    partner_assistance,
    snapshot_date,
    'stated',
    snapshot_date,
    'customers',
    load_id,
    line
from last_seen
join customers_rows using (row_id)
where kind = 'customers' and partner_assistance is not null;
