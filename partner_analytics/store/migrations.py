"""The tables of a store: made anew, or brought up to date by the numbered steps of `sql/migrations`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb

from partner_analytics.errors import StoreError
from partner_analytics.resources import sql_texts
from partner_analytics.store.connection import row
from partner_analytics.store.contents import WITNESS, hashes_anew

OLDEST = 2
"""The first version of the store that was ever in use."""

FIRST_VIEWS = ("past_loads", "snapshot_days", "open_quarantine")
"""The views that others read."""


@cache
def steps() -> dict[int, str]:
    """The migrations: for each version of the store, how one of the version before becomes one."""
    texts = {int(name.partition("_")[0]): text for name, text in sql_texts("migrations").items()}
    return dict(sorted(texts.items()))


def newest() -> int:
    """The version of a store that this version of the product writes."""
    return max(steps())


def version_of(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """The version of a store.

    Raises
    ------
    StoreError
        If it is none of partner-analytics, or one that this version of the product cannot bring up to date.
    """
    try:
        (version,) = row(connection, "select max(version) from store_version")
    except duckdb.CatalogException as error:
        raise StoreError(
            f"{path} is a database, but no store of partner-analytics.", "name another file with --db."
        ) from error
    if version is None or version < OLDEST:
        raise StoreError(
            f"{path} has no store version from {OLDEST} on, which this version of partner-analytics expects.",
            f"see what is wrong with it: partner-analytics verify --db {path}; its last good copy takes its place.",
        )
    if version > newest():
        raise StoreError(
            f"{path} was written by a newer version of partner-analytics: it is of store version {version}, and this "
            f"one knows those up to {newest()}.",
            "update partner-analytics; the store stays as it is.",
        )
    return int(version)


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables and views of a new store."""
    connection.begin()
    for text in sql_texts("tables").values():
        connection.execute(text)
    connection.execute(f"insert into store_version select ?, {WITNESS}", [newest()])
    _create_views(connection)
    connection.commit()


def bring_up_to_date(connection: duckdb.DuckDBPyConnection, version: int) -> None:
    """Make a store of an older version one of the newest, whole or not at all; one that is of it stays as it is."""
    connection.begin()
    if version < newest():
        _drop_views(connection)
        for step, text in steps().items():
            if step > version:
                connection.execute(text)
        connection.execute("update store_version set version = ?", [newest()])
        _create_views(connection)
    hashes_anew(connection)
    connection.commit()


def _create_views(connection: duckdb.DuckDBPyConnection) -> None:
    views = sql_texts("views")
    for first in FIRST_VIEWS:
        connection.execute(views.pop(first))
    for text in views.values():
        connection.execute(text)


def _drop_views(connection: duckdb.DuckDBPyConnection) -> None:
    for (view,) in connection.execute("select view_name from duckdb_views() where not internal").fetchall():
        connection.execute(f"drop view {view}")
    macros = "select function_name from duckdb_functions() where function_type = 'table_macro' and not internal"
    for (macro,) in connection.execute(macros).fetchall():
        connection.execute(f"drop macro table {macro}")
