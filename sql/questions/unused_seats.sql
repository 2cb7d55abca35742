-- title: Seats bought and not used
-- grain: one row per customer, product and paid model with unused seats, the most first
-- param at_least: 5 | unused seats
select
    customer_name,
    product_name,
    model,
    seats,
    used,
    unused
from license_positions
join accounts using (customer_id, customer_name)
where unused >= $at_least
    and model <> 'trial'
order by unused desc, customer_order, product_code, model;
