-- One row per kind and day for which a snapshot exists.
create view snapshot_days as
select
    kind,
    snapshot_date
from loads
where accepted > 0 and load_id not in (from past_loads)
union
-- An answer with an empty list is an answer: that day is a license snapshot too.
select 'licenses', snapshot_date from empty_answers
union
-- A day stays one when a customer is erased, also where that was the only one.
select
    kind,
    snapshot_date
from loads
join erased using (load_id)
where erased.accepted + erased.answers > 0 and load_id not in (from past_loads);

-- One row per kind: its newest snapshot day up to the day given.
create macro snapshot_days_as_of(day) as table
select
    kind,
    max(snapshot_date) as snapshot_date
from snapshot_days
where snapshot_date <= day
group by kind;
