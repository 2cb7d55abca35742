"""A connection to the file of a store, and frames in and out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from partner_analytics.store.faults import errno_words, not_readable

WRITER_MEMORY = "1GB"
"""What a load may hold in memory beside the part of the file that it reads; what is more goes to disk."""

Connection = duckdb.DuckDBPyConnection


class _ArrowStream:
    """A frame as DuckDB takes it in without a further dependency: by the Arrow stream it offers."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Open a database file, or make it; to be read it is attached as `store`."""
    if path.exists():
        try:
            with path.open("rb") as file:
                head = file.read(12)
        except OSError as error:
            raise not_readable(path, errno_words(error)) from error
        if head[8:] != b"DUCK":
            raise duckdb.IOException(f"{path} does not begin like a store")
    if read_only:
        return _attached(str(path), "(read_only)")
    connection = duckdb.connect(str(path), config={"python_enable_replacements": False})
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(f"set memory_limit = '{WRITER_MEMORY}'")
    return connection


def in_memory() -> duckdb.DuckDBPyConnection:
    """An empty store that is in no file."""
    return _attached(":memory:", "")


def _attached(place: str, how: str) -> duckdb.DuckDBPyConnection:
    """A connection that asks a store under a name of its own: who asks must not learn what the file is called.

    It has no temporary folder: a file there could be read by its path, and would outlive a process that is ended.
    """
    connection = duckdb.connect(config={"python_enable_replacements": False, "temp_directory": ""})
    try:
        connection.execute("attach '" + place.replace("'", "''") + f"' as store {how}")
        connection.execute("use store")
    except duckdb.Error:
        connection.close()
        raise
    connection.execute("set TimeZone = 'UTC'")
    return connection


@contextmanager
def beside_it(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the same store, for another thread."""
    with connection.cursor() as beside:
        beside.execute("use store")
        beside.execute("set TimeZone = 'UTC'")
        yield beside


def at_once(connection: duckdb.DuckDBPyConnection, *asked: Callable[[duckdb.DuckDBPyConnection], Any]) -> list[Any]:
    """What several questions give that are asked of a store at the same time, each on a connection of its own."""

    def ask(question: Callable[[duckdb.DuckDBPyConnection], Any]) -> Any:
        with beside_it(connection) as beside:
            return question(beside)

    with ThreadPoolExecutor(len(asked)) as askers:
        return list(askers.map(ask, asked))


def put(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Copy a frame into a temporary table."""
    insert_from(connection, frame, f"create or replace temp table {name} as select * from frame")


def insert_from(connection: duckdb.DuckDBPyConnection, frame: pl.DataFrame, statement: str) -> None:
    """Run a statement that reads a frame by the name of `frame`; no copy of it is made first."""
    connection.from_arrow(_ArrowStream(frame)).query("frame", statement)


def row(connection: duckdb.DuckDBPyConnection, query: str, parameters: object = None) -> tuple[Any, ...]:
    """The one row of a query, read to its end: an open result would keep the connection to itself."""
    ((*row,),) = connection.execute(query, parameters).fetchall()
    return tuple(row)


def frame_of(connection: duckdb.DuckDBPyConnection, query: str, parameters: object = None) -> pl.DataFrame:
    """The rows of a query of our own."""
    return pl.DataFrame(connection.sql(query, params=parameters))
