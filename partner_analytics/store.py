"""The store: one DuckDB file with every snapshot, the ledger of loads, and the quarantine.

Nothing else imports duckdb. A writer works on a copy beside the file and puts it in place whole, so that readers are
never locked out, and a kill at any point leaves the file as it was before or as it is after.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb
import polars as pl

from partner_analytics.errors import QueryError, StoreError, UsageError
from partner_analytics.resources import sql_texts

SCHEMA_VERSION = 1
FRAMES = ("customers", "licenses", "empty_answers", "evidence", "customer_facts")


@dataclass(frozen=True)
class Load:
    """One file, read and validated, ready to be stored."""

    file: str
    kind: str
    snapshot_date: date
    sha256: str
    loaded_at: datetime
    rows_read: int
    key: tuple[str, ...]
    rows: pl.DataFrame
    """One row per valid row: `line`, then the columns of the kind."""
    refused: pl.DataFrame
    """One row per broken rule: `line`, `column_name`, `value`, `reason`."""
    empty_answers: pl.Series
    has_options: bool = False
    """Whether the user said how to read it: another reading of a file that is known can bring other rows."""


@dataclass(frozen=True)
class Accounting:
    """What became of the rows of one file: rows read = accepted + quarantined + duplicates."""

    file: str
    kind: str
    rows_read: int
    accepted: int
    quarantined: int
    duplicates: int
    already_loaded: bool
    refused: pl.DataFrame = field(repr=False, compare=False)
    """One row per broken rule: `line`, `column_name`, `value`, `reason`."""
    ignored_columns: tuple[str, ...] = ()
    """The columns of the file that no kind knows."""


class _ArrowStream:
    """A frame as DuckDB takes it in without a further dependency: by the Arrow stream it offers."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def _connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    try:
        connection = duckdb.connect(str(path), read_only=read_only, config={"python_enable_replacements": False})
        connection.execute("set TimeZone = 'UTC'")
    except duckdb.Error as error:
        raise StoreError(
            f"{path} cannot be opened as a store: it is damaged, or no store at all.",
            "name another file with --db, or load your exports into a new one.",
        ) from error
    return connection


def _check_version(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    try:
        (version,) = _row(connection, "select max(version) from store_version")
    except duckdb.Error as error:
        raise StoreError(
            f"{path} is a database, but no store of partner-analytics.", "name another file with --db."
        ) from error
    if version != SCHEMA_VERSION:
        raise StoreError(
            f"{path} was written by another version of partner-analytics (store version {version}, "
            f"this one reads {SCHEMA_VERSION}).",
            "update partner-analytics, or load your exports into a new store.",
        )


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create table store_version as select ? as version", [SCHEMA_VERSION])
    for text in sql_texts("tables").values():
        connection.execute(text)
    views = sql_texts("views")
    connection.execute(views.pop("snapshot_days"))
    for text in views.values():
        connection.execute(text)


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the store for reading, as it is now; a later load does not disturb the reader."""
    if not path.exists():
        raise UsageError(
            f"There is no store at {path}.", f"load exports first: partner-analytics load FILE --db {path}"
        )
    if not path.is_file():
        raise StoreError(f"{path} is a folder, not a store.", "name a file with --db.")
    connection = _connect(path, read_only=True)
    try:
        _check_version(connection, path)
        yield connection
    finally:
        connection.close()


@contextmanager
def _writing(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the store to write to; it takes the store's place whole when the block ends well."""
    if path.is_dir():
        raise StoreError(f"{path} is a folder, not a store.", "name a file with --db.")
    lock = path.with_name(path.name + ".lock")
    copy = path.with_name(path.name + ".new")
    with _lock(lock, path):
        try:
            copy.unlink(missing_ok=True)
            if path.exists():
                shutil.copyfile(path, copy)
            connection = _connect(copy, read_only=False)
            try:
                if path.exists():
                    _check_version(connection, path)
                else:
                    _create(connection)
                connection.begin()
                yield connection
                connection.commit()
                connection.execute("checkpoint")
            finally:
                connection.close()
            with copy.open("rb+") as written:
                os.fsync(written.fileno())
            os.replace(copy, path)
        except OSError as error:
            raise UsageError(
                f"The store {path} cannot be written: {error.strerror}.", "name another file with --db."
            ) from error
        finally:
            copy.unlink(missing_ok=True)


@contextmanager
def _lock(lock: Path, path: Path) -> Iterator[None]:
    """Hold the store for one writer; the operating system frees it when the process ends, however it ends."""
    try:
        handle = lock.open("a")
    except OSError as error:
        raise UsageError(
            f"The store {path} cannot be written: {error.strerror}.",
            "name a file in a folder you can write to.",
        ) from error
    with handle:
        try:
            if os.name == "posix":
                import fcntl

                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            else:
                import msvcrt

                getattr(msvcrt, "locking")(handle.fileno(), getattr(msvcrt, "LK_NBLCK"), 1)  # noqa: B009
        except OSError as error:
            raise StoreError(
                f"The store {path} is busy: another load is writing to it.", "try again when it has ended."
            ) from error
        yield


def record(path: Path, load: Load) -> Accounting:
    """Store one load in one transaction: its rows, its refused rows, and its line in the ledger.

    A row whose key is known for the snapshot day is a duplicate if all its content is the same; otherwise it is refused
    and names the row that it conflicts with. The same content, kind and snapshot day again changes nothing.
    """
    if path.is_file() and not load.has_options:
        with reading(path) as connection:
            known = connection.execute(
                "select load_id from loads where sha256 = ? and kind = ? and snapshot_date = ?",
                [load.sha256, load.kind, load.snapshot_date],
            ).fetchall()
            if known:
                return _accounting(connection, load.file, known[0][0], already_loaded=True)
    with _writing(path) as connection:
        return _record(connection, load)


def _record(connection: duckdb.DuckDBPyConnection, load: Load) -> Accounting:
    table = f"{load.kind}_history"
    columns = [name for name in load.rows.columns if name != "line"]
    key, content = ", ".join(load.key), ", ".join(f"{name} := {name}" for name in columns)
    (load_id,) = _row(connection, "select coalesce(max(load_id), 0) + 1 from loads")
    _put(connection, "incoming", load.rows)
    _put(connection, "refused", load.refused)
    connection.execute(
        f"""
        create temp table judged as
        with candidates as (
            select 0 as is_incoming, load_id, line, {", ".join(columns)} from {table}
            where snapshot_date = $snapshot_date
            union all
            select 1, $load_id, line, {", ".join(columns)} from incoming
        )
        select
            *,
            first_value(load_id) over same_key as kept_load_id,
            first_value(line) over same_key as kept_line,
            row_number() over same_key = 1 as is_first,
            struct_pack({content}) is not distinct from first_value(struct_pack({content})) over same_key as is_same
        from candidates
        window same_key as (
            partition by {key} order by is_incoming, load_id, line
            rows between unbounded preceding and unbounded following
        )
        qualify is_incoming = 1
        """,
        {"snapshot_date": load.snapshot_date, "load_id": load_id},
    )
    connection.execute(
        f"""
        insert into {table} by name
        select $snapshot_date as snapshot_date, load_id, line, {", ".join(columns)}
        from judged where is_first order by line
        """,
        {"snapshot_date": load.snapshot_date},
    )
    connection.execute(
        f"""
        insert into quarantine by name
        select $load_id as load_id, $file as file, line, $kind as kind, column_name, value, reason from refused
        union all by name
        select
            $load_id as load_id, $file as file, judged.line, $kind as kind,
            '{load.key[0]}' as column_name,
            cast(judged.{load.key[0]} as varchar) as value,
            'has the key of line ' || kept_line
                || case when kept_load_id = $load_id then '' else ' of ' || parse_filename(loads.file) end
                || ', but other content' as reason
        from judged
        left join loads on loads.load_id = judged.kept_load_id
        where not is_first and not is_same
        order by line, column_name
        """,
        {"load_id": load_id, "file": load.file, "kind": load.kind},
    )
    if load.empty_answers.len():
        _put(connection, "answers", load.empty_answers.alias("customer_id").to_frame())
        connection.execute(
            "insert into empty_answers select ?, ?, customer_id from answers", [load.snapshot_date, load_id]
        )
    accepted, duplicates = _row(
        connection,
        "select count(*) filter (is_first), count(*) filter (not is_first and is_same) from judged",
    )
    quarantined = load.rows_read - accepted - duplicates
    (counted,) = _row(connection, "select count(distinct line) from quarantine where load_id = ?", [load_id])
    if counted != quarantined:
        raise StoreError(
            f"{load.file} was not stored: {load.rows_read} rows were read, but {accepted} accepted, {counted} "
            f"quarantined and {duplicates} duplicate ones do not add up to that.",
            "please report this, it is a defect of partner-analytics.",
        )
    connection.execute(
        "insert into loads values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            load_id, load.file, load.kind, load.snapshot_date, load.sha256, load.loaded_at,
            load.rows_read, accepted, quarantined, duplicates,
        ],
    )  # fmt: skip
    return _accounting(connection, load.file, load_id, already_loaded=False)


def _accounting(connection: duckdb.DuckDBPyConnection, file: str, load_id: int, *, already_loaded: bool) -> Accounting:
    """What the ledger and the quarantine say of one load."""
    kind, read, accepted, quarantined, duplicates = _row(
        connection,
        "select kind, rows_read, accepted, quarantined, duplicates from loads where load_id = ?",
        [load_id],
    )
    refused = _frame(
        connection,
        "select line, column_name, value, reason from quarantine where load_id = $load_id order by all",
        {"load_id": load_id},
    )
    return Accounting(file, kind, read, accepted, quarantined, duplicates, already_loaded, refused)


def _put(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Copy a frame into a temporary table."""
    connection.execute(f"drop table if exists temp.{name}")
    connection.from_arrow(_ArrowStream(frame)).query("frame", f"create temp table {name} as select * from frame")


def _row(connection: duckdb.DuckDBPyConnection, query: str, parameters: object = None) -> tuple[Any, ...]:
    """The one row of a query, read to its end: an open result would keep the connection to itself."""
    ((*row,),) = connection.execute(query, parameters).fetchall()
    return tuple(row)


def _frame(connection: duckdb.DuckDBPyConnection, query: str, parameters: object = None) -> pl.DataFrame:
    return pl.DataFrame(connection.sql(query, params=parameters))


def first_snapshot_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The first day for which any export was loaded; None in an empty store."""
    (day,) = _row(connection, "select min(snapshot_date) from snapshot_days")
    first: date | None = day
    return first


def frames_as_of(connection: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, pl.DataFrame]:
    """What is known as of a day, one frame for each name of `FRAMES`."""
    return {name: _frame(connection, f"select * from {name}_as_of($day)", {"day": as_of}) for name in FRAMES}


def basis_as_of(connection: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, pl.DataFrame]:
    """What a report as of a day rests on: `snapshot_days`, `loads` and `quarantine`."""
    day = {"day": as_of}
    return {
        "snapshot_days": _frame(connection, "select * from snapshot_days_as_of($day)", day),
        "loads": _frame(connection, "select * from loads_as_of($day) order by load_id", day),
        "quarantine": _frame(
            connection,
            "select quarantine.* from quarantine semi join loads_as_of($day) using (load_id) "
            "order by load_id, line, column_name",
            day,
        ),
    }


def query(
    connection: duckdb.DuckDBPyConnection,
    text: str,
    parameters: Mapping[str, Any],
    relations: Mapping[str, pl.DataFrame],
    *,
    seconds: float = 10.0,
) -> pl.DataFrame:
    """Run one query that can read the store and the relations given, and nothing else.

    Raises
    ------
    QueryError
        If it is wrong, is more than one statement, takes too long, or asks for anything but reading the store.
    """
    for name, frame in relations.items():
        _put(connection, name, frame)
    for setting in (
        "enable_external_access = false",
        "memory_limit = '1GB'",
        "max_temp_directory_size = '0KB'",
        "lock_configuration = true",
    ):
        connection.execute(f"set {setting}")
    try:
        statements = connection.extract_statements(text)
    except duckdb.Error as error:
        raise QueryError(f"The query cannot be read: {_sentence(error)}") from error
    if len(statements) != 1 or statements[0].type not in (
        duckdb.StatementType.SELECT,
        duckdb.StatementType.EXPLAIN,
    ):
        raise QueryError("Expected one query that reads (select …), and found something else.", "ask with select.")
    watchdog = Timer(seconds, connection.interrupt)
    watchdog.start()
    try:
        return _frame(connection, text, dict(parameters) or None)
    except duckdb.InterruptException as error:
        raise QueryError(f"The query took longer than {seconds:g} seconds and was stopped.") from error
    except duckdb.Error as error:
        raise QueryError(f"The query cannot be answered: {_sentence(error)}", _hint(error)) from error
    finally:
        watchdog.cancel()


def _sentence(error: Exception) -> str:
    """The first line of what DuckDB says, without the name of the error's class."""
    return str(error).splitlines()[0].partition(": ")[2] or str(error).splitlines()[0]


def _hint(error: Exception) -> str:
    """The nearest name, where DuckDB knows one."""
    near = re.search(r'(?:Did you mean|Candidate bindings:) "?([\w.]+)', str(error))
    return f"did you mean `{near[1]}`?" if near else "the relations and their columns stand in sql/README.md."
