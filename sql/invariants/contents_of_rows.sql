-- Each row that a load brought has its content.
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
    load_id,
    line
from sightings
anti join contents using (kind, row_id)
order by all;
