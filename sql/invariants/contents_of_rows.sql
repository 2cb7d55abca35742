-- Each row that a load brought has its content.
select
    kind,
    load_id,
    line
from occurrences
anti join contents using (kind, row_id)
order by all;
