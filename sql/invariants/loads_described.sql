-- Each load has its headers and its options, and stands in the ledger.
select
    load_id,
    count(loads.load_id) as in_ledger,
    count(headers.load_id) as with_headers,
    count(load_options.load_id) as with_options
from loads
full join headers using (load_id)
full join load_options using (load_id)
group by load_id
having in_ledger <> 1 or with_headers <> 1 or with_options <> 1
order by load_id;
