-- Each row that a load brought has its content.
select
    kind,
    load_id,
    line
from sightings
anti join contents using (kind, row_id)
order by all;
