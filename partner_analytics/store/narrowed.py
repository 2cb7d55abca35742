"""A store of some customers only: made in memory, so that whoever asks it can reach nobody else."""

from __future__ import annotations

from typing import Final

import duckdb
import polars as pl

from partner_analytics.resources import sql_texts
from partner_analytics.schemas.kinds import KINDS
from partner_analytics.store.connection import frame_of, in_memory, insert_from, put
from partner_analytics.store.views import view_texts

OF_CUSTOMERS: Final = {
    **{f"{kind}_rows": f"from {kind}_rows semi join temp.chosen using (customer_id)" for kind in KINDS},
    "empty_answers": "from empty_answers semi join temp.chosen using (customer_id)",
    "occurrences": " union all ".join(
        f"(from occurrences semi join (from {kind}_rows semi join temp.chosen using (customer_id)) using (row_id) "
        f"where kind = '{kind}')"
        for kind in KINDS
    ),
}
"""The tables of customers that it has, and where their rows come from."""

LOADS: Final = r"""
    insert into loads by name
    with brought as (
        select load_id, count(*) as rows from occurrences group by load_id
        union all
        select distinct load_id, 0 from empty_answers
    )
    select
        load_id,
        regexp_extract(file, '[^/\\]+$') as file,
        kind,
        snapshot_date,
        sha256,
        loaded_at,
        sum(rows) as rows_read,
        sum(rows) as accepted,
        0 as quarantined,
        0 as duplicates
    from frame
    join brought using (load_id)
    group by all
    """
"""Its ledger: the loads that brought rows of these customers, counting just these, and the files without their folders."""

VIEWS: Final = (*KINDS, "empty_answers", "evidence", "loads_behind")


def narrowed(whole: duckdb.DuckDBPyConnection, customer_ids: pl.Series) -> duckdb.DuckDBPyConnection:
    """A store that holds what another knows of some customers; which snapshot is the newest stays as it is.

    It has their exports, with all that is asked of those, and the loads that brought them: what is on no list here does
    not exist in it. What says which rows were refused does not, since a refused row may be anybody's. It is in no file,
    and knows of none.

    Parameters
    ----------
    whole
        The store to take them from.
    customer_ids
        Who they are.
    """
    put(whole, "chosen", customer_ids.alias("customer_id").to_frame())
    tables, views = sql_texts("tables"), view_texts()
    some = in_memory()
    for name, rows in OF_CUSTOMERS.items():
        some.execute(tables[name])
        insert_from(some, frame_of(whole, rows), f"insert into {name} by name from frame")
    some.execute(tables["loads"])
    insert_from(some, frame_of(whole, "from loads"), LOADS)
    # The rows of loads that were replaced, and of days that were forgotten, are gone: none of these was one.
    for name in ("replaced", "erasures", "erased"):
        some.execute(tables[name])
    some.execute(views["past_loads"])
    some.execute(views["snapshot_days"])
    some.execute("drop view snapshot_days")
    insert_from(some, frame_of(whole, "from snapshot_days"), "create table snapshot_days as from frame")
    for name in VIEWS:
        some.execute(views[name])
    return some
