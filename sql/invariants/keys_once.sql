-- Each key stands once in a snapshot.
select
    kind,
    snapshot_date,
    min(load_id) as load_id,
    arg_min(line, (load_id, line)) as line,
    count(*) as times
from keys
group by kind, snapshot_date, key
having count(*) > 1
order by all;
