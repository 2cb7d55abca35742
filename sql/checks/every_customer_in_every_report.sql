-- One row per customer and report in which the customer is missing, or stands twice.
with reported as (
    select 'protection_status' as report, customer_id, 1 as times from protection_status group by customer_id
    union all
    select 'flex_vs_term', customer_id, count(*) from flex_vs_term group by customer_id
    union all
    select 'assistance_coverage', customer_id, count(*) from assistance_coverage group by customer_id
), expected as (
    select report, customer_id
    from accounts
    cross join (values ('protection_status'), ('flex_vs_term'), ('assistance_coverage')) as reports(report)
)
select *
from expected
full join reported using (report, customer_id)
where reported.times is distinct from 1
    or expected.customer_id is null;
