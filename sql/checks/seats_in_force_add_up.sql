-- One row per customer and model whose seats differ between its licenses in force, its positions, and flex against term.
-- about: license_positions, flex_vs_term
with products as (
    select
        customer_id,
        model,
        product_code,
        case when count(*) = count(quantity) and not bool_or(is_unlimited) then sum(quantity) end as seats
    from license_states
    where is_in_force
    group by customer_id, model, product_code
), licensed as (
    select customer_id, model, sum(seats) as seats from products group by customer_id, model
), positioned as (
    select customer_id, model, sum(seats) as seats from license_positions group by customer_id, model
), reported as (
    select customer_id, 'term' as model, term_seats from flex_vs_term where term_licenses > 0
)
select
    customer_id,
    model,
    licensed.seats as licensed_seats,
    positioned.seats as positioned_seats,
    term_seats
from licensed
full join positioned using (customer_id, model)
full join reported using (customer_id, model)
where licensed.seats is distinct from positioned.seats
    or (model = 'term' and licensed.seats is distinct from term_seats);
