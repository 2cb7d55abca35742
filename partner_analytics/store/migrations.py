"""The tables of a store: made anew, or brought up to date by the numbered steps of `sql/migrations`."""

from __future__ import annotations

import re
from contextlib import closing
from functools import cache
from pathlib import Path

import duckdb

from partner_analytics.errors import StoreError
from partner_analytics.resources import sql_texts
from partner_analytics.store.connection import connect, row
from partner_analytics.store.row_versions import WITNESS, hashes_anew
from partner_analytics.store.views import view_texts

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
            f"{path} is a database, but not a store of partner-analytics.", "name another file with --db."
        ) from error
    if version is None or version < OLDEST:
        raise StoreError(
            f"{path} has no valid store version; expected {OLDEST} or later.",
            f"see what is wrong: partner-analytics verify --db {path}; then go on with its last good copy.",
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


def bring_up_to_date(connection: duckdb.DuckDBPyConnection, version: int) -> bool:
    """Make a store of an older version one of the newest, whole or not at all; gives whether anything was to do."""
    connection.begin()
    if version < newest():
        _drop_views(connection)
        for step, text in steps().items():
            if step > version:
                connection.execute(text)
        connection.execute("update store_version set version = ?", [newest()])
        _create_views(connection)
    is_rehashed = hashes_anew(connection)
    connection.commit()
    return is_rehashed or version < newest()


def table_names() -> frozenset[str]:
    """The tables of a store; another tool may have put more of its own into the file."""
    return frozenset(sql_texts("tables"))


def write_anew(old: Path, new: Path) -> None:
    """Write what a store holds into a new file: what was deleted can be read in the old one still."""
    with closing(connect(new, read_only=False)) as connection:
        create(connection)
        connection.execute("attach '" + str(old).replace("'", "''") + "' as old (read_only)")
        connection.begin()
        connection.execute("delete from store_version")
        tables = connection.execute("select table_name from duckdb_tables() where database_name = 'old'").fetchall()
        for (table,) in tables:
            if table in table_names():
                connection.execute(f"insert into {table} by name from old.{table}")
            else:
                name = '"' + table.replace('"', '""') + '"'
                connection.execute(f"create table {name} as from old.{name}")
        connection.commit()
        connection.execute("detach old")
        connection.execute("checkpoint")


def _create_views(connection: duckdb.DuckDBPyConnection) -> None:
    views = dict(view_texts())
    for first in FIRST_VIEWS:
        connection.execute(views.pop(first))
    for text in views.values():
        connection.execute(text)


def _drop_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop our own views; what another tool has put into the file stays."""
    for text in view_texts().values():
        for sort, name in re.findall(r"^create (view|macro) (\w+)", text, re.MULTILINE):
            connection.execute(f"drop {sort}{' table' if sort == 'macro' else ''} if exists {name}")
