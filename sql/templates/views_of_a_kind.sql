-- One row per {grain} and snapshot day.
create view {kind}_history as
select
    occurrences.snapshot_date,
    occurrences.load_id,
    occurrences.line,
    contents.* exclude (row_id, fingerprint)
from occurrences
join {kind}_rows as contents using (row_id)
where occurrences.kind = '{kind}';

-- One row per {grain}, of the newest snapshot up to the day given.
create macro {kind}_as_of(day) as table
select history.*
from {kind}_history as history
join snapshot_days_as_of(day) as days
    on days.kind = '{kind}' and days.snapshot_date = history.snapshot_date;

-- One row per {grain}, of the newest snapshot.
create view {kind} as
select * from {kind}_as_of(date '9999-12-31');
