-- One row per content that a piece of evidence about Partner Assistance has had: however often it was exported, it stands here once.
create table assistance_rows (
    row_id bigint not null,
    fingerprint ubigint not null,
    customer_id varchar not null,
    partner_assistance varchar not null,
    checked_on date not null,
    basis varchar not null
);
