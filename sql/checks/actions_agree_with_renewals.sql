-- One row per customer, product and last day whose licenses that are expiring and open, in part or whole, are not those to renew, with their seats.
-- about: actions
with ending as (
    select
        customer_id,
        product_code,
        renewals.end_date,
        sum(seats_open) as seats
    from renewals
    join license_states using (customer_id, license_id, product_code)
    where state = 'expiring'
        and is_paid
        and renewal in ('open', 'reduced')
    group by all
), to_renew as (
    select
        customer_id,
        subject as product_code,
        due_on as end_date,
        seats
    from actions
    where action = 'renew'
        and days_left <= $renewal_days
)
select
    customer_id,
    product_code,
    end_date,
    ending.seats as seats_open,
    to_renew.seats as seats_to_renew
from ending
full join to_renew using (customer_id, product_code, end_date)
where ending.seats is distinct from to_renew.seats
    or ending.customer_id is null
    or to_renew.customer_id is null;
