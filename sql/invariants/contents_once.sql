-- Each content has a number of its own.
with contents as (
    select 'customers' as kind, row_id from customers_rows
    union all
    select 'licenses', row_id from licenses_rows
    union all
    select 'assistance', row_id from assistance_rows
    union all
    select 'customer_facts', row_id from customer_facts_rows
)
select
    kind,
    row_id,
    count(*) as times
from contents
group by kind, row_id
having count(*) > 1
order by all;
