-- title: Seats bought and not used
-- grain: one row per customer, product and model with unused seats, the most first
-- param at_least: 5 | unused seats
select
    customer_name,
    product_name,
    model,
    seats,
    used,
    unused
from license_positions
where unused >= $at_least
order by unused desc, customer_name, product_code, model;
