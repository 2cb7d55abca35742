-- title: Partner Assistance that nobody has looked at for long, or ever
-- grain: one row per customer, those never looked at first, then the longest ago
-- param days: 90 | how many days ago is long
select
    customer_name,
    assistance,
    basis,
    checked_on,
    date_diff('day', checked_on, $as_of) as days_ago
from assistance_coverage
join accounts using (customer_id, customer_name)
where checked_on is null
    or date_diff('day', checked_on, $as_of) >= $days
order by checked_on nulls first, customer_order;
