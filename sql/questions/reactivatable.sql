-- title: What can still be reactivated, and by when
-- grain: one row per customer and product, the first to be lost first
select
    customer_name,
    product_name,
    seats,
    due_on,
    days_left,
    contact_name,
    contact_phone
from actions
join accounts using (customer_id, customer_name)
where action = 'reactivate'
order by due_on, customer_order, subject;
