-- Each row belongs to a load of the ledger, of the same kind, day and file.
with found as (
    select 'occurrences' as stands_in, load_id, kind, snapshot_date, null as file from occurrences
    union
    select 'quarantine', load_id, kind, null, file from quarantine
    union
    select 'empty_answers', load_id, 'licenses', snapshot_date, null from empty_answers
    union
    select 'announced', load_id, null, null, null from announced
    union
    select 'replaced', load_id, null, null, null from replaced
    union
    select 'replaced', replaced_by, null, null, null from replaced
    union
    select 'corrected', corrected_by, null, null, null from corrected
    union
    select 'erased', load_id, null, null, null from erased
)
select
    stands_in,
    found.load_id
from found
left join loads on loads.load_id = found.load_id
    and loads.kind = coalesce(found.kind, loads.kind)
    and loads.snapshot_date = coalesce(found.snapshot_date, loads.snapshot_date)
    and loads.file = coalesce(found.file, loads.file)
where loads.load_id is null
order by all;
