-- One row per refused row, field by field as its file writes it.
create table refused_rows (
    load_id bigint not null,
    line bigint not null,
    cells varchar[] not null
);
