-- title: Products in force of which nobody knows how many are used
-- grain: one row per customer, product and model
select
    customer_name,
    product_name,
    model,
    seats,
    is_unlimited
from license_positions
join accounts using (customer_id, customer_name)
where used is null
order by customer_order, product_code, model;
