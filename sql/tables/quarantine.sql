-- One row per rule that a refused row breaks; a refused row can have several.
create table quarantine (
    load_id bigint not null, -- The load that refused the row.
    file varchar not null, -- The file, as its path was given.
    line bigint not null, -- Line on which the row begins, the header being line 1; in JSON the position of the item, from 1.
    kind varchar not null, -- The kind of export.
    column_name varchar not null, -- The column that breaks the rule; empty for the whole row.
    value varchar, -- What the cell holds, as written.
    reason varchar not null -- The rule, in words.
);
