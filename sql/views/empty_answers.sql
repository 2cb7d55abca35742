-- One row per customer whose licenses were asked for in the newest license snapshot, and who has none.
create macro empty_answers_as_of(day) as table
select distinct answers.customer_id
from empty_answers as answers
join snapshot_days_as_of(day) as days
    on days.kind = 'licenses' and days.snapshot_date = answers.snapshot_date;
