-- One row per license that ends from the first day that can still be reactivated to the last day that renewals look ahead to and does not stand in renewals exactly once as its state says, or stands there without ending then.
-- about: renewals, renewals_by_month
with ending as (
    select
        customer_id,
        license_id,
        model,
        end_date,
        days_left,
        used,
        case when not is_unlimited then quantity end as quantity
    from license_states
    where not is_open_ended
        and end_date between cast($as_of as date) - cast($reactivation_days as integer) and cast($as_of as date) + cast($renewal_days as integer)
), listed as (
    select
        customer_id,
        license_id,
        count(*) as times,
        any_value(model) as model,
        any_value(end_date) as end_date,
        any_value(days_left) as days_left,
        any_value(used) as used,
        any_value(quantity) as quantity,
        -- More seats open than there are, or some of what is renewed.
        count(*) filter (where seats_open not between 0 and quantity or (renewal = 'renewed' and seats_open > 0)) as wrong
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
    or wrong > 0
    or ending.customer_id is null
    or ending.model is distinct from listed.model
    or ending.end_date is distinct from listed.end_date
    or ending.days_left is distinct from listed.days_left
    or ending.used is distinct from listed.used
    or ending.quantity is distinct from listed.quantity;
