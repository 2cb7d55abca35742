-- title: Customers who pay by use and for a term in one category
-- grain: one row per customer
select
    customer_name,
    double_covered,
    flex_licenses,
    flex_used,
    term_licenses,
    term_seats,
    term_used
from flex_vs_term
join accounts using (customer_id, customer_name)
where double_covered is not null
order by customer_order;
