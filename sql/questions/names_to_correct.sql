-- title: Customers whose name shown differs from the account's name
-- grain: one row per customer of the newest customer export
select
    shown_as,
    account_name,
    customer_id
from customers
where shown_as <> account_name
order by shown_as, customer_id;
