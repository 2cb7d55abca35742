-- title: What to do, and by when
-- grain: one row per action, what is due first comes first
-- param days: 30 | how many days ahead to look
-- param manager: % | the account manager, with % for any text
select
    customer_name,
    action,
    due_on,
    actions.days_left,
    coalesce(product_name, subject) as subject,
    seats,
    contact_name,
    contact_phone,
    coalesce(actions.account_manager, 'not known') as account_manager
from actions
join customer_overview using (customer_id, customer_name)
where actions.days_left <= $days
    and coalesce(actions.account_manager, 'not known') ilike $manager
order by due_on, urgency, action, subject;
