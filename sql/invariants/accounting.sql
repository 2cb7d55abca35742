-- The rows that a load read are its accepted, quarantined and duplicate ones.
select
    load_id,
    file,
    rows_read,
    accepted,
    quarantined,
    duplicates
from loads
where rows_read <> accepted + quarantined + duplicates
    or least(rows_read, accepted, quarantined, duplicates) < 0
order by load_id;
