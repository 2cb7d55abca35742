-- One row per content that a license row has had: however often it was exported, it stands here once.
create table licenses_rows (
    row_id bigint not null,
    fingerprint ubigint not null,
    license_id varchar not null,
    license_number varchar,
    customer_id varchar not null,
    product_code varchar not null,
    product_name varchar,
    product_generic_code varchar,
    license_type varchar not null,
    quantity bigint,
    is_unlimited boolean,
    is_perpetual boolean,
    start_date date not null,
    end_date date,
    used bigint,
    used_on date
);
