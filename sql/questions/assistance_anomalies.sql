-- title: Partner Assistance that is off although it should be on by itself
-- grain: one row per customer
select
    customer_name,
    account_type,
    basis,
    checked_on,
    next_step
from assistance_coverage
join accounts using (customer_id, customer_name, account_type)
where is_anomaly
order by customer_order;
