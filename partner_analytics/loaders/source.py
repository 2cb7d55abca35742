"""Where exports come from: a file that is read in place, or bytes that stand in memory; both have a name and a hash."""

from __future__ import annotations

import hashlib
import lzma
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO

from partner_analytics.errors import ExportError, UsageError

BLOCK = 16 * 2**20
"""How many bytes are held at a time: a file of any size is read in the same memory."""

HASHED = 2**20
"""How many bytes are hashed at a time: so many stay near the processor."""

AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
"""How a file is opened: what has taken the place of a file, such as a pipe, must not be waited for."""

LOCK_FILE = "~$"
"""How the name of a file begins that a spreadsheet keeps beside a workbook while it is open."""

LARGEST_PACKED = 2**30
"""How many bytes an export in an archive may have: it is held in memory."""

SPECIAL = (
    (stat.S_ISDIR, "is a folder without an export; expected CSV, JSON or XLSX files in it", "name the exports."),
    (stat.S_ISFIFO, "is a pipe; expected a file", "save what comes out of it, and load that."),
    (stat.S_ISSOCK, "is a socket; expected a file", "save what comes out of it, and load that."),
    (stat.S_ISREG, "", ""),
    (lambda _: True, "is a device; expected a file", "name an export."),
)
"""What a path can lead to, and why only one of these is read: the end of all others is not known."""


@dataclass(frozen=True)
class Source:
    """An export that is in no file, such as an answer that came over a network.

    Parameters
    ----------
    name
        What the ledger, the reports and messages call it, as they would a file: `licenses.json`.
    content
        Its bytes: CSV, JSON or XLSX.

    Raises
    ------
    UsageError
        If the name is no text, or the content no bytes.

    Examples
    --------
    >>> Source("licenses.json", b'[{"id": "L1"}]').name
    'licenses.json'
    """

    name: str
    content: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what has no name, or is no bytes."""
        if not isinstance(self.name, str):
            raise UsageError(
                f"Expected a text to name the export; found {type(self.name).__name__}.",
                'write Source("licenses.json", …)',
            )
        if not isinstance(self.content, bytes):
            raise UsageError(
                f"Expected the bytes of {self.name}; found {type(self.content).__name__}.",
                "encode a text first: text.encode().",
            )


@dataclass(frozen=True)
class Packed:
    """An export in an archive.

    Parameters
    ----------
    archive
        The path of the ZIP file.
    place
        Where it stands in the archive's list, from 0; None for an archive that holds no export.
    member
        What it is called there; it is no path that anything is written to.
    """

    archive: str
    place: int | None
    member: str

    @property
    def name(self) -> str:
        """What the ledger, the reports and messages call it."""
        return f"{self.archive}/{self.member}" if self.member else self.archive


@dataclass(frozen=True)
class Content:
    """The bytes of a source, which were read once to know their hash.

    Parameters
    ----------
    name
        The path as it was given, or the name of what is in no file.
    sha256
        Of the bytes.
    size
        Their number.
    is_ascii
        Whether all of them are ASCII.
    held
        The first of them, which are held in memory: a block of a file, and all that is in none.
    changed
        When the file was last changed, in nanoseconds; None of what is in none.
    """

    name: str
    sha256: str
    size: int
    is_ascii: bool
    held: bytes = field(repr=False)
    changed: int | None = None

    def blocks(self) -> Iterator[bytes]:
        """The bytes, block by block; again at each call.

        Raises
        ------
        ExportError
            If they are not those that the hash is of.
        """
        yield from (self.held[start : start + BLOCK] for start in range(0, len(self.held), BLOCK))
        left = self.size - len(self.held)
        if not left:
            return
        sha256 = hashlib.sha256(self.held)
        with _opened(self.name) as source:
            source.seek(len(self.held))
            while left > 0 and (block := source.read(BLOCK)):
                sha256.update(block)
                left -= len(block)
                yield block
        if sha256.hexdigest() != self.sha256:
            raise _changed(self.name)

    def whole(self) -> bytes:
        """All of the bytes, as `blocks` gives them."""
        return b"".join(self.blocks())

    def check_unchanged(self) -> None:
        """Raise an ExportError if the file has been changed since it was read first."""
        if self.changed is None:
            return
        with _readable(self.name):
            status = os.stat(self.name)
        if (status.st_size, status.st_mtime_ns) != (self.size, self.changed):
            raise _changed(self.name)


def read_once(source: str | Source | Packed) -> Content:
    """Read a source once: a path, what is in an archive, or what is in no file.

    Raises
    ------
    ExportError
        If there is no such file, it is something else than a file, or it cannot be read.
    """
    name = source if isinstance(source, str) else source.name
    if not name.strip():
        raise ExportError("Expected a file; found an empty path.", "name an export.")
    if not isinstance(source, str):
        content = source.content if isinstance(source, Source) else _unpacked(source)
        return Content(name, hashlib.sha256(content).hexdigest(), len(content), content.isascii(), content)
    if os.path.basename(name).startswith(LOCK_FILE):
        raise ExportError(
            f"{name} is what a spreadsheet keeps beside an open workbook; expected the workbook.",
            f"close it there, and load {os.path.basename(name).removeprefix(LOCK_FILE)}.",
        )
    sha256, size, is_ascii = hashlib.sha256(), 0, True
    with _opened(name) as file:
        changed = os.fstat(file.fileno()).st_mtime_ns
        head = file.read(BLOCK)
        for block in chain([head], iter(lambda: file.read(HASHED), b"")):
            sha256.update(block)
            size += len(block)
            is_ascii = is_ascii and block.isascii()
    return Content(name, sha256.hexdigest(), size, is_ascii, head, changed)


def _unpacked(packed: Packed) -> bytes:
    """The bytes of an export in an archive.

    Raises
    ------
    ExportError
        If there is none, it is locked or damaged, or it is too large to be held.
    """
    name = packed.name
    if packed.place is None:
        raise ExportError(
            f"{name} is an archive without an export; expected CSV, JSON or XLSX files in it.", "name the exports."
        )
    try:
        with _opened(packed.archive) as file, zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if packed.place >= len(members) or members[packed.place].filename != packed.member:
                raise _changed(packed.archive)
            member = members[packed.place]
            if member.flag_bits & 1:
                raise ExportError(f"{name} is locked with a password.", "unpack the archive, and load the file.")
            with archive.open(member) as source:
                content = source.read(LARGEST_PACKED + 1)
    except RuntimeError:
        raise ExportError(
            f"{name} is packed in a way that cannot be read.", "unpack the archive, and load the file."
        ) from None
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError):
        raise ExportError(f"{name} cannot be unpacked: the archive is damaged.", "fetch the archive again.") from None
    if len(content) > LARGEST_PACKED:
        raise ExportError(f"{name} has more than 1 GB.", "unpack the archive, and load the file.")
    return content


def _changed(path: str) -> ExportError:
    return ExportError(
        f"{path} was changed while it was read.", "load it again when the program that writes it has finished."
    )


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    """A file on disk, opened to be read; anything else is refused before and after it is opened."""
    with _readable(path):
        _check_is_file(path, os.stat(path))
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | AT_ONCE)) as source:
            _check_is_file(path, os.fstat(source.fileno()))
            yield source


def _check_is_file(path: str, status: os.stat_result) -> None:
    what, hint = next((what, hint) for is_it, what, hint in SPECIAL if is_it(status.st_mode))
    if what:
        raise ExportError(f"{path} {what}.", hint)


@contextmanager
def _readable(path: str) -> Iterator[None]:
    """Say in a sentence why a file cannot be read."""
    try:
        yield
    except FileNotFoundError:
        if any(sign in path for sign in "*?["):
            raise ExportError(f"No file fits {path}.", "name the folder: all exports in it are loaded.") from None
        raise ExportError(f"There is no file {path}.", "check the path.") from None
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {error.strerror}.", "name a file that you can open.") from None
    except ValueError:
        raise ExportError(f"{path!r} is not the path of a file.", "check the path.") from None
