-- title: The portfolio of each account manager
-- grain: one row per account manager; customers without one stand under not known, last
with protected as (
    select
        customer_id,
        bool_or(status in ('active', 'expiring', 'trial')) as is_protected,
        bool_or(status = 'expiring') as is_expiring,
        bool_or(status = 'no_data') as is_not_exported
    from protection_status
    group by customer_id
)
select
    coalesce(account_manager, 'not known') as account_manager,
    count(*) as customers,
    count(*) filter (where is_protected) as with_protection,
    count(*) filter (where is_expiring) as with_expiring,
    count(*) filter (where is_not_exported) as not_exported,
    count(*) filter (where can_launch) as with_assistance_on
from accounts
join protected using (customer_id)
join assistance_coverage using (customer_id)
group by accounts.account_manager
order by accounts.account_manager is null, account_manager;
