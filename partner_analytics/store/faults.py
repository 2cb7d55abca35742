"""What can be wrong with the file of a store, each as a sentence with a hint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from partner_analytics.errors import StoreError, UsageError

CHANGED_NOTHING = "name a file in a folder that you can write to."


@contextmanager
def undamaged(path: Path) -> Iterator[None]:
    """Say in a sentence that the store cannot be read, wherever in it that shows."""
    try:
        yield
    except duckdb.Error as error:
        # A query of our own that is wrong is our defect, and too little memory is no damage.
        if isinstance(error, (duckdb.ProgrammingError, duckdb.OutOfMemoryException)):
            raise
        raise fault(path, str(error)) from error


def fault(path: Path, said: str) -> StoreError | UsageError:
    """What DuckDB says of the file of a store, as our error."""
    if unwritten := re.search(r"Could not (?:write|truncate|sync|fsync|create)\b.*?: ([^:\n]+)", said):
        return not_writable(path, unwritten[1].strip())
    if "Could not set lock" in said:
        return StoreError(f"The store {path} is open in another program.", "close it there, and try again.")
    # A file that ends too early is damaged: the disk gave all that there is.
    if unread := re.search(r"(?:Could not|Cannot) (?:read(?! enough bytes)|open|seek|stat)\b.*?: ([^:\n]+)", said):
        return not_readable(path, unread[1].strip())
    if re.search(r"\bWAL\b", said):
        return foreign_wal(path)
    return StoreError(
        f"{path} cannot be read as a store: it is damaged, or not a store.",
        f"see what is wrong: partner-analytics verify --db {path}; then go on with its last good copy.",
    )


def not_readable(path: Path, why: str | None) -> StoreError:
    """The operating system gives the bytes of a store not out: they can be as good as they were."""
    return StoreError(
        f"The store {path} cannot be read from its disk: {why}.",
        "check the disk, and who may read the file; the store itself may be undamaged.",
    )


def not_writable(path: Path, why: OSError | str | None) -> UsageError:
    """A store, or what is needed beside it, cannot be written."""
    if isinstance(why, OSError):
        why = errno_words(why)
    if "No space left" in str(why):
        return UsageError(f"The store {path} cannot be written: the disk is full.", "make room; nothing was changed.")
    return UsageError(f"The store {path} cannot be written: {why}.", CHANGED_NOTHING)


def errno_words(error: OSError) -> str:
    """What the operating system says, in its own words."""
    return error.strerror or str(error)


def foreign_wal(path: Path) -> StoreError:
    """What lies beside a store, under the name of what another DuckDB tool had not finished writing, does not belong to it."""
    return StoreError(
        f"{path}.wal lies beside the store, but does not belong to it.",
        f"move {path}.wal elsewhere and keep it; then: partner-analytics verify --db {path}",
    )


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Say in a sentence that the store cannot be written."""
    try:
        yield
    except OSError as error:
        raise not_writable(path, error) from error
