-- title: Customers whose licenses were not exported: nobody looked
-- grain: one row per customer
select
    customer_name,
    account_type,
    customer_id
from protection_status
join accounts using (customer_id, customer_name, account_type)
where status = 'no_data'
order by customer_order;
