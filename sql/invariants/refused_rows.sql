-- Each refused row is kept as it was written, with its reason.
select
    load_id,
    line
from (select distinct load_id, line from quarantine) as reasons
full join refused_rows as written using (load_id, line)
group by load_id, line
having count(reasons.line) <> 1 or count(written.line) <> 1
order by load_id, line;
