-- One row if more than one in ten of the customers of the export before, and at least three, are missing from the newest.
with taken_out as (
    select load_id, sum(accepted) as rows_erased from erased group by load_id
), days as (
    select distinct snapshot_date
    from loads
    left join taken_out using (load_id)
    where snapshot_date <= $as_of
        and kind = 'customers'
        and accepted > coalesce(rows_erased, 0)
        and load_id not in (from past_loads)
    order by snapshot_date desc
    limit 2
), held as (
    select
        customer_id,
        snapshot_date = (select max(snapshot_date) from days) as is_newest
    from customers_history
    where snapshot_date in (select snapshot_date from days)
        and (select count(*) from days) = 2
), compared as (
    select
        customer_id,
        bool_or(is_newest) as is_held,
        bool_or(not is_newest) as was_held
    from held
    group by customer_id
), counted as (
    select
        count(*) filter (where was_held and not is_held) as missing,
        count(*) filter (where was_held) as customers
    from compared
)
select
    'customers' as kind,
    format(
        '{:d} of the {:d} customers of the export of {} are missing from that of {}: '
            || 'was it made by an administrator who sees only some of them?',
        missing,
        customers,
        cast((select min(snapshot_date) from days) as varchar),
        cast((select max(snapshot_date) from days) as varchar)
    ) as warning
from counted
where missing >= 3
    and missing > 0.1 * customers;
