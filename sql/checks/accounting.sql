-- One row per load of which not as many rows are stored or erased as it accepted.
with stored as (
    select
        load_id,
        count(*) as rows_stored
    from occurrences
    group by load_id
), taken_out as (
    select
        load_id,
        sum(accepted) as rows_erased
    from erased
    group by load_id
)
select
    load_id,
    file,
    accepted,
    coalesce(rows_stored, 0) as rows_stored,
    coalesce(rows_erased, 0) as rows_erased
from loads_as_of($as_of)
left join stored using (load_id)
left join taken_out using (load_id)
where accepted <> coalesce(rows_stored, 0) + coalesce(rows_erased, 0);
