-- One row per load on which a report as of the day given rests, or which brought nothing that it could rest on.
create macro loads_as_of(day) as table
select loads.*
from loads
left join snapshot_days_as_of(day) as days using (kind)
where loads.snapshot_date <= day
    and loads.load_id not in (from past_loads)
    and (
        loads.snapshot_date >= coalesce(days.snapshot_date, date '0001-01-01')
        or loads.kind = 'assistance'
        -- A column of an older customer export can still be the newest evidence.
        or loads.load_id in (
            select load_id
            from occurrences
            join customers_rows using (row_id)
            where occurrences.kind = 'customers' and partner_assistance is not null
        )
    );
