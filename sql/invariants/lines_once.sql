-- A line of a load is one row: stored once, or refused.
select
    load_id,
    line,
    count(*) as times
from (
    select load_id, line from occurrences
    union all
    select load_id, line from refused_rows
)
group by load_id, line
having count(*) > 1
order by load_id, line;
