-- One row per customer and snapshot day: what no export tells.
create table customer_facts_history (
    snapshot_date date not null,
    load_id bigint not null,
    line bigint not null,
    customer_id varchar not null,
    is_managed_order boolean,
    trial_started_by varchar,
    account_manager varchar,
    customer_group varchar
);
