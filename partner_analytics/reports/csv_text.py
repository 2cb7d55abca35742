"""A frame as the text of a CSV file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import IO, Final

import polars as pl

from partner_analytics.safety.formulas import could_hold_formulas, defused

__all__ = ["EXCEL", "MACHINES", "CsvTable", "Dialect", "csv_table", "csv_text"]


@dataclass(frozen=True)
class Dialect:
    """For whom a CSV file is written.

    Parameters
    ----------
    separator
        What stands between two cells.
    mark
        What the text begins with, by which a spreadsheet knows that it is UTF-8.
    shows_telephones
        Whether a telephone number such as `+49 30 1234567` stands without an apostrophe. Digits in groups are no formula.
    decimal
        What stands before the decimals of a number.
    """

    separator: str = ","
    mark: str = ""
    shows_telephones: bool = False
    decimal: str = "."


MACHINES: Final = Dialect()
EXCEL: Final = Dialect(";", "\ufeff", shows_telephones=True)
"""What a spreadsheet opens as a table by a double click where the decimal sign is a comma."""

TELEPHONE: Final = r"\A\+[0-9]{1,3}(?: [0-9]+)+\z"


@dataclass(frozen=True)
class CsvTable:
    """A frame as the cells of a CSV file.

    Parameters
    ----------
    parts
        The line of headers and the rows, each cell as it is written.
    dialect
        For whom it is written.
    """

    parts: tuple[pl.DataFrame, ...]
    dialect: Dialect

    @property
    def text(self) -> str:
        """What stands in the file."""
        lines = (part.write_csv(include_header=False, separator=self.dialect.separator) for part in self.parts)
        return "".join((self.dialect.mark, *lines))

    def write(self, file: IO[bytes]) -> None:
        """Write it in UTF-8: large ones take less time and memory so than as a text."""
        file.write(self.dialect.mark.encode())
        for part in self.parts:
            part.write_csv(file, include_header=False, separator=self.dialect.separator)


def csv_text(frame: pl.DataFrame, headers: Sequence[str] = (), dialect: Dialect = MACHINES) -> str:
    """The text of the frame as CSV, as `csv_table` says."""
    return csv_table(frame, headers, dialect).text


def csv_table(frame: pl.DataFrame, headers: Sequence[str] = (), dialect: Dialect = MACHINES) -> CsvTable:
    """The frame as CSV: a header line, then a line a row, each ended by a line feed.

    Cells are quoted by RFC 4180, and only where they must be. What a spreadsheet would run as a formula gets an
    apostrophe before it (OWASP, CSV injection); numbers and days are no text. An absent value is an empty cell.

    Parameters
    ----------
    headers
        The header of each column, if not its name: headers can be the same, names cannot.
    dialect
        For whom it is written.
    """
    names = headers or frame.columns
    header = pl.DataFrame([names], [f"c{number}" for number in range(len(names))], orient="row")
    return CsvTable(tuple(_cells(rows, dialect) for rows in (header, frame) if rows.width), dialect)


def _cells(frame: pl.DataFrame, dialect: Dialect) -> pl.DataFrame:
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    # Hardly a column has a cell to be careful with, and to look at all cells is cheaper than to write each anew.
    found = frame.select(could_hold_formulas(pl.col(name)).any() for name in texts)
    careful = {name for name in texts if found.item(0, name)}
    cells = frame.select(_cell(name, dtype, careful, dialect) for name, dtype in frame.schema.items())
    # A line of nothing would be no row to whoever reads it; two quotes are one.
    return cells.select(pl.all().cast(pl.String).fill_null("")) if cells.width == 1 else cells


def _cell(name: str, dtype: pl.DataType, careful: Collection[str], dialect: Dialect) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.String:
        safe = _defused(column, dialect) if name in careful else column
        # An empty text would be written as two quotes, to tell it from an absent value.
        return pl.when(safe != "").then(safe).alias(name)
    if dtype.is_float() or dtype.is_decimal():
        return column.cast(pl.String).str.replace(".", dialect.decimal, literal=True)
    return column if dtype.is_integer() or dtype in (pl.Boolean, pl.Date) else column.cast(pl.String)


def _defused(text: pl.Expr, dialect: Dialect) -> pl.Expr:
    if not dialect.shows_telephones:
        return defused(text)
    return pl.when(text.str.contains(TELEPHONE)).then(text).otherwise(defused(text))
