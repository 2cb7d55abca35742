-- title: What ends when: licenses in force by the month of their last day
-- grain: one row per month and model; seats leave out what is unlimited or not known
-- param months: 12 | how many months ahead to look
select
    strftime(end_date, '%Y-%m') as month,
    model,
    count(*) as licenses,
    count(distinct customer_id) as customers,
    sum(quantity) as seats
from license_states
where is_in_force
    and not is_open_ended
    and end_date < date_trunc('month', $as_of) + to_months($months + 1)
group by all
order by month, model;
