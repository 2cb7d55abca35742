-- title: Customers to ask for Partner Assistance, by account manager
-- grain: one row per customer without Partner Assistance
-- param manager: % | the account manager, with % for any text
select
    coalesce(customer_facts.account_manager, 'not known') as account_manager,
    assistance_coverage.customer_name,
    assistance_coverage.assistance,
    assistance_coverage.next_step,
    assistance_coverage.checked_on
from assistance_coverage
left join customer_facts using (customer_id)
where not assistance_coverage.can_launch
    and coalesce(customer_facts.account_manager, 'not known') ilike $manager
order by account_manager, customer_name, assistance_coverage.customer_id;
