-- One row per customer whose first action or number of actions in the overview is not that of its actions, or who stands before somebody more urgent.
-- about: customer_overview
with first_of_each as (
    select
        customer_id,
        count(*) as actions,
        min(due_on) as act_by,
        list(action) filter (where due_on is not distinct from first_due_on) as first_actions
    from (select *, min(due_on) over (partition by customer_id) as first_due_on from actions)
    group by customer_id
), ordered as (
    select
        *,
        lead(act_by) over (order by urgency) as next_act_by,
        lead(to_do) over (order by urgency) as next_to_do
    from customer_overview
)
select
    customer_id,
    ordered.to_do,
    ordered.act_by,
    first_of_each.act_by as first_due_on,
    ordered.actions,
    first_of_each.actions as found
from ordered
full join first_of_each using (customer_id)
where ordered.customer_id is null
    or ordered.actions is distinct from coalesce(first_of_each.actions, 0)
    or ordered.act_by is distinct from first_of_each.act_by
    or not list_contains(coalesce(first_of_each.first_actions, ['nothing']), ordered.to_do)
    or next_act_by < ordered.act_by
    or (next_act_by is not null and ordered.act_by is null)
    or (ordered.to_do = 'nothing' and next_to_do <> 'nothing');
