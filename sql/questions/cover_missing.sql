-- title: Customers with one category in force and another not
-- grain: one row per customer
-- param has: Endpoint | the category that is in force
-- param lacks: Server | the category that is not
with in_force as (
    select
        customer_id,
        customer_name,
        account_type,
        category
    from protection_status
    where status in ('active', 'expiring', 'trial')
)
select
    customer_name,
    account_type,
    customer_id
from in_force
where category = $has
    and customer_id not in (select customer_id from in_force where category = $lacks)
order by customer_name, customer_id;
