-- One row if there are customers of whom no license was exported, and no answer that they have none.
with missing as (
    select count(*) as customers
    from customers_as_of($as_of)
    anti join licenses_as_of($as_of) using (customer_id)
    anti join empty_answers_as_of($as_of) using (customer_id)
)
select
    'licenses' as kind,
    format(
        'Customers whose licenses were not exported: {:d} of {:d}. '
            || 'No data does not mean no protection.',
        missing.customers,
        (select count(*) from customers_as_of($as_of))
    ) as warning
from missing
where missing.customers > 0
    and exists (select * from snapshot_days_as_of($as_of) where kind = 'licenses');
