-- One row per piece of evidence about Partner Assistance, from every snapshot up to the day given: it ages one by one.
create macro evidence_as_of(day) as table
select
    customer_id,
    partner_assistance,
    checked_on,
    basis,
    snapshot_date,
    'assistance' as source
from assistance_history
where snapshot_date <= day
union all
select
    customer_id,
    partner_assistance,
    snapshot_date,
    'stated',
    snapshot_date,
    'customers'
from customers_history
where snapshot_date <= day and partner_assistance is not null;
