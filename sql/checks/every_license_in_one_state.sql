-- One row per license that has not exactly one state and one model, or stands in a state without having been exported.
with exported as (
    select customer_id, license_id, load_id, line from licenses_as_of($as_of)
), judged as (
    select customer_id, license_id, load_id, line from license_states where state is not null and model is not null
), is_the_same as (
    -- As many rows with the same content in sum: to look for each row takes far longer, and is done where this is not so.
    select
        (select (count(*), sum(hash(customer_id, license_id, load_id, line))) from exported)
        = (select (count(*), sum(hash(customer_id, license_id, load_id, line))) from judged) as is_so
), counted as (
    select
        customer_id,
        license_id,
        count(*) filter (where is_exported) as times_exported,
        count(*) filter (where not is_exported) as times
    from (
        select *, true as is_exported from exported where not (select is_so from is_the_same)
        union all
        select *, false from judged where not (select is_so from is_the_same)
    )
    group by customer_id, license_id, load_id, line
)
select
    customer_id,
    license_id,
    times
from counted
where times_exported <> 1
    or times <> 1;
