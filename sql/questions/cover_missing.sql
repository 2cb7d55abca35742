-- title: Customers with one category in force and another not
-- grain: one row per customer
-- param has: Endpoint | the category that is in force
-- param lacks: Server | the category that is not
with in_force as (
    select distinct
        customer_id,
        unnest(categories) as category
    from license_states
    where is_in_force
)
select
    customer_name,
    account_type,
    customer_id
from accounts
where customer_id in (select customer_id from in_force where category = $has)
    and customer_id not in (select customer_id from in_force where category = $lacks)
order by customer_order;
