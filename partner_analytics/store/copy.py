"""A plain copy of what is known as of a day, which any DuckDB tool can open."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from partner_analytics.store.connection import put
from partner_analytics.store.private import private_folder

STORAGE_VERSION: Final = "v1.0.0"
"""How the file is written, so that tools with an older DuckDB read it too: tried with 1.1.3, 1.4.4 and 1.5.6."""


def plain_copy(tables: Mapping[str, pl.DataFrame], meanings: Mapping[str, tuple[str, Mapping[str, str]]]) -> bytes:
    """A DuckDB file with these tables, and nothing that this package would be needed for.

    Parameters
    ----------
    tables
        A frame for each table.
    meanings
        For each table what a row of it is, and what its columns mean: the comments that the file carries.

    Returns
    -------
    bytes
        The content of the file. DuckDB gives each file an identity of its own, so two copies are never the same bytes.
    """
    with private_folder() as folder:
        path = folder / "copy.duckdb"
        with closing(duckdb.connect(config={"temp_directory": str(folder / "spilled")})) as connection:
            connection.execute(f"attach {_quoted(str(path))} as copy (storage_version '{STORAGE_VERSION}')")
            for name, frame in tables.items():
                put(connection, name, frame)
                connection.execute(f"create table copy.{name} as select * from temp.{name}")
                grain, columns = meanings[name]
                connection.execute(f"comment on table copy.{name} is {_quoted(grain)}")
                for column in frame.columns:
                    connection.execute(f"comment on column copy.{name}.{column} is {_quoted(columns[column])}")
        return path.read_bytes()


def is_copy(path: Path) -> bool:
    """Whether a file is a copy that was made before: it says what it is about."""
    try:
        with closing(duckdb.connect(str(path), read_only=True)) as connection:
            return bool(connection.execute("select as_of, whose, version from about").fetchall())
    except duckdb.Error:
        return False


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
