-- title: Whom to call at a customer
-- grain: one row per customer of the customer export
-- param customer: % | the customer's name, with % for any text
select
    customer_name,
    nullif(concat_ws(' ', contact_first_name, contact_last_name), '') as contact,
    contact_email,
    coalesce(contact_phone, contact_mobile) as phone,
    account_manager
from accounts
join customers_as_of($as_of) using (customer_id)
left join customer_facts_as_of($as_of) using (customer_id)
where customer_name ilike $customer
order by customer_order;
