-- One row per customer that any export lists and that is missing in {report}, stands there twice, or is invented.
-- about: {report}
with reported as (
    select customer_id, {times} as times from {report} group by customer_id
)
select
    customer_id,
    coalesce(times, 0) as times,
    listed.customer_id is not null as is_listed
from exported_customers as listed
full join reported using (customer_id)
where times is distinct from 1
    or listed.customer_id is null;
