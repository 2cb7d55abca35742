"""Files that are whole or not there: made under a name of their own, on the disk, and only then in their place."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700

NOT_SYNCED: Final = (errno.EINVAL, errno.ENOTSUP, errno.EROFS, errno.EACCES, errno.EPERM)
"""What a system says that keeps the names of a folder's files by itself, or not at all."""


def write_new(file: Path, content: bytes) -> None:
    """Make a file for its owner alone, with its content on the disk; nothing may be there, and no link is followed."""
    with open(file, "xb", opener=lambda path, flags: os.open(path, flags, PRIVATE_FILE)) as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def write_in_place(file: Path, content: bytes) -> None:
    """Put a file in the place of another, whose mode it gets, or where none was, for its owner alone.

    Raises
    ------
    OSError
        If it cannot be written, or a link or no file is there (`ELOOP`).
    """
    mode = PRIVATE_FILE
    if os.path.lexists(file):
        found = file.lstat()
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.ELOOP, "it is a link or no file", str(file))
        mode = stat.S_IMODE(found.st_mode)
    with tempfile.TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as private:
        new = Path(private) / file.name
        write_new(new, content)
        # Not every file system has modes.
        with suppress(OSError):
            new.chmod(mode)
        os.replace(new, file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Let the disk keep the names of a folder's files; Windows does so by itself, and not every file system can."""
    if os.name != "posix":
        return
    try:
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
    except OSError as error:
        if error.errno not in NOT_SYNCED:
            raise
