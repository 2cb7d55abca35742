"""From bytes to text: which encoding a file has, and files that are no text at all."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from partner_analytics.errors import ExportError
from partner_analytics.loaders.source import BLOCK, Content, Packed, Source, read_once

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


@dataclass(frozen=True)
class Text:
    """An export, and how its bytes are read as text.

    Parameters
    ----------
    content
        Its bytes.
    codec, errors, encoding
        How they are read: for Python, and in words. A workbook has no codec.
    begins
        The first character of the text that is no white space.
    """

    content: Content
    codec: str
    errors: str
    encoding: str
    begins: str

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return self.content.name


def look_through(source: str | Source | Packed) -> Text:
    """Read a path, or what is in no file, once, to know its hash and its encoding.

    Raises
    ------
    ExportError
        If there is no such file, it cannot be read, it is empty, or it is no export of any form.
    """
    content = read_once(source)
    return Text(content, *_encoding(content))


def doubts_about(file: Text) -> tuple[str, ...]:
    """What to say of how a text was read, where that may not be how it was written."""
    if file.codec != "cp1252" and file.errors != MIXED:
        return ()
    return (
        "bytes that are no UTF-8 were read as Windows-1252, the first of them in line "
        f"{_first_strange_line(file):,}: see whether the names with accents are right.",
    )


def _first_strange_line(file: Text) -> int:
    """The line in which the first byte stands that is no UTF-8."""
    decoder, line = codecs.getincrementaldecoder("utf-8")(), 1
    try:
        for block in file.content.blocks():
            decoder.decode(block)
            line += block.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        line += error.object[: error.start].count(b"\n")
    return line


def text_of(file: Text) -> str:
    """The whole text of a file."""
    return file.content.whole().decode(file.codec, file.errors).lstrip("\ufeff")


def texts_of(file: Text, progress: Callable[[int], None]) -> Iterator[str]:
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
    for block in file.content.blocks():
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
                f"{file.name} holds a line of more than {BLOCK:,} characters.", "export it again, one row a line."
            )
    if rest:
        yield rest


def printable(text: str) -> str:
    """A path as it can be shown and stored: bytes in it that are no UTF-8 are shown as such."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _encoding(content: Content) -> tuple[str, str, str, str]:
    """The codec of an export, what it does with errors, what it is called, and the first character."""
    head = content.held[:BLOCK]
    for start, what, hint in KINDS_OF_BYTES:
        if head.startswith(start):
            raise ExportError(f"{content.name} is {what}; expected a CSV or JSON export.", hint)
    if head.startswith(WORKBOOK):
        return "", "", "a workbook", ""
    for codec, errors, name in _candidates(head):
        try:
            # What is ASCII throughout is UTF-8 without another look.
            is_seen = content.is_ascii and codec == "utf-8" and bool(head.strip())
            begins = _first_character(content, [head] if is_seen else content.blocks(), codec, errors)
            return codec, errors, name, begins
        except UnicodeDecodeError:
            continue
    raise ExportError(
        f"{content.name} is not text; expected a CSV or JSON export.", "save it as CSV in UTF-8, and load it again."
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


def _first_character(content: Content, blocks: Iterable[bytes], codec: str, errors: str) -> str:
    """Decode the blocks of an export, and return the first character that is no white space."""
    decoder = codecs.getincrementaldecoder(codec)(errors)
    first, has_nul, is_mixed = "", False, False
    for block in blocks:
        has_nul = has_nul or b"\0" in block
        if first and codec == "utf-8" and block.isascii() and decoder.getstate() == (b"", 0):
            continue
        text = decoder.decode(block)
        first = first or text.lstrip("\ufeff \t\r\n\v\f")[:1]
        is_mixed = is_mixed or (errors == MIXED and not block.decode(codec, "ignore").isascii())
    _check_end(content, decoder, is_mixed)
    if (codec == "cp1252" and has_nul) or (errors == MIXED and not is_mixed):
        raise UnicodeDecodeError(codec, b"", 0, 1, "is another text than this")
    if not first.strip():
        raise ExportError(f"{content.name} is empty; expected an export.", "export it again.")
    if first == "<":
        raise ExportError(
            f"{content.name} is a web page or XML; expected a CSV or JSON export.",
            "sign in to the portal and export it again: this is perhaps its sign-in page.",
        )
    return first


def _check_end(content: Content, decoder: codecs.IncrementalDecoder, is_mixed: bool) -> None:
    """Raise an ExportError if a text in UTF-8 ends within a character."""
    unfinished = decoder.getstate()[0]
    if unfinished and is_mixed:
        raise ExportError(f"{content.name} is cut off: it ends within a character.", "export it again.")
    decoder.decode(b"", final=True)


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252"), error.end


codecs.register_error(MIXED, _as_windows_1252)
