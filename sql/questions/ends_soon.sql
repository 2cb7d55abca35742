-- title: Cover that ends soon, by category
-- grain: one row per customer and category, the soonest first
-- param days: 60 | how many days ahead to look
select
    customer_name,
    category,
    status,
    coverage_ends_on,
    days_left
from protection_status
join accounts using (customer_id, customer_name)
join categories using (category)
where days_left between 0 and $days
    and not is_renewed
order by days_left, customer_order, category_order;
