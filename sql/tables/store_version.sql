-- One row: the version of the store's tables, and what DuckDB makes of one text, by which its hashes are known to be the same.
create table store_version (
    version integer,
    hashes ubigint
);
