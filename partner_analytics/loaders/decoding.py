"""From bytes to text: which encoding a file has, and files that are no text at all."""

from __future__ import annotations

import codecs
from pathlib import Path

from partner_analytics.errors import ExportError

BYTE_ORDER_MARKS = (
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


def read_content(file: str) -> bytes:
    """Read a file.

    Raises
    ------
    ExportError
        If there is no such file, or it cannot be read.
    """
    path = Path(file)
    if not file.strip():
        raise ExportError("Expected a file; found an empty path.", "name an export.")
    try:
        content = path.read_bytes()
    except IsADirectoryError:
        raise ExportError(f"{file} is a folder; expected a file.", "name the exports in it.") from None
    except FileNotFoundError:
        raise ExportError(f"There is no file {file}.", "check the path.") from None
    except OSError as error:
        # Windows says "permission denied" of a folder.
        found = "is a folder; expected a file" if path.is_dir() else f"cannot be read: {error.strerror}"
        raise ExportError(f"{file} {found}.", "name a file that you can open.") from None
    except ValueError:
        raise ExportError(f"{file!r} is no path.", "check the path.") from None
    return content


def decode(file: str, content: bytes) -> tuple[str, str]:
    """The text of a file, and the encoding that it is in.

    Raises
    ------
    ExportError
        If it is empty, or no text of an export.
    """
    text, encoding = _decode(file, content)
    # A file put together from others can have a mark for each.
    text = text.lstrip("\ufeff")
    if not text.strip():
        raise ExportError(f"{file} is empty; expected an export.", "export it again.")
    if text.lstrip()[:1] == "<":
        raise ExportError(
            f"{file} is a web page or XML; expected a CSV or JSON export.",
            "sign in to the portal and export it again: this is perhaps its sign-in page.",
        )
    return text, encoding


def _decode(file: str, content: bytes) -> tuple[str, str]:
    for start, what, hint in KINDS_OF_BYTES:
        if content.startswith(start):
            raise ExportError(f"{file} is {what}; expected a CSV or JSON export.", hint)
    try:
        for mark, codec, name in BYTE_ORDER_MARKS:
            if content.startswith(mark):
                return content.decode(codec), name
        if content[1:2] == b"\0" or content[:1] == b"\0":
            return content.decode("utf-16-le" if content[1:2] == b"\0" else "utf-16-be"), "UTF-16"
        return _decode_bytes(content)
    except UnicodeDecodeError:
        pass
    raise ExportError(f"{file} is no text; expected a CSV or JSON export.", "save it as UTF-8, and load it again.")


def _decode_bytes(content: bytes) -> tuple[str, str]:
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        if b"\0" in content:
            raise
        return content.decode("cp1252"), "Windows-1252"
