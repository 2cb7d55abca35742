-- One row per broken rule of a refused row that still counts: its load still counts, and no row has taken its place.
create view open_quarantine as
select quarantine.*
from quarantine
anti join corrected using (load_id, line)
where load_id not in (from past_loads);
