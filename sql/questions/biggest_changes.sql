-- title: What changed most in seats since the snapshot before
-- grain: one row per change of at least so many seats, the largest first
-- param at_least: 5 | seats more or fewer
select
    customer_name,
    change,
    subject,
    before,
    after,
    seats_delta
from changes
where abs(seats_delta) >= $at_least
order by abs(seats_delta) desc, lower(customer_name), customer_id, change, subject, license_id;
