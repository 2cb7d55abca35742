-- title: Rows that were refused, and why
-- grain: one row per broken rule
select
    quarantine.file,
    loads.snapshot_date,
    quarantine.line,
    quarantine.column_name,
    quarantine.value,
    quarantine.reason
from open_quarantine as quarantine
join loads using (load_id)
order by quarantine.load_id, quarantine.line, quarantine.column_name;
