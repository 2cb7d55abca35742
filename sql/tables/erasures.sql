-- One row per erasure: a customer that was erased, or days that were forgotten. Whose rows they were cannot be told from it.
create table erasures (
    erasure_id bigint primary key, -- Number of the erasure, from 1.
    erased_at timestamp not null, -- When it was done, in UTC.
    customer_sha256 varchar, -- SHA-256 of the id of the customer that was erased; null where days were forgotten.
    forgotten_before date -- The day before which all was forgotten; null where a customer was erased.
);
