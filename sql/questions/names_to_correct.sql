-- title: Customers whose name shown differs from the account's name
-- grain: one row per customer of the customer export
select
    shown_as,
    account_name,
    customer_id
from customers_as_of($as_of)
join accounts using (customer_id)
where shown_as <> account_name
order by customer_order;
