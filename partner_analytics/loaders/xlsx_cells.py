"""Where in a sheet something stands, and which of its cells have no value: what the reader of workbooks does not tell.

An XML parser goes through the sheet, and keeps of each cell its place. It never builds the sheet: however far away a cell
is, and however many there are, so much is known before anything is put into rows and columns.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import IO, Final

from partner_analytics.loaders.xlsx_parts import BLOCK, DamagedError, xml_parser

ROWS: Final = 2**20
COLUMNS: Final = 2**14
"""How many rows and columns a sheet has."""

LONGEST: Final = 2**20
"""How many characters a cell may have; Excel's have 32,767."""

IN_TEXT: Final = frozenset(
    [
        "t",
        "r",
        "rPr",
        "rPh",
        "phoneticPr",
        "b",
        "i",
        "u",
        "strike",
        "outline",
        "shadow",
        "condense",
        "extend",
        "sz",
        "color",
        "rFont",
        "family",
        "charset",
        "scheme",
        "vertAlign",
    ]
)
"""The elements within a text that stands in its cell; any other one but rows and cells stands behind the last row."""

MAY_BE_EMPTY: Final = ("s", "inlineStr", "is")
"""The types of cells whose text stands elsewhere, or is perhaps only how another one is pronounced."""

UNSAVED: Final = "is a formula without a stored value ({}): open the workbook in Excel and save it"
"""Why a cell has no value that a program has written which does not reckon."""


@dataclass(frozen=True)
class Cells:
    """The cells of a sheet.

    Parameters
    ----------
    filled
        The place of each cell that holds a value, in order: twice `row * COLUMNS + column` from 0, and 1 more if it is a
        text that can turn out to be empty.
    broken
        Row and column from 0, what stands there, and the reason, of each cell for which nobody can tell a value.
    last_row
        Where the cells end that hold anything, if only an empty text; -1 where none does.
    area
        How many cells there are from the first row on, filled or not, between the first and last column of those.
    """

    filled: array[int]
    broken: list[tuple[int, int, str, str]]
    last_row: int
    area: int


def cells_of(sheet: IO[bytes]) -> Cells:
    """The cells of a sheet.

    Raises
    ------
    DamagedError
        If its rows and cells do not come one after the other, each once.
    """
    parser = xml_parser()
    reader = _Reader()
    parser.StartElementHandler = reader.start
    parser.CharacterDataHandler = reader.read
    parser.CommentHandler = parser.ProcessingInstructionHandler = parser.StartCdataSectionHandler = reader.refuse
    while block := sheet.read(BLOCK):
        parser.Parse(block)
    parser.Parse(b"", True)
    return reader.cells()


class _Reader:
    """What an XML parser tells its sheet to; a cell ends where the next element begins that is not in it.

    It is told some million times what a large sheet holds: what is done each time is little.
    """

    def __init__(self) -> None:
        self.filled = array("q")
        self.broken: list[tuple[int, int, str, str]] = []
        self.columns = _Columns()
        self.local = _LocalNames()
        self.used_columns: set[int] = set()
        self.last_row = -1
        # Where the cell is, the number that its row has been given, and whether all that is among the rows.
        self.row, self.column, self.number, self.is_data = -1, -1, "", False
        # Of the cell that is read: its type, and what has been read of value and formula.
        self.kind: str | None = None
        self.value: str | None = None
        self.formula: str | None = None
        self.reading = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = self.local[tag]
        if not self.is_data:
            self.is_data = name == "sheetData"
        elif name == "c":
            if self.value is not None or self.formula is not None or self.kind == "e":
                self.end()
            self.reading = ""
            self.kind = attributes.get("t")
            reference = attributes.get("r")
            if reference is None:
                self.move(self.column + 1)
                return
            letters = reference.rstrip("0123456789")
            number = reference[len(letters) :]
            if number != self.number:
                # A row that is not numbered is where its first cell is.
                self.row, self.number = _row(number, ROWS if self.number else self.row - 1), number
            column = self.columns[letters]
            if column <= self.column:
                raise DamagedError(f"gives the cell {reference} twice, or cells out of order")
            self.column = column
        elif name == "v":
            if self.value is not None and self.kind not in MAY_BE_EMPTY:
                raise DamagedError(f"gives the cell {_reference(self.row, self.column)} two values")
            self.reading, self.value = name, ""
        elif name == "f":
            self.reading, self.formula = name, ""
        elif name == "is":
            self.reading, self.value = name, ""
        elif name not in IN_TEXT:
            self.end()
            self.is_data = name == "row"
            self.column, self.number = -1, attributes.get("r", "")
            if self.is_data:
                self.row = _row(self.number, self.row) if self.number else self.row + 1

    def read(self, written: str) -> None:
        """A text stands there."""
        if self.reading == "f":
            self.formula = f"{self.formula or ''}{written}"
        elif self.reading:
            self.value = f"{self.value}{written}" if self.value else written
        if len(self.value or self.formula or "") > LONGEST:
            raise DamagedError(f"holds more text in {_reference(self.row, self.column)} than a cell can")

    def refuse(self, *_: object) -> None:
        """Something stands there that is no text, and no element."""
        if self.reading == "v":
            raise DamagedError("holds more than text in a value")

    def move(self, column: int) -> None:
        """The cell is in the next column."""
        if column >= COLUMNS:
            raise DamagedError("holds a cell behind the last column")
        self.column = column

    def end(self) -> None:
        """The cell has been read."""
        value, formula, kind, row, column = self.value, self.formula, self.kind, self.row, self.column
        self.value = self.formula = self.kind = None
        if value is None and formula is None and kind != "e":
            return
        self.last_row = row
        self.used_columns.add(column)
        written = value.strip() if value else ""
        if kind == "e":
            why = f"holds the error {written or 'of a formula'} ({_reference(row, column)})"
            self.broken.append((row, column, written or "#ERROR", why))
        elif not written:
            # A text that a formula has made can be empty.
            if formula is not None and (kind != "str" or value is None):
                why = UNSAVED.format(_reference(row, column))
                self.broken.append((row, column, f"={formula.strip() or '…'}", why))
        elif kind == "b" and written not in ("0", "1"):
            self.broken.append((row, column, written, f"is neither true nor false ({_reference(row, column)})"))
        elif kind == "s" and not (written.isascii() and written.isdigit()):
            raise DamagedError("refers to a text without a valid number")
        else:
            can_be_empty = kind in MAY_BE_EMPTY or "_x" in written
            self.filled.append((row * COLUMNS + column) * 2 + can_be_empty)

    def cells(self) -> Cells:
        """All that has been read."""
        self.end()
        width = max(self.used_columns) - min(self.used_columns) + 1 if self.used_columns else 0
        return Cells(self.filled, self.broken, self.last_row, (self.last_row + 1) * width)


class _Columns(dict[str, int]):
    """The position of a column by its letters: `A` is 0, `AA` is 26."""

    def __missing__(self, letters: str) -> int:
        if not (1 <= len(letters) <= 3 and letters.isascii() and letters.isalpha() and letters.isupper()):
            raise DamagedError("holds a cell without a valid reference")
        position = 0
        for letter in letters:
            position = position * 26 + ord(letter) - ord("A") + 1
        if position > COLUMNS:
            raise DamagedError("holds a cell behind the last column")
        self[letters] = position - 1
        return position - 1


class _LocalNames(dict[str, str]):
    """The name of an element without its prefix, which is the program's choice."""

    def __missing__(self, tag: str) -> str:
        self[tag] = tag.rpartition(":")[2]
        return self[tag]


def _row(number: str, before: int) -> int:
    """A row from 0 by its number; it stands behind the one before it."""
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:8]) <= ROWS and len(number) <= 7):
        raise DamagedError("holds a row whose number is not valid")
    row = int(number) - 1
    if row <= before:
        raise DamagedError(f"gives the row {row + 1} twice, or rows out of order")
    return row


def _reference(row: int, column: int) -> str:
    """A cell as programs name it: `G2`."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"
