"""What is known as of a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Final

import duckdb
import polars as pl

from partner_analytics.resources import sql_texts
from partner_analytics.store.connection import at_once, frame_of, row
from partner_analytics.store.resemblance import resembling

SAME_BYTES: Final = "bytes_of_another_day"
"""The warning about files with the bytes of another day's."""


def first_snapshot_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The first day for which any export was loaded; None in an empty store."""
    (day,) = row(connection, "select min(snapshot_date) from snapshot_days")
    first: date | None = day
    return first


def last_loaded_at(connection: duckdb.DuckDBPyConnection) -> datetime:
    """When the store was last loaded into, in UTC."""
    (moment,) = row(connection, "select arg_max(loaded_at, load_id) from loads")
    last: datetime = moment
    return last


def customers_as_of(connection: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame | None:
    """One row per customer of the newest customer export up to a day; None where there is none."""
    customers = frame_of(connection, "select * from customers_as_of($day)", {"day": as_of})
    return customers if customers.height else None


def snapshot_day_before(connection: duckdb.DuckDBPyConnection, as_of: date) -> date | None:
    """The snapshot day before the newest up to a day, of whatever kind; None if that is the first."""
    (day,) = row(
        connection,
        """
        select max(snapshot_date) from snapshot_days
        where snapshot_date < (select max(snapshot_date) from snapshot_days where snapshot_date <= $day)
        """,
        {"day": as_of},
    )
    before: date | None = day
    return before


def snapshot_days(connection: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    """One row per kind and snapshot day up to a day, in order: `kind`, `snapshot_date`."""
    return frame_of(
        connection,
        "select kind, snapshot_date from snapshot_days where snapshot_date <= $day order by kind, snapshot_date",
        {"day": as_of},
    )


def customers_before(connection: duckdb.DuckDBPyConnection, day: date) -> pl.DataFrame:
    """One row per customer that any customer export before a day holds: `customer_id`."""
    return frame_of(
        connection, "select distinct customer_id from customers_history where snapshot_date < $day", {"day": day}
    )


def frames_as_of(
    connection: duckdb.DuckDBPyConnection,
    as_of: date,
    names: Iterable[str],
    columns: Mapping[str, Iterable[str]] = MappingProxyType({}),
) -> dict[str, pl.DataFrame]:
    """What is known as of a day, one frame for each of the names.

    Parameters
    ----------
    columns
        The columns that are read, where not all of them are.
    """

    def read(name: str, beside: duckdb.DuckDBPyConnection) -> pl.DataFrame:
        return frame_of(beside, f"select {', '.join(columns.get(name, '*'))} from {name}_as_of($day)", {"day": as_of})

    asked = tuple(names)
    return dict(zip(asked, at_once(connection, *(partial(read, name) for name in asked)), strict=True))


def loads_as_of(connection: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    """One row per load behind a report as of a day."""
    return frame_of(connection, "select * from loads_as_of($day) order by load_id", {"day": as_of})


def basis_as_of(connection: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, pl.DataFrame]:
    """What a report as of a day rests on: `snapshot_days`, `loads`, `quarantine` and `warnings`."""
    day = {"day": as_of}
    return {
        "snapshot_days": frame_of(connection, "select * from snapshot_days_as_of($day)", day),
        "loads": loads_as_of(connection, as_of),
        "quarantine": frame_of(
            connection,
            "select * from open_quarantine semi join loads_as_of($day) using (load_id) "
            "order by load_id, line, column_name",
            day,
        ),
        "warnings": warnings_as_of(connection, as_of),
    }


def names_as_of(connection: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    """One row per name that a customer was shown under, for customers with several: the row that brought it first."""
    return frame_of(
        connection,
        """
        with shown as (
            select
                customer_id,
                coalesce(shown_as, account_name) as customer_name,
                snapshot_date,
                load_id,
                line,
                lag(customer_name) over (partition by customer_id order by snapshot_date) as name_before
            from customers_history
            where snapshot_date <= $day
        )
        select customer_id, customer_name, shown.snapshot_date, load_id, line, parse_filename(file) as file
        from shown
        join loads using (load_id)
        where name_before is distinct from customer_name
        qualify count(*) over (partition by customer_id) > 1
        order by customer_id, shown.snapshot_date
        """,
        {"day": as_of},
    )


def evidence_read_as_of(connection: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    """One row per piece of evidence about Partner Assistance up to a day, with where it was read."""
    return frame_of(
        connection,
        """
        select customer_id, partner_assistance, checked_on, basis, snapshot_date, load_id, line, 'assistance' as kind
        from assistance_history
        where snapshot_date <= $day
        union all
        select customer_id, partner_assistance, snapshot_date, 'stated', snapshot_date, load_id, line, 'customers'
        from customers_history
        where snapshot_date <= $day and partner_assistance is not null
        """,
        {"day": as_of},
    )


def warnings_as_of(connection: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    """One row for each thing that makes what is known as of a day look incomplete or spoilt.

    Returns
    -------
    polars.DataFrame
        `kind`, `warning` (a sentence), `is_of_another_day` (whether it says that an export looks like another day's).
    """
    return pl.concat([_asked(connection, sql_texts("warnings"), as_of), _resembling(connection, as_of)])


def exports_of_another_day(connection: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    """Of these the rows about exports that look like another day's."""
    same = _asked(connection, {SAME_BYTES: sql_texts("warnings")[SAME_BYTES]}, as_of)
    return pl.concat([same, _resembling(connection, as_of)])


def _resembling(connection: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    return resembling(connection, as_of).with_columns(is_of_another_day=pl.lit(value=True))


def _asked(connection: duckdb.DuckDBPyConnection, texts: Mapping[str, str], as_of: date) -> pl.DataFrame:
    """The warnings of several queries about a day, one after the other."""
    each = " union all ".join(
        f"select *, {name == SAME_BYTES} as is_of_another_day from (\n{text.rstrip().removesuffix(';')}\n)"
        for name, text in texts.items()
    )
    return frame_of(connection, each, {"as_of": as_of})
