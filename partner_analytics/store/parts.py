"""Some customers at a time: their licenses read from a store, and what is known of them held for checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import duckdb
import polars as pl

from partner_analytics.store.connection import beside_it, frame_of, in_memory, insert_from, put, row


def licenses_held(connection: duckdb.DuckDBPyConnection, as_of: date) -> int:
    """How many licenses there are as of a day."""
    (licenses,) = row(
        connection,
        """
        select count(*)
        from occurrences
        join snapshot_days_as_of($day) as days using (kind, snapshot_date)
        where kind = 'licenses'
        """,
        {"day": as_of},
    )
    return int(licenses)


def licensed_as_of(connection: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    """One row per customer with licenses as of a day: customer_id, licenses."""
    query = "select customer_id, count(*) as licenses from licenses_as_of($day) group by customer_id"
    return frame_of(connection, query, {"day": as_of})


def product_codes_as_of(connection: duckdb.DuckDBPyConnection, as_of: date) -> pl.Series:
    """The product codes that any license has as of a day."""
    return frame_of(connection, "select distinct product_code from licenses_as_of($day)", {"day": as_of}).to_series()


def licenses_in_parts(
    connection: duckdb.DuckDBPyConnection,
    as_of: date,
    columns: Iterable[str],
    places: pl.DataFrame,
    parts: Sequence[tuple[int, int]],
) -> Iterator[pl.DataFrame]:
    """The licenses as of a day of some customers at a time; those of the next are read while these are looked at.

    Parameters
    ----------
    columns
        What is read, besides the customer's `place`.
    places
        One row per customer: customer_id, place (a number).
    parts
        For each part the place of its first customer, and that after its last.
    """
    query = f"""
        select place, {", ".join(columns)}
        from licenses_as_of($day)
        join temp.places using (customer_id)
        where place >= $first and place < $after
        """
    with beside_it(connection) as beside, ThreadPoolExecutor(1) as reader:
        put(beside, "places", places)
        asked = [{"day": as_of, "first": first, "after": after} for first, after in parts]
        reading = reader.submit(frame_of, beside, query, asked[0])
        for following in [*asked[1:], None]:
            licenses = reading.result()
            if following:
                reading = reader.submit(frame_of, beside, query, following)
            yield licenses


def holding(frames: Mapping[str, pl.DataFrame]) -> duckdb.DuckDBPyConnection:
    """A connection, of no store, on which `NAME_as_of(day)` gives each of these frames, whatever the day."""
    connection = in_memory()
    for name, frame in frames.items():
        insert_from(connection, frame, f"create table {name} as from frame")
        connection.execute(f"create macro {name}_as_of(day) as table select * from {name}")
    return connection
