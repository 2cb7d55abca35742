"""The cells of a workbook that hold an error such as `#REF!`: the reader of workbooks takes them for empty ones."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final
from xml.etree import ElementTree

MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
ERROR_CELL: Final = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>.*?<v>([^<]*)</v>', re.DOTALL)


def error_cells(content: bytes, sheet: str) -> dict[int, dict[int, str]]:
    """The error cells of a sheet: by the position of the column, and by its row from 1, what they show."""
    found: dict[int, dict[int, str]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for letters, row, shown in ERROR_CELL.findall(book.read(_path(book, sheet))):
            found.setdefault(_position(letters), {})[int(row)] = shown.decode()
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
