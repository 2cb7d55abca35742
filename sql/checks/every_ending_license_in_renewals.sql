-- One row per license that ends from 60 days before to 90 days after the day and does not stand in renewals exactly once, or stands there without ending then.
with ending as (
    select
        customer_id,
        license_id
    from license_states
    where not is_open_ended
        and end_date between cast($as_of as date) - 60 and cast($as_of as date) + 90
), listed as (
    select
        customer_id,
        license_id,
        count(*) as times
    from renewals
    group by customer_id, license_id
)
select
    customer_id,
    license_id,
    coalesce(times, 0) as times
from ending
full join listed using (customer_id, license_id)
where times is distinct from 1
    or ending.customer_id is null;
