"""Opening the store: to read it as it is, or to write a copy that takes its place whole."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import duckdb

from partner_analytics.errors import StoreError, UsageError
from partner_analytics.safety.whole_files import sync_folder
from partner_analytics.store.connection import connect, row
from partner_analytics.store.faults import errno_words, undamaged, writable
from partner_analytics.store.lock import held, place_of
from partner_analytics.store.migrations import bring_up_to_date, create, newest, version_of, write_anew
from partner_analytics.store.private import private_folder
from partner_analytics.store.wal import take_in_wal, wal_of


def check_is_file(path: Path) -> None:
    """Raise a StoreError if something else than a file stands where the store is to be."""
    if path.exists() and not path.is_file():
        raise StoreError(f"{path} is not a file; expected a store.", "name a file with --db.")


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the store for reading, as it is now; a later load does not disturb the reader."""
    if not path.exists():
        raise UsageError(
            f"There is no store at {path}.", f"load exports first: partner-analytics load FILE --db {path}"
        )
    check_is_file(path)
    place = place_of(path)
    with ExitStack() as opened:
        opened.enter_context(undamaged(path))
        connection = opened.enter_context(closing(connect(place, read_only=True)))
        if (version := version_of(connection, path)) < newest():
            connection.close()
            connection = opened.enter_context(_brought_up_to_date(place, version, path))
        yield connection


@contextmanager
def _brought_up_to_date(place: Path, version: int, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A private copy of a store of an older version, which stays as it is: whoever reads it may not write it."""
    with ExitStack() as opened:
        try:
            folder = opened.enter_context(private_folder())
            copied = folder / "store"
            shutil.copyfile(place, copied)
            if wal_of(place).is_file():
                shutil.copyfile(wal_of(place), wal_of(copied))
        except OSError as error:
            raise StoreError(
                f"The store {path} is of an older version, and the copy to read it from cannot be made: {errno_words(error)}.",
                f"bring the store itself up to date: partner-analytics migrate --db {path}",
            ) from error
        with closing(connect(copied, read_only=False)) as connection:
            bring_up_to_date(connection, version)
        yield opened.enter_context(closing(connect(copied, read_only=True)))


class Copy:
    """A copy of the store that is written to; it takes the store's place once something was committed to it.

    Parameters
    ----------
    connection
        To the copy.
    version
        The version of the store that was copied; the copy is of the newest.
    is_outdated
        Whether the copy had to be brought up to date.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, version: int, *, is_outdated: bool) -> None:
        self.connection = connection
        self.version = version
        self.is_outdated = is_outdated
        self.is_changed = False
        self.is_written_anew = False
        """Whether what was deleted must not be left in the file."""
        (self.first_new_load,) = row(connection, "select coalesce(max(load_id), 0) + 1 from loads")

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
    """A copy of the store to write to; it takes the store's place whole when the block ends well.

    A new store is for its owner alone; one that is there keeps the mode that its owner has given it.
    """
    check_is_file(path)
    # A link stays one: what it leads to is replaced.
    place = place_of(path)
    with held(path), undamaged(path), _folder_beside(place, path) as folder:
        new = folder / "store"
        take_in_wal(place, path, folder)
        is_there, version = place.exists(), newest()
        if is_there:
            with closing(connect(place, read_only=True)) as connection:
                version = version_of(connection, path)
        before, mode = _identity(place), stat.S_IMODE(place.stat().st_mode) if is_there else 0o600
        with writable(path):
            if is_there:
                shutil.copyfile(place, new)
            connection = connect(new, read_only=False)
        with closing(connection):
            is_outdated = is_there and bring_up_to_date(connection, version)
            if not is_there:
                create(connection)
            copy = Copy(connection, version, is_outdated=is_outdated)
            yield copy
            if copy.is_changed:
                connection.execute("checkpoint")
        if copy.is_changed:
            if copy.is_written_anew:
                new, old = folder / "anew", new
                write_anew(old, new)
            with writable(path):
                # Not every file system has modes: then there is none to keep.
                with suppress(OSError):
                    new.chmod(mode)
                _put_in_place(new, place, path, before)


def _put_in_place(new: Path, place: Path, path: Path, before: tuple[int, ...] | None) -> None:
    with new.open("rb+") as written:
        os.fsync(written.fileno())
    if _identity(place) != before or os.path.lexists(wal_of(place)):
        raise StoreError(
            f"The store {path} was written by another program meanwhile, so nothing was stored.",
            "close it there, and do the same again.",
        )
    os.replace(new, place)
    sync_folder(place.parent)


def _identity(place: Path) -> tuple[int, ...] | None:
    """What changes when anybody writes to a file; None where there is none."""
    try:
        found = place.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


@contextmanager
def _folder_beside(place: Path, path: Path) -> Iterator[Path]:
    """A private folder beside the store, from which a file can be moved into its place in one step."""
    with ExitStack() as opened:
        with writable(path):
            folder = opened.enter_context(private_folder(place.parent, f".{place.name}.partner-analytics-"))
        yield folder


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


def migrate(path: Path) -> tuple[int, int]:
    """Bring a store up to date.

    Returns
    -------
    tuple of int
        The version that it had, and the one that it has.
    """
    if not path.exists():
        raise UsageError(f"There is no store at {path}.", "name one: partner-analytics migrate --db FILE")
    with writing(path) as copy:
        copy.is_changed = copy.is_outdated
        return copy.version, newest()


def is_of_an_older_version(path: Path) -> bool:
    """Whether a store that can be read would be brought up to date by a load."""
    with undamaged(path), closing(connect(place_of(path), read_only=True)) as connection:
        return version_of(connection, path) < newest()
