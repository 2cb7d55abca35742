"""A workbook as the archive that it is: how large its parts are once they are unpacked, and which of them are sheets."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from xml.parsers import expat

from partner_analytics.errors import ExportError

PARTS: Final = 10_000
"""How many parts a workbook may have; one with a hundred sheets has some hundreds."""

UNPACKED: Final = 2 * 2**30
"""How many bytes all of them may have: a sheet of a million rows of 30 columns."""

RATIO: Final = 250
SMALL: Final = 64 * 2**20
"""How many times the size of the archive, where that is more than this; a sheet of a million equal rows has 100 times."""

BLOCK: Final = 2**20

BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
VISIBLE = "visible"


@dataclass(frozen=True)
class ListedSheet:
    """One sheet of a workbook's list.

    Parameters
    ----------
    state
        `visible`, `hidden` or `veryHidden`, which Excel itself does not offer to show.
    part
        The name of the part that holds its cells; None where it is another sort of sheet, such as a chart.
    """

    name: str
    state: str
    part: str | None


class DamagedError(Exception):
    """A part of a workbook is not as programs write it; the message says in which way, if more can be said."""


@contextmanager
def parts_of(file: str, content: bytes) -> Iterator[zipfile.ZipFile]:
    """The parts of a workbook that is no larger than a workbook is.

    Each is unpacked once to see how large it is: what the archive says of itself is not believed.

    Raises
    ------
    ExportError
        If it is larger.
    DamagedError
        If it is no whole archive; in the block too, for what is read there.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            _check_size(file, book, len(content))
            yield book
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        LookupError,
        EOFError,
        RuntimeError,
        ValueError,
        OSError,
    ) as error:
        raise DamagedError from error


def _check_size(file: str, book: zipfile.ZipFile, packed: int) -> None:
    listed = book.infolist()
    if len(listed) > PARTS:
        raise _too_large(file, f"has {len(listed):,} parts, more than {PARTS:,}")
    if len({info.filename.lower() for info in listed}) < len(listed):
        raise DamagedError("holds two parts of one name")
    most = min(UNPACKED, max(SMALL, RATIO * packed))
    unpacked = 0
    for info in listed:
        said, info.file_size = info.file_size, UNPACKED + 1
        before = unpacked
        with book.open(info) as part:
            while block := part.read(BLOCK):
                unpacked += len(block)
                if unpacked > most:
                    raise _too_large(file, f"is {packed:,} bytes that unpack to more than {most:,}")
        info.file_size = said
        if unpacked - before != said:
            raise DamagedError("holds a part of another size than it says")


def _too_large(file: str, how: str) -> ExportError:
    return ExportError(
        f"{file} {how}, so it is not read as a workbook.", "save the sheet that you mean as CSV, and load that."
    )


def sheets_in(book: zipfile.ZipFile) -> list[ListedSheet]:
    """The sheets of a workbook, in its order."""
    relations = {one["Id"]: one for name, one in _elements(book.read(RELATIONS)) if name == "Relationship"}
    found = []
    for name, attributes in _elements(book.read(BOOK)):
        if name == "sheet":
            # The prefix of the relation's name is the program's choice.
            (relation,) = (
                relations[value] for key, value in attributes.items() if key.rpartition(":")[1:] == (":", "id")
            )
            is_worksheet = relation["Type"].endswith("/worksheet")
            part = posixpath.normpath(posixpath.join("/xl", relation["Target"])).lstrip("/")
            found.append(
                ListedSheet(attributes["name"], attributes.get("state", VISIBLE), part if is_worksheet else None)
            )
    if len({sheet.name for sheet in found}) < len(found):
        raise DamagedError("lists two sheets of one name")
    return found


def _elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """The elements of a part, each with its name and its attributes."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = xml_parser()
    parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition(":")[2], attributes))
    parser.Parse(xml, True)
    return found


def xml_parser() -> expat.XMLParserType:
    """A parser that takes no text for another one: entities of its own are in no workbook that a program writes."""

    def refuse(*_: Any) -> None:
        raise DamagedError("defines entities of its own")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    return parser
