-- One row per load whose rows a later load of the same kind and day has replaced.
create table replaced (
    load_id bigint primary key, -- The load that was replaced.
    replaced_by bigint not null -- The load that did.
);
