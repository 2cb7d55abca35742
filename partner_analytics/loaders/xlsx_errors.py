"""The cells of a workbook that hold an error such as `#REF!`: the reader of workbooks takes them for empty ones."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Final
from xml.etree import ElementTree

MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
ERROR_CELL: Final = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>.*?<v>([^<]*)</v>', re.DOTALL)

FILLED_CELL: Final = re.compile(rb'<c\b[^>]*\br="([A-Z]+)\d+"[^>]*[^>/]>')


def error_cells(content: bytes, sheet: str) -> dict[int, dict[int, str]]:
    """The error cells of a sheet: by the position of the column, and by its row from 1, what they show.

    Positions count from the first column that holds anything, as the reader of workbooks counts them.

    Raises
    ------
    ValueError
        If the workbook is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            text = book.read(_path(book, sheet))
    except (
        zipfile.BadZipFile,
        zlib.error,
        ElementTree.ParseError,
        LookupError,
        EOFError,
        RuntimeError,
        OSError,
    ) as error:
        raise ValueError("a part of the workbook cannot be read") from error
    errors = ERROR_CELL.findall(text)
    first = min((_position(letters) for letters in FILLED_CELL.findall(text)), default=0) if errors else 0
    found: dict[int, dict[int, str]] = {}
    for letters, row, shown in errors:
        found.setdefault(_position(letters) - first, {})[int(row)] = shown.decode()
    return found


def _path(book: zipfile.ZipFile, sheet: str) -> str:
    """Where in the archive a sheet is."""
    listed = ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")  # noqa: S314
    relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    (relation,) = (one.attrib[RELATION] for one in listed if one.attrib["name"] == sheet)
    (target,) = (one.attrib["Target"] for one in relations if one.attrib["Id"] == relation)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _position(letters: bytes) -> int:
    """The position of a column from 0: `A` is 0, `AA` is 26."""
    position = 0
    for letter in letters:
        position = position * 26 + letter - ord("A") + 1
    return position - 1
