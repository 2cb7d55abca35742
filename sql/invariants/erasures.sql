-- Each erasure says whose rows or which days it took out, and from which loads.
select erasure_id
from erasures
full join (select distinct erasure_id, true as has_loads from erased) using (erasure_id)
where has_loads is null
    or erased_at is null
    or (customer_sha256 is null) = (forgotten_before is null)
order by erasure_id;
