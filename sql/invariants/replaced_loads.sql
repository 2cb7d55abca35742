-- A load is replaced by a later one of its kind and day.
select
    replaced.load_id,
    replaced_by
from replaced
join loads as earlier on earlier.load_id = replaced.load_id
join loads as later on later.load_id = replaced.replaced_by
where replaced.load_id >= replaced_by
    or earlier.kind <> later.kind
    or earlier.snapshot_date <> later.snapshot_date
order by all;
