-- One row per kind whose snapshot holds less than four fifths of the rows of the one before.
with taken_out as (
    select load_id, sum(accepted) as rows_erased from erased group by load_id
), days as (
    -- Of years of snapshots the rows of two days are counted.
    select distinct kind, snapshot_date
    from loads
    left join taken_out using (load_id)
    where snapshot_date <= $as_of
        and kind in ('customers', 'licenses')
        and accepted > coalesce(rows_erased, 0)
        and load_id not in (from past_loads)
    qualify dense_rank() over (partition by kind order by snapshot_date desc) <= 2
), sizes as (
    select
        kind,
        snapshot_date,
        count(*) as size
    from occurrences
    semi join days using (kind, snapshot_date)
    group by all
), compared as (
    select
        *,
        lag(size) over by_day as size_before,
        lag(snapshot_date) over by_day as day_before
    from sizes
    window by_day as (partition by kind order by snapshot_date)
    qualify snapshot_date = max(snapshot_date) over (partition by kind)
)
select
    kind,
    format(
        'The export of {} of {} holds {:d} rows, the one of {} held {:d}: is a part of it missing?',
        kind,
        cast(snapshot_date as varchar),
        size,
        cast(day_before as varchar),
        size_before
    ) as warning
from compared
where size < 0.8 * size_before
order by kind;
