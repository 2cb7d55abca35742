"""Files on a path that every worker reaches: a folder that they share, or a store of objects."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from partner_analytics.safety.whole_files import PRIVATE_FOLDER, write_in_place

__all__ = ["holds_something", "is_address", "read", "remove", "write"]

ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
"""How the address of a store of objects begins; anything else is a folder."""


def is_address(place: str) -> bool:
    """Whether a place is an address, such as `s3://bucket/folder`, and no folder."""
    return ADDRESS.match(place) is not None


def read(place: str, name: str) -> bytes:
    """The content of a file.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    """
    if not is_address(place):
        return (Path(place) / name).read_bytes()
    files, folder = _opened(place)
    with files.open_input_file(f"{folder}/{name}") as opened:
        return bytes(opened.read())


def write(place: str, name: str, content: bytes) -> None:
    """Put a file into its place, whole, in place of one that a worker wrote there before."""
    if not is_address(place):
        file = Path(place) / name
        _make_private(file.parent)
        write_in_place(file, content)
        return
    files, folder = _opened(place)
    with files.open_output_stream(f"{folder}/{name}") as opened:
        opened.write(content)


def holds_something(place: str) -> bool:
    """Whether anything is there."""
    if not is_address(place):
        return Path(place).is_file() or (Path(place).is_dir() and any(Path(place).iterdir()))
    from pyarrow.fs import FileSelector, FileType

    files, folder = _opened(place)
    return files.get_file_info(folder).type == FileType.File or bool(
        files.get_file_info(FileSelector(folder, allow_not_found=True))
    )


def remove(place: str, folder: str) -> None:
    """Remove a folder that only workers write to, with all that is in it."""
    if is_address(place):
        files, root = _opened(place)
        files.delete_dir(f"{root}/{folder}")
        return
    import shutil

    shutil.rmtree(Path(place) / folder)


def _make_private(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for its owner alone."""
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def _opened(place: str) -> tuple[Any, str]:
    from pyarrow.fs import FileSystem

    files, folder = FileSystem.from_uri(place)
    return files, folder.rstrip("/")
