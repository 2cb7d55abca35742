-- title: Customers to ask for Partner Assistance, by account manager
-- grain: one row per customer whose administrator is to turn it on or to confirm it
-- param manager: % | the account manager, with % for any text
select
    coalesce(actions.account_manager, 'not known') as account_manager,
    customer_name,
    assistance,
    checked_on,
    contact_name,
    contact_email,
    contact_phone
from actions
join accounts using (customer_id, customer_name)
join assistance_coverage using (customer_id, customer_name)
where action = 'ask_for_assistance'
    and coalesce(actions.account_manager, 'not known') ilike $manager
order by account_manager, customer_order;
