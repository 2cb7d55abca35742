-- A row takes the place of a row that was refused before.
select
    corrected.load_id,
    corrected.line,
    corrected_by
from corrected
left join refused_rows using (load_id, line)
where refused_rows.line is null or corrected.load_id >= corrected_by
order by all;
