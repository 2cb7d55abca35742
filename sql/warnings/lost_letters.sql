-- One row if names hold a question mark inside a word, where a letter was perhaps lost.
select
    'customers' as kind,
    format(
        'Names of customers with a question mark inside a word: {:d}, such as {}. A letter was perhaps lost.',
        count(*),
        min(coalesce(shown_as, account_name))
    ) as warning
from customers_as_of($as_of)
where regexp_matches(coalesce(shown_as, account_name), '\p{L}\?\p{L}')
having count(*) > 0;
