"""One process at a time: a lock that the system frees when the process ends, however it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from partner_analytics.safety.whole_files import PRIVATE_FILE, PRIVATE_FOLDER

__all__ = ["one_at_a_time"]


@contextmanager
def one_at_a_time(lock: Path, busy: Exception, unwritable: Callable[[OSError], Exception]) -> Iterator[None]:
    """Hold a lock, whose folder is made where it is missing; nobody waits for it.

    Parameters
    ----------
    busy
        What is raised where another process holds it.
    unwritable
        What is raised where it cannot be written.
    """
    # Few commands hold one.
    from filelock import FileLock, Timeout

    holding = FileLock(lock, timeout=0, mode=PRIVATE_FILE)
    try:
        lock.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        holding.acquire()
    except Timeout:
        raise busy from None
    except OSError as error:
        raise unwritable(error) from error
    try:
        yield
    finally:
        holding.release()
