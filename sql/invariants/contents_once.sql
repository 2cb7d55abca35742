-- Each content has a number of its own.
select
    kind,
    row_id,
    count(*) as times
from contents
group by kind, row_id
having count(*) > 1
order by all;
