-- title: Protection that ends soon and is not renewed
-- grain: one row per customer and category, the soonest first
-- param days: 60 | how many days ahead to look
select
    customer_name,
    category,
    status,
    coverage_ends_on,
    days_left
from protection_status
where days_left between 0 and $days
    and not is_renewed
order by days_left, customer_name, category;
