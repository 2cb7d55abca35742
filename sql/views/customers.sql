-- One row per customer, of the newest snapshot up to the day given.
create macro customers_as_of(day) as table
select history.*
from customers_history as history
join snapshot_days_as_of(day) as days
    on days.kind = 'customers' and days.snapshot_date = history.snapshot_date;

-- One row per customer, of the newest snapshot.
create view customers as
select * from customers_as_of(date '9999-12-31');
