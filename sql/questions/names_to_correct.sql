-- title: Customers whose name shown differs from the account's name, or is another customer's too
-- grain: one row per customer
select
    customer_name,
    account_name,
    shared_with,
    customer_id
from names_to_correct
join accounts using (customer_id, customer_name)
order by customer_order;
