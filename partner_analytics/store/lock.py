"""One writer at a time: the lock of a store, and who holds it since when."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

from partner_analytics.errors import StoreError, UsageError
from partner_analytics.store.faults import not_writable

WAIT_SECONDS = 3.0
"""How long a second writer waits for the first."""

OURS = b"partner-analytics "
"""How a lock of ours begins; the number of the process that holds it follows."""

HELD_BY_ANOTHER = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)


def place_of(path: Path) -> Path:
    """Where the store is: a link stays one, and what it leads to is written."""
    return Path(os.path.realpath(path))


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the store for one writer; the operating system frees it when the process ends, however it ends.

    Raises
    ------
    StoreError
        If another process holds it, or its file system gives no locks.
    UsageError
        If the lock cannot be written, or something else stands in its place.
    """
    lock = _lock_of(path)
    with closing(_opened(lock, path, os.O_CREAT)) as handle:
        until = time.monotonic() + WAIT_SECONDS
        while not _is_locked(handle, path):
            if time.monotonic() > until:
                raise StoreError(f"The store {path} is busy: {_holder(handle)}.", "try again when it has ended.")
            time.sleep(0.05)
        # Who holds it stands in the file; since when, on the file. Where there is no room for that, there is none for a load.
        try:
            handle.truncate(0)
            handle.seek(0)
            handle.write(OURS + str(os.getpid()).encode())
        except OSError as error:
            raise not_writable(path, error) from error
        yield


def writer(path: Path) -> str:
    """Who is writing to the store just now, in words; nothing where nobody is."""
    try:
        with closing(_opened(_lock_of(path), path)) as handle:
            return "" if _is_locked(handle, path) else _holder(handle)
    except (StoreError, UsageError):
        return ""


def try_lock(handle: FileIO) -> bool:
    """Lock a file for this process, if no other one has; an OSError where the file system gives no locks."""
    try:
        if os.name == "posix":
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt

            getattr(msvcrt, "locking")(handle.fileno(), getattr(msvcrt, "LK_NBLCK"), 1)  # noqa: B009
    except OSError as error:
        if error.errno in HELD_BY_ANOTHER:
            return False
        raise
    return True


def opened_plainly(file: Path, flags: int = 0) -> FileIO:
    """Open a file to read and write: the file itself, of one name, and nothing that a link leads to.

    A file that is made is for its owner alone, from the first byte on.

    Raises
    ------
    OSError
        If it is no such file (`ELOOP`), or cannot be opened.
    """
    plain = flags | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = FileIO(os.open(file, plain | getattr(os, "O_BINARY", 0), 0o600), "r+")
    found = os.fstat(handle.fileno())
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        handle.close()
        raise OSError(errno.ELOOP, "is no file of its own", str(file))
    return handle


def _lock_of(path: Path) -> Path:
    place = place_of(path)
    return place.with_name(f".{place.name}.partner-analytics-lock")


def _opened(lock: Path, path: Path, flags: int = 0) -> FileIO:
    """The lock, if it is one of ours; made as its store may be read, so that whoever shares one shares the other."""
    is_new = not os.path.lexists(lock)
    try:
        handle = opened_plainly(lock, flags)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
            raise _in_the_way(lock) from error
        raise not_writable(path, error) from error
    try:
        content = handle.read(len(OURS))
    except OSError as error:
        handle.close()
        raise not_writable(path, error) from error
    if content not in (b"", OURS):
        handle.close()
        raise _in_the_way(lock)
    if is_new:
        with suppress(OSError):
            os.chmod(lock, stat.S_IMODE(place_of(path).stat().st_mode) & 0o666 | 0o600)
    return handle


def _in_the_way(lock: Path) -> UsageError:
    return UsageError(
        f"{lock} has the name of the store's lock file, but is not one.", "move it elsewhere; nothing was changed."
    )


def _is_locked(handle: FileIO, path: Path) -> bool:
    try:
        return try_lock(handle)
    except OSError as error:
        raise StoreError(
            f"The store {path} cannot be locked: {error.strerror}.",
            "move it to a disk that supports file locks; nothing was changed.",
        ) from error


def _holder(handle: FileIO) -> str:
    try:
        since = datetime.fromtimestamp(os.fstat(handle.fileno()).st_mtime, UTC)
        handle.seek(0)
        holder = handle.read(100).removeprefix(OURS).decode("ascii", "replace") or "?"
    except OSError:
        return "another load is writing to it"
    return f"process {holder} has been writing to it since {since:%Y-%m-%d %H:%M:%S} UTC"
