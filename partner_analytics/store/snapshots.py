"""What is known as of a day."""

from __future__ import annotations

from datetime import date, datetime

import duckdb
import polars as pl

from partner_analytics.resources import sql_texts
from partner_analytics.store.connection import frame_of, row

FRAMES = ("customers", "licenses", "empty_answers", "evidence", "customer_facts")


def first_snapshot_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The first day for which any export was loaded; None in an empty store."""
    (day,) = row(connection, "select min(snapshot_date) from snapshot_days")
    first: date | None = day
    return first


def last_loaded_at(connection: duckdb.DuckDBPyConnection) -> datetime:
    """When the store was last loaded into, in UTC."""
    (moment,) = row(connection, "select max(loaded_at) from loads")
    last: datetime = moment
    return last


def customers_as_of(connection: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame | None:
    """One row per customer of the newest customer export up to a day; None where there is none."""
    customers = frame_of(connection, "select * from customers_as_of($day)", {"day": as_of})
    return customers if customers.height else None


def frames_as_of(connection: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, pl.DataFrame]:
    """What is known as of a day, one frame for each name of `FRAMES`."""
    return {name: frame_of(connection, f"select * from {name}_as_of($day)", {"day": as_of}) for name in FRAMES}


def basis_as_of(connection: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, pl.DataFrame]:
    """What a report as of a day rests on: `snapshot_days`, `loads`, `quarantine` and `suspicions`."""
    day = {"day": as_of}
    return {
        "snapshot_days": frame_of(connection, "select * from snapshot_days_as_of($day)", day),
        "loads": frame_of(connection, "select * from loads_as_of($day) order by load_id", day),
        "quarantine": frame_of(
            connection,
            "select * from open_quarantine semi join loads_as_of($day) using (load_id) "
            "order by load_id, line, column_name",
            day,
        ),
        "suspicions": suspicions_as_of(connection, as_of),
    }


def suspicions_as_of(connection: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    """One row for each thing that makes what is known as of a day look incomplete or spoilt: `kind`, `suspicion`."""
    return pl.concat(frame_of(connection, text, {"as_of": as_of}) for text in sql_texts("suspicions").values())
