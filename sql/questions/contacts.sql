-- title: Whom to call at a customer
-- grain: one row per customer
-- param customer: % | the customer's name, with % for any text
select
    customer_name,
    contact_name,
    contact_email,
    contact_phone,
    contact_mobile,
    account_manager
from contacts
join accounts using (customer_id, customer_name)
where customer_name ilike $customer
order by customer_order;
