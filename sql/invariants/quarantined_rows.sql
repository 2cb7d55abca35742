-- As many refused rows are kept as a load quarantined, but for those that were erased.
with kept as (
    select
        load_id,
        count(distinct line) as kept
    from quarantine
    group by load_id
), taken_out as (
    select
        load_id,
        sum(quarantined) as erased
    from erased
    group by load_id
)
select
    load_id,
    file,
    quarantined,
    coalesce(kept, 0) as kept,
    coalesce(erased, 0) as erased
from loads
left join kept using (load_id)
left join taken_out using (load_id)
where coalesce(kept, 0) <> quarantined - coalesce(erased, 0)
order by load_id;
