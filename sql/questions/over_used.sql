-- title: Products used beyond their seats
-- grain: one row per customer, product and model that is over-used, the most over-used first
-- param at_least: 1 | seats beyond those bought
select
    customer_name,
    product_name,
    model,
    seats,
    used,
    over_used_by
from license_positions
join accounts using (customer_id, customer_name)
where over_used_by >= $at_least
order by over_used_by desc, customer_order, product_code, model;
