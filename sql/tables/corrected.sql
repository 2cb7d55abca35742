-- One row per refused row whose place a row of a later load has taken.
create table corrected (
    load_id bigint not null, -- The load that refused the row.
    line bigint not null, -- Line of the refused row.
    corrected_by bigint not null, -- The load that brought the row in its place.
    corrected_line bigint not null -- Line of that row.
);
