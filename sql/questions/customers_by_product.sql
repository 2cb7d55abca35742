-- title: How many customers and seats each product has
-- grain: one row per product in force, the one of most customers first; sums leave out what is not known
select
    product_name,
    product_code,
    count(distinct customer_id) as customers,
    sum(seats) as seats,
    sum(used) as used,
    sum(over_used_by) as over_used_by,
    sum(unused) as unused
from license_positions
group by product_name, product_code
order by customers desc, product_code;
