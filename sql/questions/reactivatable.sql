-- title: Expired protection that can still be reactivated
-- grain: one row per customer and category, the longest expired first
select
    customer_name,
    category,
    coverage_ends_on,
    days_left
from protection_status
join accounts using (customer_id, customer_name)
join categories using (category)
where is_reactivatable
order by days_left, customer_order, category_order;
