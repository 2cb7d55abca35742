"""All reports as one XLSX workbook: a sheet a report, with real days and numbers, and no text that is a formula."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from partner_analytics.errors import UsageError
from partner_analytics.languages import day_format, say, spoken
from partner_analytics.publish.file_names import one_line
from partner_analytics.reports.headers import headers
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

LONGEST_FOOT: Final = 80
WIDEST: Final = 40
A4: Final = 9

BY_DAY: Final = ("actions", "renewals")
"""The reports that go by days; in all others the most urgent customer comes first."""

FIRST: Final = ("customer_name",)
PEOPLE: Final = ("account_manager", "contact_name", "contact_email", "contact_phone")
IDS: Final = ("product_code", "license_id", "customer_id")
PLACE: Final = "directory.place"

SOURCES: Final = ("file", "kind", "snapshot_date", "rows_read", "accepted", "quarantined", "duplicates", "sha256")


def workbook(reports: Sequence[Report]) -> bytes:
    """The reports as one workbook; the last sheet, `sources`, names the files that they rest on.

    The same reports are the same bytes: what a workbook says of its making is the day that the reports are about.

    Raises
    ------
    UsageError
        A report has more rows than a sheet holds.
    """
    with spoken(reports[0].basis.language):
        return _said(reports)


def _said(reports: Sequence[Report]) -> bytes:
    """The workbook in the language that is spoken."""
    import xlsxwriter

    basis = reports[0].basis
    title = basis.pack.title if basis.pack else say("Partner report")
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": day_format().replace("%Y", "yyyy").replace("%m", "mm").replace("%d", "dd"),
    }
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties(
            {
                "title": pl.select(one_line(pl.lit(title)).str.slice(0, LONGEST_TITLE)).item(),
                "subject": say("As of {day}", day=basis.as_of),
                "author": "partner-analytics",
                "created": datetime.combine(basis.as_of, time()),
            }
        )
        look = _Look(
            head=book.add_format(
                {"bold": True, "bottom": 1, "bg_color": "#E9ECF0", "text_wrap": True, "valign": "top"}
            ),
            text=book.add_format({"quote_prefix": True}),
            footer=_footer(basis),
        )
        for report in reports:
            for name, frame in {report.name: report.frame, **report.further}.items():
                shown = _for_people(frame, basis, keeps_order=name in BY_DAY)
                _write(book.add_worksheet(name), shown, headers(shown.columns, report.columns), look)
        sources = _sources(basis)
        _write(book.add_worksheet("sources"), sources, headers(sources.columns), look)
    return file.getvalue()


@dataclass(frozen=True)
class _Look:
    """The formats of a header, and of a text that would be a formula once somebody edits its cell; the printed foot."""

    head: Any
    text: Any
    footer: str


def _footer(basis: Basis) -> str:
    """What stands at the foot of a printed page; `&` begins a code there, and is one when it is doubled."""
    name = pl.select(one_line(pl.lit(basis.partner)).str.slice(0, LONGEST_FOOT)).item().replace("&", "&&")
    middle, right = say("As of {day}", day=basis.as_of), say("&A, page &P of &N")
    return f"&L{name}&C{middle}&R{right}"


def _for_people(frame: pl.DataFrame, basis: Basis, *, keeps_order: bool) -> pl.DataFrame:
    """The rows, the most urgent customer first; the customer first, whom to call near the end, and ids last."""
    if basis.directory is not None and "customer_id" in frame.columns:
        known = basis.directory().with_row_index(PLACE)
        known = known.select("customer_id", PLACE, *(name for name in PEOPLE if name not in frame.columns))
        frame = frame.join(known, on="customer_id", how="left", maintain_order="left")
        frame = (frame if keeps_order else frame.sort(PLACE, nulls_last=True, maintain_order=True)).drop(PLACE)
    last = [name for name in (*PEOPLE, *IDS) if name in frame.columns]
    first = [name for name in FIRST if name in frame.columns]
    return frame.select(*first, *(name for name in frame.columns if name not in {*first, *last}), *last)


def _write(sheet: Any, frame: pl.DataFrame, titles: Sequence[str], look: _Look) -> None:
    """Write a frame column by column, below a header that stays in sight, filters, and is printed on each page."""
    if frame.height > MOST_ROWS:
        raise UsageError(
            f"The report `{sheet.name}` has {frame.height:,} rows, and a sheet of a workbook holds {MOST_ROWS:,}.",
            "write it as CSV: --format csv",
        )
    sheet.write_row(0, 0, titles, look.head)
    for number, column in enumerate(frame.iter_columns()):
        values = _values(column)
        longest_word = max(map(len, titles[number].split()))
        widest = max(int(str(column.cast(pl.String).str.len_chars().max() or 0)), longest_word + 3)
        sheet.set_column(number, number, min(widest, WIDEST) + 1)
        sheet.write_column(1, number, values)
        if column.dtype == pl.String:
            for row in frame.select(is_formula(pl.col(column.name)).fill_null(value=False).arg_true()).to_series():
                sheet.write_string(row + 1, number, values[row], look.text)
    is_named = frame.columns[:1] == [*FIRST]
    sheet.freeze_panes(1, 1 if is_named else 0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(look.footer)
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
