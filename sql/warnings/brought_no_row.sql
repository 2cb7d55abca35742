-- One row per load of a day newer than the snapshot in use, since it brought no row.
select
    loads.kind,
    format(
        'The export {} of {} brought no row ({:d} were refused){}.',
        parse_filename(loads.file),
        cast(loads.snapshot_date as varchar),
        loads.quarantined,
        coalesce(', so that of ' || cast(days.snapshot_date as varchar) || ' is used', '')
    ) as warning
from loads_as_of($as_of) as loads
left join snapshot_days_as_of($as_of) as days using (kind)
where loads.accepted = 0
    and loads.snapshot_date > coalesce(days.snapshot_date, date '0001-01-01')
order by loads.load_id;
