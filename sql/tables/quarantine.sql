-- One row per rule that a refused row breaks; a refused row can have several.
create table quarantine (
    load_id bigint not null,
    file varchar not null,
    line bigint not null,
    kind varchar not null,
    column_name varchar not null,
    value varchar,
    reason varchar not null
);
