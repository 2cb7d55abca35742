-- One row per load whose rows are not all accounted for: read = accepted + quarantined + duplicates, and as many stored.
with stored as (
    select
        load_id,
        count(*) as rows_stored
    from sightings
    group by load_id
)
select
    load_id,
    file,
    rows_read,
    accepted,
    quarantined,
    duplicates,
    coalesce(rows_stored, 0) as rows_stored
from loads_as_of($as_of)
left join stored using (load_id)
where rows_read <> accepted + quarantined + duplicates
    or accepted <> coalesce(rows_stored, 0);
