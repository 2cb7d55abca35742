"""Reading a store to its last byte, and holding every invariant: what is wrong, and where."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from partner_analytics.errors import PartnerAnalyticsError, UsageError
from partner_analytics.resources import sql_texts
from partner_analytics.schemas.kinds import KINDS, Kind
from partner_analytics.store.connection import connect, frame_of, row
from partner_analytics.store.faults import errno_words, fault, foreign_wal, writable
from partner_analytics.store.lock import place_of
from partner_analytics.store.opening import check_is_file, reading
from partner_analytics.store.private import private_folder
from partner_analytics.store.row_versions import altered
from partner_analytics.store.wal import belongs

SHOWN: Final = 5
"""How many of the places that break one invariant are named."""

BLOCK: Final = 2**20
HEADERS: Final = 3 * 4096
"""Bytes before the first block of a DuckDB file."""


@dataclass(frozen=True)
class Verified:
    """What a store was found to hold, and what is wrong with it.

    Parameters
    ----------
    loads, rows, size
        How many loads and stored rows it holds, and in how many bytes; 0 where that cannot be told.
    problems
        What is wrong, and where, each a sentence; nothing if the store is whole.
    notes
        What could not be looked at.
    """

    loads: int
    rows: int
    size: int
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()


def verify(path: Path) -> Verified:
    """Read a store to its last byte and hold every invariant of `sql/invariants`.

    Raises
    ------
    UsageError
        If there is no store.
    StoreError
        If it is no file, or one of a newer version.
    """
    if not path.exists():
        raise UsageError(f"There is no store at {path}.", "name one: partner-analytics verify --db FILE")
    check_is_file(path)
    place = place_of(path)
    size = place.stat().st_size
    problems = [*_unread(place), *_foreign_wal(place, path)]
    for look in (_damaged, _damaged_indexes):
        problems += [] if problems else look(place, path)
    if problems:
        return Verified(0, 0, size, tuple(problems))
    with reading(path) as connection:
        (loads,) = row(connection, "select count(*) from loads")
        (rows,) = row(connection, "select count(*) from occurrences")
        try:
            problems = [*_broken(connection), *_altered(connection)]
        except duckdb.Error as error:
            # An index that no column is read by can be damaged too.
            return Verified(loads, rows, size, (_words(error, path),))
        notes = tuple(_not_compared(connection))
    return Verified(loads, rows, size, tuple(problems), notes)


def _unread(place: Path) -> Iterator[str]:
    """Whether the operating system gives every byte of the file."""
    read = 0
    try:
        with place.open("rb") as file:
            while part := file.read(BLOCK):
                read += len(part)
    except OSError as error:
        yield f"The disk does not give the file from byte {read:,} on: {errno_words(error)}."


def _foreign_wal(place: Path, path: Path) -> Iterator[str]:
    with private_folder() as folder:
        if not belongs(place, path, folder):
            yield foreign_wal(path).message


def _damaged(place: Path, path: Path) -> Iterator[str]:
    """What of the file cannot be read as a database: every block of every column is looked at."""
    with ExitStack() as opened:
        try:
            connection = opened.enter_context(closing(connect(place, read_only=True)))
            tables = connection.execute(
                "select table_name, list(column_name order by column_index) from duckdb_columns() "
                "where database_name = 'store' and not internal and table_name in "
                "(select table_name from duckdb_tables() where database_name = 'store') group by table_name order by all"
            ).fetchall()
            ((block, blocks),) = connection.execute(
                "select block_size, total_blocks from pragma_database_size() where database_name = 'store'"
            ).fetchall()
        except (duckdb.Error, PartnerAnalyticsError) as error:
            yield _words(error, path)
            return
    size, expected = place.stat().st_size, HEADERS + block * blocks
    if size != expected:
        yield f"The file is {size:,} bytes long, and its content takes {expected:,}."
    everything = [(table, column) for table, columns in tables for column in columns]
    # Nearly always all of it can be read; after a damaged block a connection is of no more use.
    if _fault_in(place, everything) is None:
        return
    for table, columns in tables:
        if _fault_in(place, [(table, column) for column in columns]) is None:
            continue
        found: dict[str, list[str]] = {}
        for column in columns:
            if (fault_there := _fault_in(place, [(table, column)])) is not None:
                found.setdefault(_words(fault_there, path), []).append(column)
        yield from (f"Table {table}, {', '.join(unread)}: {words}" for words, unread in found.items())


def _damaged_indexes(place: Path, path: Path) -> Iterator[str]:
    """What of the indexes by which keys are found cannot be read: only who deletes in a copy meets all of one."""
    with private_folder() as folder:
        copied = folder / "store"
        with writable(path):
            shutil.copyfile(place, copied)
        try:
            with closing(connect(copied, read_only=False)) as connection:
                indexed = connection.execute(
                    "select table_name from duckdb_constraints() where constraint_type = 'PRIMARY KEY' order by all"
                ).fetchall()
                for (table,) in indexed:
                    connection.execute(f"delete from {_quoted(table)}")
        except duckdb.Error as error:
            yield f"Table {table}, its key: {_words(error, path)}"


def _fault_in(place: Path, columns: Sequence[tuple[str, str]]) -> Exception | None:
    """What DuckDB says when it reads some columns from the first to the last row, each by its table and name."""
    try:
        with closing(connect(place, read_only=True)) as connection:
            for table, column in columns:
                connection.execute(f"select bit_xor(hash({_quoted(column)})) from {_quoted(table)}").fetchall()
    except (duckdb.Error, PartnerAnalyticsError) as error:
        return error
    return None


def _words(error: Exception, path: Path) -> str:
    """What is wrong with the bytes, and where, if DuckDB says so."""
    said = str(error)
    if found := re.search(r"in block at location (\d+)", said):
        return f"the block at byte {int(found[1]):,} is damaged: it does not fit its checksum."
    return error.message if isinstance(error, PartnerAnalyticsError) else fault(path, said).message


def _broken(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    for name, query in (("contents", _contents), ("keys", _keys)):
        each = " union all ".join(query(kind) for kind in KINDS.values())
        connection.execute(f"create or replace temp view {name} as {each}")
    for name, text in sql_texts("invariants").items():
        broken = frame_of(connection, text)
        if broken.height:
            sentence = text.partition("\n")[0].removeprefix("-- ")
            places = (
                ", ".join(f"{column} {value}" for column, value in one.items()) for one in broken.head(SHOWN).to_dicts()
            )
            more = f"; and {broken.height - SHOWN:,} more" if broken.height > SHOWN else ""
            yield f"{name}: expected: {sentence} Not so: {'; '.join(places)}{more}."


def _contents(kind: Kind) -> str:
    """One row per content of a kind: `kind`, `row_id`."""
    return f"select '{kind.name}' as kind, row_id from {kind.name}_rows"


def _keys(kind: Kind) -> str:
    """One row per row of a kind: `kind`, `snapshot_date`, `load_id`, `line`, and its `key`, a list."""
    key = ", ".join(f"cast({name} as varchar)" for name in kind.key)
    return f"select '{kind.name}' as kind, snapshot_date, load_id, line, [{key}] as key from {kind.name}_history"


def _altered(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    for kind in KINDS:
        found = altered(connection, kind)
        if found is not None and found.height:
            where = frame_of(
                connection,
                f"select load_id, line from occurrences where kind = '{kind}' and row_id in "
                f"({', '.join(map(str, found['row_id'].head(SHOWN)))}) order by all limit {SHOWN}",
            )
            places = "; ".join(f"load_id {load_id}, line {line}" for load_id, line in where.iter_rows())
            which = (
                f"1 row of {kind} is not as it was"
                if found.height == 1
                else f"{found.height:,} rows of {kind} are not as they were"
            )
            yield f"fingerprints: {which} stored: {places or 'of no load'}."


def _not_compared(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    if altered(connection, next(iter(KINDS))) is None:
        yield "The fingerprints of rows were made by another version of DuckDB, and are made anew by the next load or `migrate`."


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
