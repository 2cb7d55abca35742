-- title: Expired protection that can still be reactivated
-- grain: one row per customer and category, the one with the least time left first
select
    customer_name,
    category,
    coverage_ends_on,
    60 + days_left as days_to_reactivate
from protection_status
where is_reactivatable
order by days_to_reactivate, customer_name, category;
