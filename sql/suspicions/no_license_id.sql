-- One row if licenses were loaded from files that have no column of license ids.
select
    'licenses' as kind,
    format(
        'License exports without a column of license ids: {:d}, such as {}. The license numbers stand for them, '
            || 'and where several licenses share one, all but the first are refused.',
        count(*),
        min(parse_filename(loads.file))
    ) as suspicion
from loads_as_of($as_of) as loads
join headers using (load_id)
where loads.kind = 'licenses'
    and list_contains(headers.columns, 'license_number')
    and not list_contains(headers.columns, 'license_id')
having count(*) > 0;
