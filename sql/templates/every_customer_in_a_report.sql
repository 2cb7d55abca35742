-- One row per customer that any export lists and that is missing in {report}, stands there twice, or is invented.
-- about: {report}
with listed as (
    select customer_id from customers_as_of($as_of)
    union
    select customer_id from licenses_as_of($as_of)
    union
    select customer_id from empty_answers_as_of($as_of)
), reported as (
    select customer_id, {times} as times from {report} group by customer_id
)
select
    customer_id,
    coalesce(times, 0) as times,
    listed.customer_id is not null as is_listed
from listed
full join reported using (customer_id)
where times is distinct from 1
    or listed.customer_id is null;
