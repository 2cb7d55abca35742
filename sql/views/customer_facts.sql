-- One row per customer with facts and snapshot day.
create view customer_facts_history as
select
    sightings.snapshot_date,
    sightings.load_id,
    sightings.line,
    contents.* exclude (row_id, fingerprint)
from sightings
join customer_facts_rows as contents using (row_id)
where sightings.kind = 'customer_facts';

-- One row per customer with facts, of the newest snapshot up to the day given.
create macro customer_facts_as_of(day) as table
select history.*
from customer_facts_history as history
join snapshot_days_as_of(day) as days
    on days.kind = 'customer_facts' and days.snapshot_date = history.snapshot_date;

-- One row per customer with facts, of the newest snapshot.
create view customer_facts as
select * from customer_facts_as_of(date '9999-12-31');
