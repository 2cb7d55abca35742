-- title: Trials to convert, and by when
-- grain: one row per customer, product and last day, the soonest first
select
    customer_name,
    product_name,
    due_on,
    days_left,
    contact_name,
    contact_phone
from actions
join accounts using (customer_id, customer_name)
where action = 'convert_trial'
order by due_on, customer_order, subject;
