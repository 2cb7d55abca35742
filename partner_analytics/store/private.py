"""Folders that nobody else can look into, for what is not finished; what a killed process left goes with the next one."""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from partner_analytics.store.lock import opened_plainly, try_lock

HELD = "held-by-partner-analytics"
"""The file in such a folder that is locked for as long as its process lives."""

TEMPORARY = "partner-analytics-private-"
"""How the name of such a folder begins among the temporary files."""


@contextmanager
def private_folder(parent: Path | None = None, prefix: str = TEMPORARY) -> Iterator[Path]:
    """A folder of mode 0700 that goes with the block, and those of killed processes before it.

    Parameters
    ----------
    parent
        Where it is; by default among the temporary files.
    prefix
        How its name begins.

    Raises
    ------
    OSError
        If there is no room for it.
    """
    parent = parent or Path(tempfile.gettempdir())
    _sweep(parent, prefix)
    folder, handle = _made(parent, prefix)
    try:
        yield folder
    finally:
        handle.close()
        shutil.rmtree(folder, ignore_errors=True)


def _made(parent: Path, prefix: str) -> tuple[Path, FileIO]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        try:
            handle = opened_plainly(folder / HELD, os.O_CREAT | os.O_EXCL)
        except FileNotFoundError:
            # Another process took it for one that was left, before it was held.
            continue
        except OSError:
            with suppress(OSError):
                folder.rmdir()
            raise
        with suppress(OSError):
            try_lock(handle)
        if (folder / HELD).exists():
            return folder, handle
        handle.close()


def _sweep(parent: Path, prefix: str) -> None:
    """Remove the folders of processes that have ended: of this user, private, and held by nobody."""
    names = re.compile(re.escape(prefix) + r"[a-z0-9_]{8}")
    with suppress(OSError), os.scandir(parent) as entries:
        for entry in entries:
            if names.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                with suppress(OSError):
                    _remove_if_left(Path(entry.path), entry.stat(follow_symlinks=False))


def _remove_if_left(folder: Path, found: os.stat_result) -> None:
    if os.name == "posix" and (found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) != 0o700):
        return
    try:
        handle = opened_plainly(folder / HELD)
    except FileNotFoundError:
        # Its process ended before it put anything in.
        folder.rmdir()
        return
    try:
        is_left = try_lock(handle)
    finally:
        handle.close()
    if is_left:
        shutil.rmtree(folder, ignore_errors=True)
