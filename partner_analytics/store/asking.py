"""SQL from outside: read-only, locked down, and stopped when it takes too long."""

from __future__ import annotations

import re
from collections.abc import Mapping
from threading import Timer
from typing import Any

import duckdb
import polars as pl

from partner_analytics.errors import QueryError
from partner_analytics.store.connection import put

SECONDS = 10.0
LOCKS = (
    "enable_external_access = false",
    "memory_limit = '1GB'",
    "max_temp_directory_size = '0KB'",
    "lock_configuration = true",
)
AS_THEY_ARE = re.compile(r"BOOLEAN|U?(TINY|SMALL|BIG)?INT(EGER)?|FLOAT|DOUBLE|VARCHAR|DECIMAL\(.*\)")
"""The types that a frame, a CSV file and a table hold alike; any other is shown as DuckDB writes it."""

WRITTEN = {"DATE": "%Y-%m-%d", "TIMESTAMP": "%Y-%m-%d %H:%M:%S%.f"}
"""How DuckDB writes days and times. They come as text: it knows days, such as infinity, that a frame does not."""


def lock_down(connection: duckdb.DuckDBPyConnection, relations: Mapping[str, pl.DataFrame]) -> None:
    """Let queries from outside see the store and the relations given, and reach nothing else."""
    for name, frame in relations.items():
        put(connection, name, frame)
    for setting in LOCKS:
        connection.execute(f"set {setting}")


def query(
    connection: duckdb.DuckDBPyConnection,
    text: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    seconds: float = SECONDS,
) -> pl.DataFrame:
    """The rows of one query.

    Parameters
    ----------
    connection
        Of a store that is locked down.
    text
        One statement that reads.
    parameters
        A value for each `$name` in it.
    seconds
        When it is stopped.

    Raises
    ------
    QueryError
        If it is wrong, is more than one statement, takes too long, or asks for anything but reading the store.
    """
    given = dict(parameters or {})
    try:
        statements = connection.extract_statements(text)
    except duckdb.Error as error:
        raise QueryError(f"The query cannot be read: {_sentence(error)}", "correct it, and ask again.") from error
    readers = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
    if len(statements) != 1 or statements[0].type not in readers:
        raise QueryError("Expected one query that reads (select …), and found something else.", "ask with select.")
    _check_parameters(statements[0].named_parameters, set(given))
    watchdog = Timer(seconds, connection.interrupt)
    watchdog.start()
    try:
        if statements[0].type == duckdb.StatementType.EXPLAIN:
            return _answer(connection.sql(text, params=given or None))
        # Made whole inside DuckDB first, where the limits of time and memory hold.
        reads = re.sub(r";\s*(--[^\n]*\s*)*$", "", text)
        connection.execute(f"create or replace temp table answer as ({reads}\n)", given or None)
        return _answer(connection.table("answer"))
    except duckdb.InterruptException as error:
        raise QueryError(
            f"The query took longer than {seconds:g} seconds and was stopped.", "ask for less, or for fewer rows."
        ) from error
    except duckdb.OutOfMemoryException as error:
        raise QueryError("The query needs more memory than a query may take, 1 GB.", "ask for less.") from error
    except duckdb.Error as error:
        if "corrupt" in str(error).lower():
            raise
        raise QueryError(f"The query cannot be answered: {_sentence(error)}", _hint(error)) from error
    finally:
        watchdog.cancel()


def _check_parameters(named: set[str], given: set[str]) -> None:
    for name in sorted(named - given):
        raise QueryError(f"The query has a parameter `${name}` without a value.", f"give it one: -p {name}=VALUE")
    for name in sorted(given - named):
        raise QueryError(f"The query has no parameter `${name}`.", "leave it out, or use it in the query.")


def _answer(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """The rows of a relation; a name that stands twice gets a number, an exotic value is text."""
    types = [str(type_) for type_ in relation.types]
    cells = [
        f"#{position}"
        if AS_THEY_ARE.fullmatch(type_)
        else f"cast(#{position} as {'bigint' if type_ == 'HUGEINT' else 'varchar'})"
        for position, type_ in enumerate(types, start=1)
    ]
    columns = [f"{cell} as c{position}" for position, cell in enumerate(cells)]
    try:
        frame = pl.DataFrame(relation.project(", ".join(columns)))
    except duckdb.ConversionException:
        # A sum that no whole number of 64 bits holds.
        frame = pl.DataFrame(
            relation.project(", ".join(f"cast(#{n} as varchar) as c{n - 1}" for n in range(1, len(cells) + 1)))
        )
    frame = frame.with_columns(
        _parsed(frame[f"c{position}"], WRITTEN[type_]) for position, type_ in enumerate(types) if type_ in WRITTEN
    )
    return frame.rename(dict(zip(frame.columns, relation.columns, strict=True)))


def _parsed(text: pl.Series, written: str) -> pl.Series:
    kind = pl.Datetime if "%H" in written else pl.Date
    values = text.str.strptime(kind, written, strict=False)
    return values if values.null_count() == text.null_count() else text


def _sentence(error: Exception) -> str:
    """The first line of what DuckDB says, without the name of the error's class."""
    return str(error).splitlines()[0].partition(": ")[2] or str(error).splitlines()[0]


def _hint(error: Exception) -> str:
    """The nearest name, where DuckDB knows one."""
    near = re.search(r'(?:Did you mean|Candidate bindings:) "?([\w.]+)', str(error))
    return f"did you mean `{near[1]}`?" if near else "the relations and their columns stand in sql/README.md."
