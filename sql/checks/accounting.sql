-- One row per load whose rows read are not all accounted for.
select load_id, file, rows_read, accepted, quarantined, duplicates
from loads
where rows_read <> accepted + quarantined + duplicates;
