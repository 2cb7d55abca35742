-- No load is missing from the ledger: they are numbered from 1.
select load_id
from (select unnest(range(1, (select coalesce(max(load_id), 0) + 1 from loads))) as load_id)
anti join loads using (load_id)
order by load_id;
