-- title: Trials that end soon, to be turned into orders
-- grain: one row per customer and category that only a trial covers, the soonest first; without end last
-- param days: 30 | how many days ahead to look
select
    customer_name,
    category,
    coverage_ends_on,
    days_left
from protection_status
join accounts using (customer_id, customer_name)
join categories using (category)
where status = 'trial'
    and (days_left is null or days_left <= $days)
order by days_left nulls last, customer_order, category_order;
