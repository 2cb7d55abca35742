-- One row per load of one file: the ledger. rows_read = accepted + quarantined + duplicates.
create table loads (
    load_id bigint primary key,
    file varchar not null,
    kind varchar not null,
    snapshot_date date not null,
    sha256 varchar not null,
    loaded_at timestamp not null,
    rows_read bigint not null,
    accepted bigint not null,
    quarantined bigint not null,
    duplicates bigint not null,
    check (rows_read = accepted + quarantined + duplicates)
);
