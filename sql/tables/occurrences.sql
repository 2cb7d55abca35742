-- One row per row that a load brought: which content stood in which line. The histories are this and the contents.
create table occurrences (
    kind varchar not null,
    snapshot_date date not null,
    load_id bigint not null,
    line bigint not null,
    row_id bigint not null
);
