-- One row per license that has no state, or more than one.
select customer_id, license_id, count(*) as states
from license_states
group by all
having count(*) <> 1 or count(state) <> 1;
