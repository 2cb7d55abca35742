-- One row per customer and snapshot day.
create view customers_history as
select
    sightings.snapshot_date,
    sightings.load_id,
    sightings.line,
    contents.* exclude (row_id, fingerprint)
from sightings
join customers_rows as contents using (row_id)
where sightings.kind = 'customers';

-- One row per customer, of the newest snapshot up to the day given.
create macro customers_as_of(day) as table
select history.*
from customers_history as history
join snapshot_days_as_of(day) as days
    on days.kind = 'customers' and days.snapshot_date = history.snapshot_date;

-- One row per customer, of the newest snapshot.
create view customers as
select * from customers_as_of(date '9999-12-31');
