-- One row per load whose rows no longer count: a later load replaced them, or their day was forgotten.
create view past_loads as
select load_id
from replaced
union
select load_id
from erased
join erasures using (erasure_id)
where forgotten_before is not null;
