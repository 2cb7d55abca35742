-- One row per kind whose newest snapshot is more than a week older than the day of the report.
select
    kind,
    format(
        'The newest export of {} is of {}, {:d} days before the day of the report.',
        kind,
        cast(snapshot_date as varchar),
        date_diff('day', snapshot_date, cast($as_of as date))
    ) as warning
from snapshot_days_as_of($as_of)
where kind in ('customers', 'licenses')
    and date_diff('day', snapshot_date, cast($as_of as date)) > 7
order by kind;
