-- One row per customer that any export lists and that is missing in protection_status, stands there twice, or is invented.
-- about: protection_status
with listed as (
    select customer_id from customers_as_of($as_of)
    union
    select customer_id from licenses_as_of($as_of)
    union
    select customer_id from empty_answers_as_of($as_of)
), reported as (
    -- It has a row for each category, so a customer can only be missing or stand twice in one.
    select
        customer_id,
        count(*) - count(distinct coalesce(category, '')) + 1 as times
    from protection_status
    group by customer_id
)
select
    customer_id,
    coalesce(times, 0) as times,
    listed.customer_id is not null as is_listed
from listed
full join reported using (customer_id)
where times is distinct from 1
    or listed.customer_id is null;
