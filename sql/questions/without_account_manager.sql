-- title: Customers that nobody looks after
-- grain: one row per customer
select
    customer_name,
    account_type,
    customer_id
from accounts
where account_manager is null
order by customer_order;
