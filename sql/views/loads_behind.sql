-- One row per load on which a report as of the day given rests.
create macro loads_as_of(day) as table
select loads.*
from loads
join snapshot_days_as_of(day) as days using (kind)
where loads.snapshot_date = days.snapshot_date
    or (loads.kind = 'assistance' and loads.snapshot_date <= day);
