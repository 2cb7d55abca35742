-- One row per load of a page file that says how many items there are on all pages.
create table announced (
    load_id bigint primary key,
    items bigint not null
);
