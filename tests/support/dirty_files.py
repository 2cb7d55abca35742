"""One sheet of customers with everything that goes wrong in them, written in every way in which programs write a CSV file.

What must become of each row is known beforehand, and the line on which it begins is counted while it is written.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import combinations, product

ENCODINGS = ("utf-8", "utf-8 BOM", "utf-16-le", "utf-16-le BOM", "utf-16-be", "utf-16-be BOM", "cp1252")
DELIMITERS = (",", ";", "\t", "|")
LINE_ENDS = ("\n", "\r\n", "\r")
MARKS = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}

HEADERS = (
    ("customer_id", "account_name", "billing_type"),
    ("Customer ID", "Account Name", "Billing Type"),
    ("CUSTOMER-ID", "account.name", " billing_Type? "),
    ("«Customer Id»", "_Name_", "(BillingType)"),
)

ANNA, BEN, CARA, DORA, EMIL, FATMA, GITA = (f"00000000-0000-4000-8000-{n:012}" for n in range(1, 8))


@dataclass(frozen=True)
class Row:
    """One row, and what must become of it: accepted, duplicate, or refused for these columns (empty: as a whole)."""

    cells: tuple[str, ...]
    fate: str = "accepted"
    columns: tuple[str, ...] = ()


def refused(cells: tuple[str, ...], *columns: str) -> Row:
    return Row(cells, "refused", columns)


BREAK = "⏎"
"""Stands for a line break inside a cell, which is written like those between the lines."""

SHEET: tuple[Row | str, ...] = (
    Row((ANNA, "Ünal Mondbrot GmbH", "term")),
    Row((BEN, f"Müller{BREAK}& Söhne{BREAK}{BREAK}Brillen", "usage")),
    "",
    refused(("no uuid", "Nobody", "term"), "customer_id"),
    Row((CARA, 'The "Best", of; two | worlds\there', "TRIAL")),
    refused((DORA, "too short"), ""),
    "   ",
    refused((DORA, f"too{BREAK}long", "term", "", "x"), ""),
    Row((ANNA, "Ünal Mondbrot GmbH", "term"), "duplicate"),
    refused((ANNA, "Somebody else", "term"), "customer_id"),
    refused((DORA, "null", "monthly"), "account_name", "billing_type"),
    Row((f"urn:uuid:{EMIL.upper()}", "  Emil’s – €uro  ", "")),
    "",
    "",
    refused(("", "", ""), "account_name", "customer_id"),
    Row((FATMA, "=1+1", "null")),
    refused((GITA, "the last one", "trail"), "billing_type"),
)

NAMES = (
    "Ünal Mondbrot GmbH",
    f"Müller{BREAK}& Söhne{BREAK}{BREAK}Brillen",
    'The "Best", of; two | worlds\there',
    "Emil’s – €uro",
    "=1+1",
)


@dataclass(frozen=True)
class Writing:
    """How a program writes a sheet."""

    encoding: str = "utf-8"
    delimiter: str = ","
    end: str = "\n"
    is_typed: bool = False
    all_quoted: bool = False
    ends_last_line: bool = True
    blank_lines_first: int = 0
    header: int = 0

    @property
    def text(self) -> str:
        """The file's text."""
        return "".join(text for _, text in self._lines())

    @property
    def content(self) -> bytes:
        """The file's bytes."""
        codec, _, mark = self.encoding.partition(" ")
        return (MARKS[codec] if mark else b"") + self.text.encode(codec)

    @property
    def rows(self) -> list[tuple[int, Row]]:
        """Each row with the line on which it begins, the first line of the file being 1."""
        line, found = 1, []
        for row, text in self._lines():
            if row is not None:
                found.append((line, row))
            line += text.count(self.end)
        return found

    @property
    def accounting(self) -> tuple[int, int, int, int]:
        """Rows read, accepted, quarantined, duplicates."""
        fates = [row.fate for _, row in self.rows]
        return (len(fates), *(fates.count(fate) for fate in ("accepted", "refused", "duplicate")))  # type: ignore[return-value]

    @property
    def refused(self) -> list[tuple[int, str]]:
        """Line and column of every broken rule."""
        return [(line, column) for line, row in self.rows for column in row.columns]

    @property
    def whole(self) -> list[tuple[int, tuple[str, ...]]]:
        """Line and cells of the rows that have as many fields as the header."""
        rows = [(line, row.cells) for line, row in self.rows if "" not in row.columns]
        return [(line, tuple(cell.replace(BREAK, self.inner_break) for cell in cells)) for line, cells in rows]

    @property
    def inner_break(self) -> str:
        """The line break that is read inside a cell: where no line feed is, a carriage return is read as one."""
        return "\n" if self.end == "\r" else self.end

    @property
    def names(self) -> list[str]:
        """The names of the customers that are accepted, in the order of the file."""
        return [name.replace(BREAK, self.inner_break) for name in NAMES]

    def _lines(self) -> Iterator[tuple[Row | None, str]]:
        if self.is_typed:
            yield None, "#TYPE System.Data.DataRow" + self.end
        yield None, self.end * self.blank_lines_first
        yield None, self._record(HEADERS[self.header])
        for row in SHEET[:-1]:
            yield (None, row + self.end) if isinstance(row, str) else (row, self._record(row.cells))
        last = SHEET[-1]
        assert isinstance(last, Row)
        record = self._record(last.cells)
        yield last, record if self.ends_last_line else record.removesuffix(self.end)

    def _record(self, cells: tuple[str, ...]) -> str:
        record = io.StringIO(newline="")
        write = partial(csv.writer, record, delimiter=self.delimiter, lineterminator=self.end)
        writer = write(quoting=csv.QUOTE_ALL) if self.all_quoted else write(quoting=csv.QUOTE_MINIMAL)
        writer.writerow(cell.replace(BREAK, self.end) for cell in cells)
        return record.getvalue()


def every_writing(encoding: str) -> list[Writing]:
    """Every combination of delimiter, line end, `#TYPE` line, quoting and last line end; the headers take turns."""
    ways = product(DELIMITERS, LINE_ENDS, (False, True), (False, True), (True, False))
    return [Writing(encoding, *way, blank_lines_first=number % 3, header=number % 4) for number, way in enumerate(ways)]


@cache
def every_pair() -> tuple[Writing, ...]:
    """Few files in which each two ways to write stand together somewhere."""
    ways = (ENCODINGS, DELIMITERS, LINE_ENDS, (False, True), (False, True), (True, False), (0, 1, 2), (0, 1, 2, 3))
    candidates = {way: pairs_of(way) for way in product(*ways)}
    missing = {
        (first, second, a, b)
        for first, second in combinations(range(len(ways)), 2)
        for a, b in product(ways[first], ways[second])
    }
    chosen = []
    while missing:
        best = max(candidates, key=lambda way: len(candidates[way] & missing))
        missing -= candidates[best]
        chosen.append(Writing(*best))
    return tuple(chosen)


def pairs_of(way: tuple[object, ...]) -> set[tuple[object, ...]]:
    return {(first, second, way[first], way[second]) for first, second in combinations(range(len(way)), 2)}


def records_in(text: str, delimiter: str) -> int:
    """How many rows the standard library finds below the header; an empty line is none."""
    csv.field_size_limit(2**31 - 1)
    lines = io.StringIO(text, newline="")
    if text.startswith("#TYPE"):
        lines.readline()
    records = csv.reader(lines, delimiter=delimiter)
    return sum(not is_blank(record) for record in records) - 1


def is_blank(record: list[str]) -> bool:
    """Whether a record is an empty line: nothing, or white space as Unicode has it, which Python's four separators are not."""
    text = "".join(record)
    return len(record) < 2 and not text.strip() and not set(text) & set("\x1c\x1d\x1e\x1f")
