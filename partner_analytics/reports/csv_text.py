"""A frame as the text of a CSV file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from partner_analytics.safety.formulas import defused

__all__ = ["EXCEL", "MACHINES", "Dialect", "csv_text"]


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


def csv_text(frame: pl.DataFrame, headers: Sequence[str] = (), dialect: Dialect = MACHINES) -> str:
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
    separator = dialect.separator
    names = pl.Series("name", headers or frame.columns, dtype=pl.String).to_frame()
    header = dialect.mark + separator.join(names.select(_text_cell("name", dialect)).to_series())
    if frame.is_empty():
        return header + "\n"
    if frame.width == 1:
        # A line of nothing would be no row to whoever reads it.
        return header + "\n" + "\n".join(line or '""' for line in _lines(frame, dialect)) + "\n"
    return header + "\n" + "\n".join(_lines(frame, dialect)) + "\n"


def _lines(frame: pl.DataFrame, dialect: Dialect) -> list[str]:
    lines = frame.select(
        pl.concat_str(
            [_cell(name, dtype, dialect) for name, dtype in frame.schema.items()], separator=dialect.separator
        )
    ).to_series()
    return lines.to_list()


def _cell(name: str, dtype: pl.DataType, dialect: Dialect) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.Boolean:
        text = pl.when(column).then(pl.lit("true")).when(column.not_()).then(pl.lit("false"))
        return text.otherwise(pl.lit(""))
    if dtype == pl.Date:
        return column.dt.strftime("%Y-%m-%d").fill_null("")
    if dtype.is_float() or dtype.is_decimal():
        return column.cast(pl.String).str.replace(".", dialect.decimal, literal=True).fill_null("")
    if dtype != pl.String:
        return column.cast(pl.String).fill_null("")
    return _text_cell(name, dialect)


def _text_cell(name: str, dialect: Dialect) -> pl.Expr:
    text = pl.col(name)
    safe = defused(text)
    if dialect.shows_telephones:
        safe = pl.when(text.str.contains(TELEPHONE)).then(text).otherwise(safe)
    quoted = pl.lit('"') + safe.str.replace_all('"', '""', literal=True) + pl.lit('"')
    return pl.when(safe.str.contains(f'[{dialect.separator}"\r\n]')).then(quoted).otherwise(safe).fill_null("")
