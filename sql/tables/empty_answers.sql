-- One row per license answer with an empty list: looked, and found none.
create table empty_answers (
    snapshot_date date not null, -- The day for which it was exported.
    load_id bigint not null, -- The load that brought it.
    customer_id varchar not null -- The customer's id.
);
