-- One row per kind with files whose bytes are those of a file that was loaded for another day.
with kept as (
    select
        loads.*,
        days.snapshot_date as newest_day
    from loads
    join snapshot_days_as_of($as_of) as days using (kind)
    where load_id not in (select load_id from replaced)
), same as (
    select
        behind.kind,
        behind.load_id,
        parse_filename(behind.file) || ' of ' || behind.snapshot_date as file,
        behind.snapshot_date,
        parse_filename(other.file) || ' of ' || other.snapshot_date as other_file
    from kept as behind
    join kept as other using (kind, sha256)
    where other.snapshot_date <> behind.snapshot_date
        -- A load of a later day says nothing of those before it.
        and (other.snapshot_date < behind.snapshot_date or other.load_id < behind.load_id)
        and (
            behind.snapshot_date = behind.newest_day
            or (behind.kind = 'assistance' and behind.snapshot_date < behind.newest_day)
        )
    qualify row_number() over (
        partition by behind.load_id
        order by other.snapshot_date < behind.snapshot_date desc, other.snapshot_date desc, other.load_id desc
    ) = 1
), counted as (
    select
        *,
        row_number() over (partition by kind order by snapshot_date desc, load_id) as place,
        count(*) over (partition by kind) as files
    from same
)
select
    kind,
    format(
        'Exports of {} that are identical to one of another day: {}{}. '
            || 'If anything has changed in between, load the right file with --replace.',
        kind,
        string_agg(file || ', the same as ' || other_file, '; ' order by place),
        case when any_value(files) > 3 then format('; and {:d} more', any_value(files) - 3) else '' end
    ) as warning
from counted
where place <= 3
group by kind
order by kind;
