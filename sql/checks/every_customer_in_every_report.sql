-- One row per customer and report in which a customer that any export lists is missing, stands twice, or is invented.
with listed as (
    select customer_id from customers_as_of($as_of)
    union
    select customer_id from licenses_as_of($as_of)
    union
    select customer_id from empty_answers_as_of($as_of)
), expected as (
    select
        customer_id,
        report
    from listed
    cross join (values ('customer_overview'), ('protection_status'), ('flex_vs_term'), ('assistance_coverage')) as reports(report)
), reported as (
    -- Protection status has a row for each category, so there a customer can only be missing or stand twice in one.
    select
        customer_id,
        'protection_status' as report,
        count(*) - count(distinct coalesce(category, '')) + 1 as times
    from protection_status
    group by customer_id
    union all
    select customer_id, 'customer_overview', count(*) from customer_overview group by customer_id
    union all
    select customer_id, 'flex_vs_term', count(*) from flex_vs_term group by customer_id
    union all
    select customer_id, 'assistance_coverage', count(*) from assistance_coverage group by customer_id
)
select
    customer_id,
    report,
    coalesce(times, 0) as times,
    expected.customer_id is not null as is_listed
from expected
full join reported using (customer_id, report)
where times is distinct from 1
    or expected.customer_id is null;
