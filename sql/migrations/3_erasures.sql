-- Erasures get a ledger of their own; the fingerprints of rows tell what they say, and are made anew.
create table erasures (
    erasure_id bigint primary key,
    erased_at timestamp not null,
    customer_sha256 varchar,
    before date
);
create table erased (
    erasure_id bigint not null,
    load_id bigint not null,
    accepted bigint not null,
    quarantined bigint not null,
    answers bigint not null
);
alter table store_version add column hashes ubigint;
