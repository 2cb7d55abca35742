-- Each key stands once in a snapshot.
with keys as (
    select 'customers' as kind, snapshot_date, load_id, line, [customer_id] as key from customers_history
    union all
    select 'licenses', snapshot_date, load_id, line, [customer_id, license_id] from licenses_history
    union all
    select 'assistance', snapshot_date, load_id, line, [customer_id, cast(checked_on as varchar), basis] from assistance_history
    union all
    select 'customer_facts', snapshot_date, load_id, line, [customer_id] from customer_facts_history
)
select
    kind,
    snapshot_date,
    min(load_id) as load_id,
    arg_min(line, (load_id, line)) as line,
    count(*) as times
from keys
group by kind, snapshot_date, key
having count(*) > 1
order by all;
