"""From bytes to text: which encoding a file has, and files that are no text at all."""

from __future__ import annotations

import codecs
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from typing import BinaryIO

from partner_analytics.errors import ExportError

BLOCK = 16 * 2**20
"""How many bytes are held as text at a time: a file of any size is read in the same memory."""

HASHED = 2**20
"""How many bytes are hashed at a time: so many stay near the processor."""

MIXED = "windows-1252-for-the-rest"
"""The name of how a byte that is no UTF-8 is read in a text that otherwise is: files put together mix the two."""

BYTE_ORDER_MARKS = (
    # Before UTF-16, whose mark begins like it.
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
KINDS_OF_BYTES = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save the sheet as CSV, and load that."),
    (b"%PDF", "a PDF document", "export a CSV or JSON file."),
    (b"\x1f\x8b", "a compressed file", "unpack it first."),
    (b"PAR1", "a Parquet file", "export a CSV or JSON file."),
)
WORKBOOK = b"PK\x03\x04"
"""How an XLSX workbook begins, as any ZIP archive does."""

AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
"""How a file is opened: what has taken the place of a file, such as a pipe, must not be waited for."""

SPECIAL = (
    (stat.S_ISDIR, "is a folder; expected a file", "name the exports in it."),
    (stat.S_ISFIFO, "is a pipe; expected a file", "save what comes out of it, and load that."),
    (stat.S_ISSOCK, "is a socket; expected a file", "save what comes out of it, and load that."),
    (stat.S_ISREG, "", ""),
    (lambda _: True, "is a device; expected a file", "name an export."),
)
"""What a path can lead to, and why only one of these is read: the end of all others is not known."""


@dataclass(frozen=True)
class File:
    """A file that has been looked through once.

    Parameters
    ----------
    path
        As it was given.
    sha256
        Of its bytes.
    size
        Their number.
    codec, errors, encoding
        How they are read as text: for Python, and in words. A workbook has no codec.
    begins
        The first character of the text that is no white space.
    changed
        When it was last changed, in nanoseconds.
    head
        Its first bytes, a block of them; they are read once.
    """

    path: str
    sha256: str
    size: int
    changed: int
    head: bytes
    codec: str = ""
    errors: str = ""
    encoding: str = ""
    begins: str = ""


def look_through(path: str) -> File:
    """Read a file once, to know its hash and its encoding.

    Raises
    ------
    ExportError
        If there is no such file, it cannot be read, it is empty, or it is no export of any form.
    """
    if not path.strip():
        raise ExportError("Expected a file; found an empty path.", "name an export.")
    sha256, size, is_ascii = hashlib.sha256(), 0, True
    with _opened(path) as source:
        changed = os.fstat(source.fileno()).st_mtime_ns
        head = source.read(BLOCK)
        for block in chain([head], iter(lambda: source.read(HASHED), b"")):
            sha256.update(block)
            size += len(block)
            is_ascii = is_ascii and block.isascii()
    file = File(path, sha256.hexdigest(), size, changed, head)
    codec, errors, encoding, begins = _encoding(file, is_ascii)
    return replace(file, codec=codec, errors=errors, encoding=encoding, begins=begins)


def doubts_about(file: File) -> tuple[str, ...]:
    """What to say of how a text was read, where that may not be how it was written."""
    if file.codec != "cp1252" and file.errors != MIXED:
        return ()
    return (
        "bytes that are no UTF-8 were read as Windows-1252, the first of them in line "
        f"{_first_strange_line(file):,}: see whether the names with accents are right.",
    )


def _first_strange_line(file: File) -> int:
    """The line in which the first byte stands that is no UTF-8."""
    decoder, line = codecs.getincrementaldecoder("utf-8")(), 1
    try:
        for block in _blocks(file):
            decoder.decode(block)
            line += block.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        line += error.object[: error.start].count(b"\n")
    return line


def content_of(file: File) -> bytes:
    """All bytes of a file."""
    return b"".join(_blocks(file))


def text_of(file: File) -> str:
    """The whole text of a file."""
    return content_of(file).decode(file.codec, file.errors).lstrip("\ufeff")


def texts_of(file: File, progress: Callable[[int], None]) -> Iterator[str]:
    """The text of a file, a block at a time; each but the last ends where a line does.

    Parameters
    ----------
    progress
        What is told how many more bytes have been read.

    Raises
    ------
    ExportError
        If a line is longer than a block: no row of an export is.
    """
    decoder = codecs.getincrementaldecoder(file.codec)(file.errors)
    # A file put together from others can have a mark for each.
    rest, is_begun = "", False
    for block in _blocks(file):
        progress(len(block))
        text = rest + decoder.decode(block)
        if not is_begun:
            text = text.lstrip("\ufeff")
            is_begun = bool(text)
        end = text.rfind("\n") + 1
        if end:
            yield text[:end]
        rest = text[end:]
        if len(rest) > BLOCK:
            raise ExportError(
                f"{file.path} holds a line of more than {BLOCK:,} characters.", "export it again, one row a line."
            )
    if rest:
        yield rest


def check_unchanged(file: File) -> None:
    """Raise an ExportError if a file has been changed since it was looked through."""
    with _readable(file.path):
        status = os.stat(file.path)
    if (status.st_size, status.st_mtime_ns) != (file.size, file.changed):
        raise _changed(file)


def _changed(file: File) -> ExportError:
    return ExportError(
        f"{file.path} was changed while it was read.", "load it again when the program that writes it has finished."
    )


def _blocks(file: File) -> Iterator[bytes]:
    """The bytes of a file, block by block.

    Raises
    ------
    ExportError
        If they are not those that its hash is of.
    """
    if file.head:
        yield file.head
    left = file.size - len(file.head)
    if not left:
        return
    sha256 = hashlib.sha256(file.head)
    with _opened(file.path) as source:
        source.seek(len(file.head))
        while left > 0 and (block := source.read(BLOCK)):
            sha256.update(block)
            left -= len(block)
            yield block
    if sha256.hexdigest() != file.sha256:
        raise _changed(file)


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
        raise ExportError(f"There is no file {path}.", "check the path.") from None
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {error.strerror}.", "name a file that you can open.") from None
    except ValueError:
        raise ExportError(f"{path!r} is not the path of a file.", "check the path.") from None


def printable(text: str) -> str:
    """A path as it can be shown and stored: bytes in it that are no UTF-8 are shown as such."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _encoding(file: File, is_ascii: bool) -> tuple[str, str, str, str]:
    """The codec of a file, what it does with errors, what it is called, and the first character."""
    head = file.head
    for start, what, hint in KINDS_OF_BYTES:
        if head.startswith(start):
            raise ExportError(f"{file.path} is {what}; expected a CSV or JSON export.", hint)
    if head.startswith(WORKBOOK):
        return "", "", "a workbook", ""
    for codec, errors, name in _candidates(head):
        try:
            # What is ASCII throughout is UTF-8 without another look.
            is_seen = is_ascii and codec == "utf-8" and bool(head.strip())
            begins = _first_character(file, [head] if is_seen else _blocks(file), codec, errors)
            return codec, errors, name, begins
        except UnicodeDecodeError:
            continue
    raise ExportError(
        f"{file.path} is not text; expected a CSV or JSON export.", "save it as CSV in UTF-8, and load it again."
    )


def _candidates(head: bytes) -> tuple[tuple[str, str, str], ...]:
    for mark, codec, name in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return ((codec, "strict", name),)
    if head[1:2] == b"\0" or head[:1] == b"\0":
        return (("utf-16-le" if head[1:2] == b"\0" else "utf-16-be", "strict", "UTF-16"),)
    return (
        ("utf-8", "strict", "UTF-8"),
        ("utf-8", MIXED, "UTF-8 and Windows-1252, mixed"),
        ("cp1252", "strict", "Windows-1252"),
    )


def _first_character(file: File, blocks: Iterable[bytes], codec: str, errors: str) -> str:
    """Decode the blocks of a file, and return the first character that is no white space."""
    decoder = codecs.getincrementaldecoder(codec)(errors)
    first, has_nul, is_mixed = "", False, False
    for block in blocks:
        has_nul = has_nul or b"\0" in block
        if first and codec == "utf-8" and block.isascii() and decoder.getstate() == (b"", 0):
            continue
        text = decoder.decode(block)
        first = first or text.lstrip("\ufeff \t\r\n\v\f")[:1]
        is_mixed = is_mixed or (errors == MIXED and not block.decode(codec, "ignore").isascii())
    _check_end(file, decoder, is_mixed)
    if (codec == "cp1252" and has_nul) or (errors == MIXED and not is_mixed):
        raise UnicodeDecodeError(codec, b"", 0, 1, "is another text than this")
    if not first.strip():
        raise ExportError(f"{file.path} is empty; expected an export.", "export it again.")
    if first == "<":
        raise ExportError(
            f"{file.path} is a web page or XML; expected a CSV or JSON export.",
            "sign in to the portal and export it again: this is perhaps its sign-in page.",
        )
    return first


def _check_end(file: File, decoder: codecs.IncrementalDecoder, is_mixed: bool) -> None:
    """Raise an ExportError if a text in UTF-8 ends within a character."""
    unfinished = decoder.getstate()[0]
    if unfinished and is_mixed:
        raise ExportError(f"{file.path} is cut off: it ends within a character.", "export it again.")
    decoder.decode(b"", final=True)


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252"), error.end


codecs.register_error(MIXED, _as_windows_1252)
