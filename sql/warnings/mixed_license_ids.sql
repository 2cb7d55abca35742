-- One row if some license exports have ids and others have none: between them no license is known again.
with exports as (
    select
        loads.load_id,
        list_contains(headers.columns, 'license_id') as has_ids
    from loads
    join headers using (load_id)
    where loads.kind = 'licenses'
        and loads.snapshot_date <= $as_of
        and loads.accepted > 0
        and loads.load_id not in (select load_id from replaced)
), mixed as (
    select *
    from exports
    where (select bool_or(has_ids) and bool_or(not has_ids) from exports)
), twice as (
    select count(*) as licenses
    from licenses_as_of($as_of) as with_id
    semi join (from mixed where has_ids) using (load_id)
    semi join (
        select customer_id, license_number, product_code, start_date
        from licenses_as_of($as_of)
        semi join (from mixed where not has_ids) using (load_id)
    ) using (customer_id, license_number, product_code, start_date)
)
select
    'licenses' as kind,
    'Some license exports have license ids and others have none: between days of the two sorts, changes shows each license '
        || 'as gone and as new.'
        || case
            when twice.licenses > 0 then format(
                ' Licenses that stand in both sorts of one day, and count twice: {:d}. Load one sort, with --replace.',
                twice.licenses
            )
            else ''
        end as warning
from twice
where exists (from mixed);
