-- One row per piece of evidence about Partner Assistance and snapshot day.
create table assistance_history (
    snapshot_date date not null,
    load_id bigint not null,
    line bigint not null,
    customer_id varchar not null,
    partner_assistance varchar not null,
    checked_on date not null,
    basis varchar not null
);
