-- Five reports of the portfolio of tests/support/large.py in plain SQL, the same bytes below the header. It has no store, no accounting and
-- no checks, and none of the rules that this portfolio does not need: no seats are shared out, and nothing is renewed in time.
create temp table states as
select
    customer_id,
    license_id,
    product_code,
    coalesce(product_name, product_code) as product_name,
    coalesce(categories, ['Other']) as categories,
    case license_type when 'trial' then 'trial' when 'ordered' then 'managed_order' when 'usage' then 'flex' else 'term' end as model,
    case
        when start_date > $as_of then 'future'
        when end_date is null and license_type in ('usage', 'ordered', 'perpetual') then 'active'
        when end_date is null then 'unknown'
        when end_date < $as_of then 'expired'
        when end_date - $as_of <= 30 then 'expiring'
        else 'active'
    end as state,
    start_date,
    end_date,
    quantity,
    used
from licenses
left join products using (product_code);

create temp table accounts as
select
    customer_id,
    account_name as customer_name,
    case billing_type when 'usage' then 'monthly_usage' when 'trial' then 'trial' when 'term' then 'term' else 'unknown' end as account_type,
    account_manager
from customers
left join customer_facts using (customer_id);

create temp table positions as
select
    customer_id,
    product_code,
    model,
    any_value(product_name) as product_name,
    case when count(*) = count(quantity) then cast(sum(quantity) as bigint) end as seats,
    max(used) as used
from states
where state in ('active', 'expiring')
group by customer_id, product_code, model;

copy (
    with in_category as (
        select *, unnest(categories) as category, model <> 'trial' as is_paid, state in ('active', 'expiring') as is_in_force from states
    ), grouped as (
        select
            customer_id,
            category,
            bool_or(is_paid and state = 'active') as is_active,
            bool_or(is_paid and state = 'expiring') as is_expiring,
            bool_or(not is_paid and is_in_force) as is_trial,
            bool_or(state = 'future') as is_future,
            bool_or(state = 'unknown') as is_unknown,
            bool_or(is_paid and is_in_force and end_date is null) as is_endless,
            bool_or(not is_paid and is_in_force and end_date is null) as is_endless_trial,
            max(end_date) filter (is_paid and is_in_force) as paid_until,
            max(end_date) filter (not is_paid and is_in_force) as trial_until,
            max(end_date) as ended_on,
            count(*) as license_count
        from in_category
        group by customer_id, category
    ), judged as (
        select
            *,
            case
                when is_active then 'active'
                when is_expiring then 'expiring'
                when is_trial then 'trial'
                when is_future then 'future'
                when is_unknown then 'unknown'
                else 'expired'
            end as status
        from grouped
    ), dated as (
        select
            *,
            case
                when status in ('active', 'expiring') and not is_endless then paid_until
                when status = 'trial' and not is_endless_trial then trial_until
                when status = 'expired' then ended_on
            end as coverage_ends_on
        from judged
    )
    select
        customer_id,
        customer_name,
        account_type,
        category,
        status,
        coverage_ends_on,
        coverage_ends_on - $as_of as days_left,
        false as is_renewed,
        status = 'expired' and coverage_ends_on - $as_of >= -60 as is_reactivatable,
        license_count
    from accounts
    join dated using (customer_id)
    order by lower(customer_name), customer_id, list_position($categories, category)
) to '{out}/protection_status.csv' (header);

copy (
    select
        customer_id,
        customer_name,
        product_code,
        product_name,
        model,
        seats,
        false as is_unlimited,
        used,
        greatest(used - seats, 0) as over_used_by,
        greatest(seats - used, 0) as unused
    from accounts
    join positions using (customer_id)
    order by lower(customer_name), customer_id, product_code, list_position(['flex', 'term', 'managed_order', 'trial'], model)
) to '{out}/license_positions.csv' (header);

copy (
    with in_force as (
        select * from states where state in ('active', 'expiring')
    ), counted as (
        select
            customer_id,
            count(*) filter (model = 'flex') as flex,
            count(*) filter (model = 'term') as term,
            count(*) filter (model = 'managed_order') as managed_order,
            count(*) filter (model = 'trial') as trial
        from in_force
        group by customer_id
    ), summed as (
        select
            customer_id,
            sum(used) filter (model = 'flex') as flex_used,
            sum(seats) filter (model = 'term') as term_seats,
            sum(used) filter (model = 'term') as term_used
        from positions
        group by customer_id
    ), twice as (
        select customer_id, category
        from (select customer_id, model, unnest(categories) as category from in_force)
        where category <> 'Other'
        group by customer_id, category
        having bool_or(model = 'flex') and bool_or(model = 'term')
    ), double_covered as (
        select
            customer_id,
            string_agg(category, '; ' order by list_position($categories, category)) as double_covered
        from twice
        group by customer_id
    )
    select
        customer_id,
        customer_name,
        account_type,
        case
            when flex > 0 and term > 0 then 'mixed'
            when flex > 0 then 'flex'
            when term > 0 then 'term'
            when trial > 0 then 'trial'
            else 'none'
        end as mix,
        coalesce(flex, 0),
        coalesce(term, 0),
        coalesce(managed_order, 0),
        coalesce(trial, 0),
        flex_used,
        term_seats,
        term_used,
        double_covered,
        case when flex > 0 or account_type = 'monthly_usage' then 'limited' else 'eligible' end
    from accounts
    left join counted using (customer_id)
    left join summed using (customer_id)
    left join double_covered using (customer_id)
    order by lower(customer_name), customer_id
) to '{out}/flex_vs_term.csv' (header);

copy (
    with newest as (
        select
            customer_id,
            arg_max(partner_assistance, checked_on) as said,
            max(checked_on) as checked_on
        from assistance
        group by customer_id
    ), judged as (
        select
            *,
            account_type = 'monthly_usage' as expected_on,
            coalesce(said, case when account_type = 'monthly_usage' then 'on' else 'unknown' end) as answer
        from accounts
        left join newest using (customer_id)
    )
    select
        customer_id,
        customer_name,
        account_type,
        answer,
        case when said is not null then 'stated' when expected_on then 'rule_monthly_usage' else 'none' end,
        checked_on,
        expected_on,
        expected_on and answer = 'off',
        answer = 'on',
        case when answer = 'on' then 'launch' when expected_on and answer = 'off' then 'check_anomaly' else 'ask_customer' end
    from judged
    order by lower(customer_name), customer_id
) to '{out}/assistance_coverage.csv' (header);

copy (
    with ending as (
        select *, end_date - $as_of as days_left from states where end_date between $as_of - 60 and $as_of + 90
    ), renewed as (
        select distinct ending.customer_id, ending.license_id
        from ending
        join states as other
            on other.customer_id = ending.customer_id
            and other.product_code = ending.product_code
            and other.license_id <> ending.license_id
            and other.model <> 'trial'
            and other.start_date between ending.end_date - 90 and ending.end_date + 1
            and (other.end_date is null or other.end_date > ending.end_date)
    )
    select
        customer_id,
        customer_name,
        account_manager,
        product_code,
        product_name,
        model,
        license_id,
        quantity,
        used,
        end_date,
        days_left,
        case when days_left < 0 then 'ended' when days_left <= 30 then '30' when days_left <= 60 then '60' else '90' end,
        case when renewed.license_id is null then 'open' else 'renewed' end,
        case when model <> 'trial' then case when renewed.license_id is null then quantity else 0 end end
    from accounts
    join ending using (customer_id)
    left join renewed using (customer_id, license_id)
    order by days_left, lower(customer_name), customer_id, product_code, list_position(['flex', 'term', 'managed_order', 'trial'], model), license_id
) to '{out}/renewals.csv' (header);
