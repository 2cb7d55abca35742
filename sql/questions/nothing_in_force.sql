-- title: Customers with only expired licenses
-- grain: one row per customer, the last to expire first
select
    customer_name,
    next_end_on as last_ended_on,
    days_left,
    to_do,
    act_by,
    expired_in as categories
from customer_overview
where expired_in is not null
    and coalesce(active_in, expiring_in, trial_in, future_in, unknown_in) is null
order by last_ended_on desc, urgency;
