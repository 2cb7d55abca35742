-- One row per license answer with an empty list: looked, and found none.
create table empty_answers (
    snapshot_date date not null,
    load_id bigint not null,
    customer_id varchar not null
);
