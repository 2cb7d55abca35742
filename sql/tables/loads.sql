-- One row per load of one file: the ledger. rows_read = accepted + quarantined + duplicates.
create table loads (
    load_id bigint primary key, -- Number of the load, from 1.
    file varchar not null, -- The file, as its path was given.
    kind varchar not null, -- The kind of export.
    snapshot_date date not null, -- The day for which it was exported.
    sha256 varchar not null, -- SHA-256 of the file's bytes.
    loaded_at timestamp not null, -- When it was loaded, in UTC.
    rows_read bigint not null, -- Rows that the file holds.
    accepted bigint not null, -- Rows stored.
    quarantined bigint not null, -- Rows refused.
    duplicates bigint not null, -- Rows that were stored already, with the same content.
    check (rows_read = accepted + quarantined + duplicates)
);
