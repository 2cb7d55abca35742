-- title: Customers to win back: they had protection, and nothing is in force
-- grain: one row per customer, the last to expire first
select
    customer_name,
    max(coverage_ends_on) as last_ended_on,
    max(days_left) as days_left,
    bool_or(is_reactivatable) as is_reactivatable,
    string_agg(category, '; ' order by category_order) as categories
from protection_status
join accounts using (customer_id, customer_name)
join categories using (category)
group by customer_id, customer_name, customer_order
having bool_and(status = 'expired')
order by last_ended_on desc, customer_order;
