-- One row per load: the headers of its file, and the column that each leads to, empty where none is known.
create table headers (
    load_id bigint primary key,
    headers varchar[] not null,
    columns varchar[] not null
);
