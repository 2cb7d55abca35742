-- title: Customers and cover by customer group
-- grain: one row per customer group; customers without one stand under not known, last
with protected as (
    select
        customer_id,
        bool_or(status in ('active', 'expiring', 'trial')) as is_protected
    from protection_status
    group by customer_id
)
select
    coalesce(customer_group, 'not known') as customer_group,
    count(*) as customers,
    count(*) filter (where is_protected) as with_protection,
    count(*) filter (where mix = 'flex') as flex_only,
    count(*) filter (where mix = 'term') as term_only,
    count(*) filter (where mix = 'mixed') as on_several_models
from accounts
join protected using (customer_id)
join flex_vs_term using (customer_id)
group by accounts.customer_group
order by accounts.customer_group is null, customer_group;
