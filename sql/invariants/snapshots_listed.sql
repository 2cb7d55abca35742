-- Each day of which rows are stored is a snapshot day.
select distinct
    kind,
    snapshot_date
from occurrences
anti join snapshot_days using (kind, snapshot_date)
order by all;
