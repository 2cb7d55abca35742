"""Opening the store: to read it as it is, or to write a copy that takes its place whole."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import duckdb
import polars as pl

from partner_analytics.errors import StoreError, UsageError
from partner_analytics.resources import sql_texts

SCHEMA_VERSION = 2
WAIT_SECONDS = 3.0
"""How long a second writer waits for the first."""

WRITER_MEMORY = "1GB"
"""What a load may hold in memory beside the part of the file that it reads; what is more goes to disk."""

Connection = duckdb.DuckDBPyConnection


class _ArrowStream:
    """A frame as DuckDB takes it in without a further dependency: by the Arrow stream it offers."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def _connect(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    if path.exists():
        with path.open("rb") as file:
            if file.read(12)[8:] != b"DUCK":
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
def _undamaged(path: Path) -> Iterator[None]:
    """Say in a sentence that the store cannot be read, wherever in it that shows."""
    try:
        yield
    except duckdb.Error as error:
        # A query of our own that is wrong is our defect, and too little memory is no damage.
        if isinstance(error, (duckdb.ProgrammingError, duckdb.OutOfMemoryException)):
            raise
        if unwritten := re.search(r"Could not (?:write|truncate|sync|fsync|create)\b.*?: ([^:\n]+)", str(error)):
            raise _not_writable(path, unwritten[1].strip()) from error
        if "Could not set lock" in str(error):
            raise StoreError(
                f"The store {path} is held by another program.", "close it there, and try again."
            ) from error
        raise StoreError(
            f"{path} cannot be read as a store: it is damaged, or no store at all.",
            "name another file with --db, or load your exports into a new one.",
        ) from error


def _check_version(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    try:
        (version,) = row(connection, "select max(version) from store_version")
    except duckdb.CatalogException as error:
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
    connection.begin()
    connection.execute("create table store_version as select ? as version", [SCHEMA_VERSION])
    for text in sql_texts("tables").values():
        connection.execute(text)
    views = sql_texts("views")
    for first in ("snapshot_days", "open_quarantine"):
        connection.execute(views.pop(first))
    for text in views.values():
        connection.execute(text)
    connection.commit()


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the store for reading, as it is now; a later load does not disturb the reader."""
    if not path.exists():
        raise UsageError(
            f"There is no store at {path}.", f"load exports first: partner-analytics load FILE --db {path}"
        )
    if not path.is_file():
        raise StoreError(f"{path} is no file, so no store.", "name a file with --db.")
    with _undamaged(path), closing(_connect(path, read_only=True)) as connection:
        _check_version(connection, path)
        yield connection


class Copy:
    """A copy of the store that is written to; it takes the store's place once something was committed to it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.is_changed = False

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Commit what the block does if it ends well; otherwise the copy is as it was before the block."""
        self.connection.begin()
        try:
            yield self.connection
        except BaseException:
            with suppress(duckdb.Error):
                self.connection.rollback()
            raise
        self.connection.commit()
        self.is_changed = True


@contextmanager
def writing(path: Path) -> Iterator[Copy]:
    """A copy of the store to write to; it takes the store's place whole when the block ends well."""
    if path.exists() and not path.is_file():
        raise StoreError(f"{path} is no file, so no store.", "name a file with --db.")
    # A link stays one: what it leads to is replaced.
    place = Path(os.path.realpath(path))
    lock = place.with_name(place.name + ".lock")
    new = place.with_name(place.name + ".new")
    with _lock(lock, path), _undamaged(path):
        try:
            with _writable(path):
                _discard(new)
                if path.exists():
                    shutil.copyfile(path, new)
                    shutil.copymode(path, new)
                connection = _connect(new, read_only=False)
            with closing(connection):
                if path.exists():
                    _check_version(connection, path)
                else:
                    _create(connection)
                copy = Copy(connection)
                yield copy
                if copy.is_changed:
                    connection.execute("checkpoint")
            if copy.is_changed:
                with _writable(path):
                    with new.open("rb+") as written:
                        os.fsync(written.fileno())
                    os.replace(new, place)
        finally:
            with suppress(OSError):
                _discard(new)


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    """Say in a sentence that the store cannot be written."""
    try:
        yield
    except OSError as error:
        raise _not_writable(path, error.strerror) from error


class OpenStore:
    """A store while files are loaded into it: read as it is until one of them brings something, then written as a copy."""

    def __init__(self, path: Path, opened: ExitStack) -> None:
        self.path = path
        self._opened = opened
        self._reader: duckdb.DuckDBPyConnection | None = None
        self._copy: Copy | None = None

    def to_read(self) -> duckdb.DuckDBPyConnection | None:
        """The store with what was loaded so far; None where there is none yet."""
        if self._copy is not None:
            return self._copy.connection
        if self._reader is None and self.path.exists():
            self._reader = self._opened.enter_context(reading(self.path))
        return self._reader

    def to_write(self) -> Copy:
        """The copy, which is made now if it is not there; whoever writes waits for another writer first."""
        if self._copy is None:
            self._opened.close()
            self._reader = None
            self._copy = self._opened.enter_context(writing(self.path))
        return self._copy


@contextmanager
def loading(path: Path) -> Iterator[OpenStore]:
    """Open the store for files to be loaded; what they bring takes its place at once, when the block ends well."""
    with ExitStack() as opened:
        yield OpenStore(path, opened)


def _discard(copy: Path) -> None:
    """Remove a copy that was not finished, and what DuckDB wrote beside it: it would come back in the next copy."""
    copy.unlink(missing_ok=True)
    copy.with_name(copy.name + ".wal").unlink(missing_ok=True)
    shutil.rmtree(copy.with_name(copy.name + ".tmp"), ignore_errors=True)


def writer(path: Path) -> str:
    """Who is writing to the store just now, in words; nothing where nobody is."""
    lock = Path(os.path.realpath(path)).with_name(path.name + ".lock")
    try:
        with lock.open("r+") as handle:
            return "" if _is_locked(handle) else _holder(lock)
    except OSError:
        return ""


@contextmanager
def _lock(lock: Path, path: Path) -> Iterator[None]:
    """Hold the store for one writer; the operating system frees it when the process ends, however it ends."""
    try:
        handle = lock.open("a+")
    except OSError as error:
        raise _not_writable(path, error.strerror) from error
    with handle:
        until = time.monotonic() + WAIT_SECONDS
        while not _is_locked(handle):
            if time.monotonic() > until:
                raise StoreError(f"The store {path} is busy: {_holder(lock)}.", "try again when it has ended.")
            time.sleep(0.05)
        # Who holds it stands in the file; since when, on the file. Where there is no room for that, there is none for a load.
        try:
            handle.truncate(0)
            handle.write(str(os.getpid()))
            handle.flush()
        except OSError as error:
            with suppress(OSError):
                handle.close()
            raise _not_writable(path, error.strerror) from error
        yield


def _not_writable(path: Path, why: str | None) -> UsageError:
    if "No space left" in str(why):
        return UsageError(f"The store {path} cannot be written: the disk is full.", "make room; nothing was changed.")
    return UsageError(f"The store {path} cannot be written: {why}.", "name a file in a folder that you can write to.")


def _is_locked(handle: TextIO) -> bool:
    """Try to lock a file for this process."""
    try:
        if os.name == "posix":
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt

            getattr(msvcrt, "locking")(handle.fileno(), getattr(msvcrt, "LK_NBLCK"), 1)  # noqa: B009
    except OSError:
        return False
    return True


def _holder(lock: Path) -> str:
    try:
        since = datetime.fromtimestamp(lock.stat().st_mtime, UTC)
        return f"process {lock.read_text() or '?'} has been writing to it since {since:%Y-%m-%d %H:%M:%S} UTC"
    except OSError:
        return "another load is writing to it"


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
