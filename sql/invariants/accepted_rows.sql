-- As many rows are stored as a load accepted, but for those that were erased or that a later load replaced.
with stored as (
    select
        load_id,
        count(*) as stored
    from occurrences
    group by load_id
), taken_out as (
    select
        load_id,
        sum(accepted) as erased
    from erased
    group by load_id
)
select
    load_id,
    file,
    accepted,
    coalesce(stored, 0) as stored,
    coalesce(erased, 0) as erased
from loads
left join stored using (load_id)
left join taken_out using (load_id)
where coalesce(stored, 0) <> if(load_id in (select load_id from replaced), 0, accepted - coalesce(erased, 0))
order by load_id;
