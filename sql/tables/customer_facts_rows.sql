-- One row per content that a row of customer facts has had: however often it was exported, it stands here once.
create table customer_facts_rows (
    row_id bigint not null,
    fingerprint ubigint not null,
    customer_id varchar not null,
    is_managed_order boolean,
    trial_started_by varchar,
    account_manager varchar,
    customer_group varchar
);
