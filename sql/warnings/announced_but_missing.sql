-- One row if a page file announces more customers than the snapshot holds.
with newest as (
    select
        announced.items,
        loads.file
    from announced
    join loads_as_of($as_of) as loads using (load_id)
    order by announced.items desc, load_id
    limit 1
), held as (
    select
        count(*) + (
            select coalesce(sum(erased.accepted), 0)
            from erased
            join loads using (load_id)
            join snapshot_days_as_of($as_of) using (kind, snapshot_date)
            where kind = 'customers'
        ) as customers
    from customers_as_of($as_of)
)
select
    'customers' as kind,
    format(
        'The customer export holds {:d} of the {:d} customers that {} announces: the other pages are missing.',
        customers,
        items,
        parse_filename(file)
    ) as warning
from newest
cross join held
where customers < items;
