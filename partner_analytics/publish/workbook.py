"""All reports as one XLSX workbook: a sheet a report, with real days and numbers, and no text that is a formula."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from partner_analytics.errors import UsageError
from partner_analytics.publish.file_names import one_line
from partner_analytics.safety.formulas import is_formula

if TYPE_CHECKING:
    from collections.abc import Sequence

    from partner_analytics.as_of.basis import Basis
    from partner_analytics.reports import Report

__all__ = ["workbook"]

MOST_ROWS: Final = 1_048_575
"""How many rows a sheet holds below its header."""

LONGEST_TEXT: Final = 32_767
"""How many units of UTF-16 a cell holds: a character beyond the first 65,536 is two of them."""

LONGEST_TITLE: Final = 120

LARGEST_NUMBER: Final = 999_999_999_999_999
"""A spreadsheet keeps 15 digits of a number; a column with more is written as text, which keeps them all."""

FIRST_DAY: Final = date(1900, 3, 1)
"""A spreadsheet counts days before this one wrongly, or not at all: a column with such a day is written as text."""

SOURCES: Final = ("file", "kind", "snapshot_date", "rows_read", "accepted", "quarantined", "duplicates", "sha256")


def workbook(reports: Sequence[Report]) -> bytes:
    """The reports as one workbook; the last sheet, `sources`, names the files that they rest on.

    The same reports are the same bytes: what a workbook says of its making is the day that the reports are about.

    Raises
    ------
    UsageError
        A report has more rows than a sheet holds.
    """
    import xlsxwriter

    basis = reports[0].basis
    title = basis.pack.title if basis.pack else "Partner report"
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties(
            {
                "title": pl.select(one_line(pl.lit(title)).str.slice(0, LONGEST_TITLE)).item(),
                "subject": f"As of {basis.as_of}",
                "author": "partner-analytics",
                "created": datetime.combine(basis.as_of, time()),
            }
        )
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E9ECF0"})
        text = book.add_format({"quote_prefix": True})
        for report in reports:
            for name, frame in {report.name: report.frame, **report.further}.items():
                _write(book.add_worksheet(name), frame, head, text)
        _write(book.add_worksheet("sources"), _sources(basis), head, text)
    return file.getvalue()


def _write(sheet: Any, frame: pl.DataFrame, head: Any, text: Any) -> None:
    """Write a frame column by column, below a header that stays in sight and filters.

    Parameters
    ----------
    head, text
        The formats of a header, and of a text that would be a formula once somebody edits its cell.
    """
    if frame.height > MOST_ROWS:
        raise UsageError(
            f"The report `{sheet.name}` has {frame.height:,} rows, and a sheet of a workbook holds {MOST_ROWS:,}.",
            "write it as CSV: --format csv",
        )
    sheet.write_row(0, 0, frame.columns, head)
    for number, column in enumerate(frame.iter_columns()):
        values = _values(column)
        widest = max(int(str(column.cast(pl.String).str.len_chars().max() or 0)), len(column.name) + 3)
        sheet.set_column(number, number, min(widest, 48) + 1)
        sheet.write_column(1, number, values)
        if column.dtype == pl.String:
            for row in frame.select(is_formula(pl.col(column.name)).fill_null(value=False).arg_true()).to_series():
                sheet.write_string(row + 1, number, values[row], text)
    sheet.freeze_panes(1, 0)
    if frame.width:
        sheet.autofilter(0, 0, max(frame.height, 1), frame.width - 1)


def _values(column: pl.Series) -> list[object]:
    """The values of a column as a workbook can hold them; what it would change is text."""
    if column.dtype == pl.Date and (column < FIRST_DAY).any():
        column = column.dt.to_string("%Y-%m-%d")
    elif column.dtype.is_integer() and (column.cast(pl.Int64).abs() > LARGEST_NUMBER).any():
        column = column.cast(pl.String)
    elif column.dtype == pl.String:
        text = pl.col(column.name)
        units = text.str.len_chars() + text.str.count_matches(r"[\x{10000}-\x{10FFFF}]")
        longest = pl.when(units > text.str.len_chars()).then(LONGEST_TEXT // 2).otherwise(LONGEST_TEXT)
        column = column.to_frame().select(text.str.slice(0, longest)).to_series()
    values: list[object] = column.to_list()
    return values


def _sources(basis: Basis) -> pl.DataFrame:
    return basis.loads.select(name for name in SOURCES if name in basis.loads.columns)
