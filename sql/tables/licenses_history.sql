-- One row per license and snapshot day.
create table licenses_history (
    snapshot_date date not null,
    load_id bigint not null,
    line bigint not null,
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
