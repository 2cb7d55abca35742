"""XLSX as people save it: the one sheet of a workbook that is an export."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from partner_analytics.errors import ExportError
from partner_analytics.loaders.columns import KnownColumns, check_columns, find_kind, named, settle_kind
from partner_analytics.loaders.decoding import File, content_of
from partner_analytics.loaders.table import Part, Table


def read_xlsx_table(
    source: File, known: Mapping[str, KnownColumns], kind: str | None, customer_id: str | None
) -> Table:
    """Read the sheet of a workbook whose header is known; an empty row is none, and a line is a row of the sheet.

    Raises
    ------
    ExportError
        If it is no workbook, several sheets are exports, none is, or a required column is missing.
    """
    file = source.path
    sheets = _sheets(file, content_of(source))
    fitting = [name for name, rows in sheets.items() if find_kind(_header(rows), known)] or list(sheets)
    if len(fitting) != 1:
        found = f"{len(fitting)} sheets that can be exports: {named(fitting)}" if fitting else "no row in any sheet"
        raise ExportError(f"{file} has {found}.", "save the sheet that is meant as a workbook of its own, or as CSV.")
    rows = sheets[fitting[0]]
    headers = _header(rows)
    kind = settle_kind(file, headers, known, kind)
    check_columns(file, kind, headers, known[kind], customer_id)
    cells = rows.slice(1)
    part = Part(lines=cells["line"], cells=cells.drop("line"))
    return Table(kind=kind, form="XLSX", delimiter="", headers=headers, parts=lambda progress: iter([part]))


def _sheets(file: str, content: bytes) -> dict[str, pl.DataFrame]:
    """The sheets that hold something: `line`, and the cells as text, each column by its position."""
    # Few exports are workbooks: the others need not wait for it.
    import fastexcel

    try:
        workbook = fastexcel.read_excel(content)
        sheets = {
            name: workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
            for name in workbook.sheet_names
        }
    except fastexcel.FastExcelError:
        raise ExportError(
            f"{file} is no workbook that can be read; expected an XLSX, CSV or JSON export.",
            "save the sheet as CSV, and load that.",
        ) from None
    return {name: rows for name, sheet in sheets.items() if (rows := _rows(sheet)).height}


def _rows(sheet: pl.DataFrame) -> pl.DataFrame:
    if not sheet.width:
        return sheet
    numbered = sheet.rename({name: str(position) for position, name in enumerate(sheet.columns)})
    is_filled = numbered.select(pl.any_horizontal(pl.all().str.strip_chars() != "")).to_series()
    return numbered.with_row_index("line", offset=1).with_columns(pl.col("line").cast(pl.Int64)).filter(is_filled)


def _header(rows: pl.DataFrame) -> tuple[str, ...]:
    return tuple(cell or "" for cell in rows.drop("line").row(0))
