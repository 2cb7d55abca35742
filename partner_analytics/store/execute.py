"""SQL over the store: our own, and that from outside, which is held to its limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from partner_analytics.errors import QueryError
from partner_analytics.store.connection import frame_of, put
from partner_analytics.store.guard import Vetted, wrapped
from partner_analytics.store.messages import in_plain_words

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 10.0
ROWS = 10_000
MEGABYTES = 100
MEMORY = "1GB"
"""What queries from outside may hold; our own checks may hold what there is, since they grow with the portfolio."""

LOCKS = (
    "enable_external_access = false",
    "max_temp_directory_size = '0KB'",
    "lock_configuration = true",
)
AS_THEY_ARE = re.compile(r"BOOLEAN|U?(TINY|SMALL|BIG)?INT(EGER)?|FLOAT|DOUBLE|VARCHAR|DECIMAL\(.*\)")
"""The types that a frame, a CSV file and a table hold alike; any other is shown as DuckDB writes it."""

SMALL = re.compile(r"BOOLEAN|.*INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\)|DATE|TIME.*|UUID|INTERVAL")
"""The types whose values are all small."""

WRITTEN = {"DATE": "%Y-%m-%d", "TIMESTAMP": "%Y-%m-%d %H:%M:%S%.f"}
"""How DuckDB writes days and times. They come as text: it knows days, such as infinity, that a frame does not."""


@dataclass(frozen=True)
class Limits:
    """How long a query may take, and how many rows of its answer are kept."""

    seconds: float = SECONDS
    rows: int = ROWS


@dataclass(frozen=True)
class Answer:
    """The rows of a query; `is_cut` if there are more."""

    frame: pl.DataFrame
    is_cut: bool


def lock_down(
    connection: duckdb.DuckDBPyConnection,
    relations: Mapping[str, pl.DataFrame | Callable[[], pl.DataFrame]],
    memory: str | None = MEMORY,
) -> None:
    """Let queries see the store and the relations given, and reach nothing else.

    Parameters
    ----------
    relations
        By name the frame, or what makes it: then none is held longer than it takes to copy it.
    memory
        What queries may hold; None for what DuckDB takes by itself, four fifths of what there is.
    """
    for name, frame in relations.items():
        put(connection, name, frame() if callable(frame) else frame)
    limits = () if memory is None else (f"memory_limit = '{memory}'",)
    for setting in (*limits, *LOCKS):
        connection.execute(f"set {setting}")


def query(
    connection: duckdb.DuckDBPyConnection, text: str, parameters: Mapping[str, Any] | None = None
) -> pl.DataFrame:
    """The rows of a query of our own."""
    return frame_of(connection, text, dict(parameters or {}) or None)


def answer(
    connection: duckdb.DuckDBPyConnection,
    vetted: Vetted,
    parameters: Mapping[str, Any],
    limits: Limits,
) -> Answer:
    """The answer to a query from outside.

    Parameters
    ----------
    connection
        Of a store that is locked down.
    vetted
        What is asked.
    parameters
        A value for each `$name` in it.
    limits
        When it is stopped, and where its answer is cut.

    Raises
    ------
    QueryError
        If it is wrong, takes too long, or needs too much memory.
    """
    _check_parameters(vetted.parameters, set(parameters))
    try:
        with _stopped_after(connection, limits.seconds):
            # Made whole inside DuckDB first, where the limits of time and memory hold.
            connection.execute(
                f"create or replace temp table answer as {wrapped(vetted.text)} limit {limits.rows + 1}",
                dict(parameters) or None,
            )
            made = connection.table("answer")
            _check_size(made)
            frame = _frame(made)
    except duckdb.InterruptException as error:
        raise too_long(limits) from error
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise too_large() from error
    except duckdb.Error as error:
        # A damaged store is no fault of the query; but a query can say any word itself.
        if "corrupt" in str(error).lower() and not isinstance(error, (duckdb.ProgrammingError, duckdb.DataError)):
            raise
        raise in_plain_words(error, connection, vetted) from error
    return Answer(frame.head(limits.rows), frame.height > limits.rows)


def too_long(limits: Limits) -> QueryError:
    """The error of a query that is stopped."""
    return QueryError(
        f"The query took longer than {limits.seconds:g} seconds and was stopped.", "ask for less, or for fewer rows."
    )


def too_large() -> QueryError:
    """The error of a query that takes all the memory that it may."""
    return QueryError("The query needs more memory than a query may take, 1 GB.", "ask for less, or for fewer rows.")


@contextmanager
def _stopped_after(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    watchdog = Timer(seconds, connection.interrupt)
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()


def _check_parameters(named: Collection[str], given: Collection[str]) -> None:
    for name in sorted(set(named) - set(given)):
        raise QueryError(f"The query has a parameter `${name}` without a value.", f"give it one: -p {name}=VALUE")
    for name in sorted(set(given) - set(named)):
        raise QueryError(f"The query has no parameter `${name}`.", "leave it out, or use it in the query.")


def _check_size(relation: duckdb.DuckDBPyRelation) -> None:
    """Refuse an answer that is few rows, but of enormous texts."""
    sizes = [
        f"coalesce(strlen(cast(#{position} as varchar)), 0)"
        for position, type_ in enumerate(relation.types, start=1)
        if not SMALL.fullmatch(str(type_))
    ]
    if sizes:
        ((size,),) = relation.aggregate(f"sum({' + '.join(sizes)})").fetchall()
        if size and size > MEGABYTES * 1_000_000:
            raise QueryError(f"The answer holds more than {MEGABYTES} MB of text.", "ask for fewer rows or columns.")


def _frame(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
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
