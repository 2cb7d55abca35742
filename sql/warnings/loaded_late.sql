-- One row per kind with exports that were loaded after one of a later day: what was reported before then did not rest on them.
with timed as (
    select
        *,
        max(snapshot_date) over (partition by kind order by load_id rows between unbounded preceding and 1 preceding)
            as newest_before
    from loads
), late as (
    -- Whether a load was late is settled when it is loaded: no later load changes it.
    select
        kind,
        count(*) as loads,
        arg_max(file, (snapshot_date, load_id)) as file,
        max(snapshot_date) as snapshot_date
    from timed
    where newest_before > snapshot_date
        and accepted > 0
        and snapshot_date <= $as_of
        and load_id not in (select load_id from replaced)
    group by kind
)
select
    kind,
    format(
        'Exports of {} loaded after one of a later day: {:d}, the newest {} of {}. '
            || 'Reports as of that day or later that were written before did not have them.',
        kind,
        loads,
        parse_filename(file),
        cast(snapshot_date as varchar)
    ) as warning
from late
order by kind;
