-- One row per customer that any export lists as of the day given.
select customer_id from customers_as_of($as_of)
union
select customer_id from licenses_as_of($as_of)
union
select customer_id from empty_answers_as_of($as_of);
