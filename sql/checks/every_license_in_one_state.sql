-- One row per license that has not exactly one state and one model, or stands in a state without having been exported.
select
    coalesce(exported.customer_id, judged.customer_id) as customer_id,
    coalesce(exported.license_id, judged.license_id) as license_id
from licenses_as_of($as_of) as exported
full join license_states as judged using (load_id, line)
where exported.customer_id is distinct from judged.customer_id
    or exported.license_id is distinct from judged.license_id
    or state is null
    or model is null
union all
-- Where each fits the row that it is from, there are more of them only if one stands there twice.
select
    customer_id,
    license_id
from license_states
where (select count(*) from license_states) <> (select count(*) from licenses_as_of($as_of))
group by customer_id, license_id
having count(*) > 1;
