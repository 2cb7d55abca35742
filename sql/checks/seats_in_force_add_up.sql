-- One row per customer and model whose term seats differ between the positions and flex against term.
with positions as (
    select customer_id, cast(sum(seats) as bigint) as seats
    from license_positions
    where model = 'term'
    group by customer_id
)
select flex_vs_term.customer_id, flex_vs_term.term_seats, positions.seats
from flex_vs_term
left join positions using (customer_id)
where flex_vs_term.term_seats is distinct from positions.seats;
