-- One row per load: how the user said to read its file.
create table load_options (
    load_id bigint primary key,
    options varchar not null
);
