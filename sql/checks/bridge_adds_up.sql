-- One row if the bridge does not lead from the seats then to those now, or those now are not the seats of the licenses.
-- about: changes, changes_bridge
with bridge as (
    select
        sum(seats) filter (where reason <> 'now') as led_to,
        sum(seats) filter (where reason = 'now') as seats_now
    from changes_bridge
    having count(*) > 0
), licensed as (
    select coalesce(sum(quantity) filter (where is_paid and is_in_force and not is_unlimited), 0) as seats
    from license_states
)
select
    led_to,
    seats_now,
    seats
from bridge
cross join licensed
where led_to <> seats_now
    or seats_now <> seats;
