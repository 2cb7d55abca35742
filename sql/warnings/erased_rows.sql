-- One row per kind, snapshot day and erasure of rows of it: what is stored is less than its files brought.
select
    loads.kind,
    format(
        '{:d} of the {:d} rows that the {} export of {} brought {} erased on {}.',
        cast(sum(erased.accepted + erased.quarantined) as bigint),
        cast(sum(loads.accepted + loads.quarantined) as bigint),
        if(loads.kind = 'customer_facts', 'customer facts', loads.kind),
        cast(loads.snapshot_date as varchar),
        if(sum(erased.accepted + erased.quarantined) = 1, 'was', 'were'),
        cast(cast(erasures.erased_at as date) as varchar)
    ) as warning
from erased
join erasures using (erasure_id)
join loads_as_of($as_of) as loads using (load_id)
group by loads.kind, loads.snapshot_date, erasures.erasure_id, erasures.erased_at
having sum(erased.accepted + erased.quarantined) > 0
order by loads.kind, loads.snapshot_date, erasures.erasure_id;
