-- One row per license and snapshot day.
create view licenses_history as
select
    sightings.snapshot_date,
    sightings.load_id,
    sightings.line,
    contents.* exclude (row_id, fingerprint)
from sightings
join licenses_rows as contents using (row_id)
where sightings.kind = 'licenses';

-- One row per license, of the newest snapshot up to the day given.
create macro licenses_as_of(day) as table
select history.*
from licenses_history as history
join snapshot_days_as_of(day) as days
    on days.kind = 'licenses' and days.snapshot_date = history.snapshot_date;

-- One row per license, of the newest snapshot.
create view licenses as
select * from licenses_as_of(date '9999-12-31');
