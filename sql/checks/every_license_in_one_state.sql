-- One row per license that has not exactly one state and one model, or stands in a state without having been exported.
with judged as (
    select
        customer_id,
        license_id,
        count(*) as times,
        count(state) as states,
        count(model) as models
    from license_states
    group by customer_id, license_id
)
select
    customer_id,
    license_id,
    coalesce(times, 0) as times
from licenses_as_of($as_of) as exported
full join judged using (customer_id, license_id)
where times is distinct from 1
    or states <> 1
    or models <> 1
    or exported.load_id is null;
