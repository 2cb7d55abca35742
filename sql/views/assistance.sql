-- One row per piece of evidence about Partner Assistance and snapshot day.
create view assistance_history as
select
    sightings.snapshot_date,
    sightings.load_id,
    sightings.line,
    contents.* exclude (row_id, fingerprint)
from sightings
join assistance_rows as contents using (row_id)
where sightings.kind = 'assistance';

-- One row per piece of evidence about Partner Assistance, of the newest snapshot up to the day given.
create macro assistance_as_of(day) as table
select history.*
from assistance_history as history
join snapshot_days_as_of(day) as days
    on days.kind = 'assistance' and days.snapshot_date = history.snapshot_date;

-- One row per piece of evidence about Partner Assistance, of the newest snapshot.
create view assistance as
select * from assistance_as_of(date '9999-12-31');
