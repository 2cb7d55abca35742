"""What is known of some customers, in memory, for the checks of their results: no store, and no ledger."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import polars as pl

from partner_analytics.store.connection import in_memory, insert_from


def holding(frames: Mapping[str, pl.DataFrame]) -> duckdb.DuckDBPyConnection:
    """A connection on which `NAME_as_of(day)` gives each of these frames, whatever the day."""
    connection = in_memory()
    for name, frame in frames.items():
        insert_from(connection, frame, f"create table {name} as from frame")
        connection.execute(f"create macro {name}_as_of(day) as table select * from {name}")
    return connection
