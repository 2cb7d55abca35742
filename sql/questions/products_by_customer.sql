-- title: What each customer has in force
-- grain: one row per customer, product and model in force
-- param customer: % | the customer's name, with % for any text
select
    customer_name,
    product_name,
    model,
    seats,
    used,
    product_code
from license_positions
join accounts using (customer_id, customer_name)
where customer_name ilike $customer
order by customer_order, product_code, model;
