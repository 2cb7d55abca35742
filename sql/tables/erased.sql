-- One row per load and erasure that took rows of it out: how many. Those that a load accepted are stored or stand here.
create table erased (
    erasure_id bigint not null, -- The erasure.
    load_id bigint not null, -- The load that brought the rows.
    accepted bigint not null, -- Stored rows that were taken out.
    quarantined bigint not null, -- Refused rows that were taken out.
    answers bigint not null -- License answers with an empty list that were taken out.
);
