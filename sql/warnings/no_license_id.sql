-- One row if licenses were loaded from files that have no column of license ids.
with lacking as (
    select
        count(*) as exports,
        arg_max(parse_filename(loads.file), loads.load_id) as newest
    from loads_as_of($as_of) as loads
    join headers using (load_id)
    where loads.kind = 'licenses'
        and list_contains(headers.columns, 'license_number')
        and not list_contains(headers.columns, 'license_id')
        and loads.load_id not in (select corrected_by from corrected)
)
select
    'licenses' as kind,
    format(
        'License exports without a column of license ids: {:d}, the newest {}. '
            || 'License number, product code and first day stand for the id.',
        exports,
        newest
    ) as warning
from lacking
where exports > 0;
