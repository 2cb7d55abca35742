-- One row per customer and status whose categories in the overview are not those of its protection status.
-- about: customer_overview
with listed as (
    unpivot (
        select
            customer_id,
            expired_in as expired,
            expiring_in as expiring,
            unknown_in as unknown,
            trial_in as trial,
            future_in as future,
            active_in as active
        from customer_overview
    )
    on expired, expiring, unknown, trial, future, active
    into name status value categories
), judged as (
    select
        customer_id,
        status,
        string_agg(category, '; ' order by category_order) as categories
    from protection_status
    join categories using (category)
    group by customer_id, status
)
select
    customer_id,
    status,
    listed.categories as in_overview,
    judged.categories as in_protection_status
from listed
full join judged using (customer_id, status)
where listed.categories is distinct from judged.categories;
