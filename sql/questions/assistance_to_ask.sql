-- title: Customers to ask for Partner Assistance, by account manager
-- grain: one row per customer without Partner Assistance
-- param manager: % | the account manager, with % for any text
with managed as (
    select
        customer_id,
        coalesce(account_manager, 'not known') as account_manager
    from accounts
    left join customer_facts_as_of($as_of) using (customer_id)
)
select
    account_manager,
    customer_name,
    assistance,
    next_step,
    checked_on
from assistance_coverage
join accounts using (customer_id, customer_name)
join managed using (customer_id)
where not can_launch
    and account_manager ilike $manager
order by account_manager, customer_order;
