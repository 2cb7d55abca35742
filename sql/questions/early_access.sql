-- title: Customers that can join early access programs
-- grain: one row per customer with a paid license in force
select
    customer_name,
    account_type,
    mix
from flex_vs_term
join accounts using (customer_id, customer_name, account_type)
where early_access = 'eligible'
    and mix not in ('none', 'trial', 'no_data')
order by customer_order;
