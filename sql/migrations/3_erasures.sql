-- Erasures get a ledger of their own, and each row a hash of all that it says.
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
alter table customers_rows add column digest ubigint;
alter table licenses_rows add column digest ubigint;
alter table assistance_rows add column digest ubigint;
alter table customer_facts_rows add column digest ubigint;
alter table store_version add column hashes ubigint;
