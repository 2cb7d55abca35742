"""XLSX as people save it: the one sheet of a workbook that is an export."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from partner_analytics.errors import ExportError
from partner_analytics.loaders.columns import KnownColumns, check_columns, find_kind, named, settle_kind
from partner_analytics.loaders.decoding import File, content_of
from partner_analytics.loaders.table import AS_WRITTEN, Part, Table, refused_rows
from partner_analytics.loaders.xlsx_errors import error_cells


def read_xlsx_table(
    source: File, known: Mapping[str, KnownColumns], kind: str | None, customer_id: str | None
) -> Table:
    """Read the sheet of a workbook whose header is known; an empty row is none, and a line is a row of the sheet.

    Raises
    ------
    ExportError
        If it is no workbook, several sheets are exports, none is, or a required column is missing.
    """
    file, content = source.path, content_of(source)
    sheets = _sheets(file, content)
    name = _export_among(file, sheets, known, kind)
    rows = sheets[name]
    headers = _header(rows)
    kind = settle_kind(file, headers, known, kind)
    check_columns(file, kind, headers, known[kind], customer_id)
    try:
        cells = _with_errors(rows.slice(1), error_cells(content, name))
    except ValueError:
        raise _unreadable(file) from None
    own = [str(position) for position in range(len(headers))]
    beyond = pl.any_horizontal(pl.lit(value=False), pl.all().exclude("line", *own).str.strip_chars() != "")
    is_longer = cells.select(beyond.fill_null(value=False)).to_series()
    longer = cells.filter(is_longer)
    reason = f"has cells beyond the {len(headers)} columns of the header"
    part = Part(
        lines=cells.filter(~is_longer)["line"],
        cells=cells.filter(~is_longer).select(own),
        refused=refused_rows(
            longer["line"],
            longer.select(pl.concat_str(pl.all().exclude("line"), separator=", ", ignore_nulls=True)).to_series(),
            pl.repeat(reason, longer.height, dtype=pl.String, eager=True),
        ),
        as_written=longer.select("line", pl.concat_list(pl.all().exclude("line")).alias("cells")).cast(AS_WRITTEN),
    )
    return Table(kind=kind, form="XLSX", delimiter="", headers=headers, parts=lambda progress: iter([part]))


def _export_among(
    file: str, sheets: Mapping[str, pl.DataFrame], known: Mapping[str, KnownColumns], kind: str | None
) -> str:
    """The name of the one sheet that is an export, of the kind asked for if one is."""
    fits = {name: find_kind(_header(rows), known) for name, rows in sheets.items()}
    fitting = [name for name, found in fits.items() if found and kind in (None, found)] or list(sheets)
    if len(fitting) != 1:
        found = f"{len(fitting)} sheets that can be exports: {named(fitting)}" if fitting else "no row in any sheet"
        raise ExportError(f"{file} has {found}.", "save the sheet that is meant as a workbook of its own, or as CSV.")
    return fitting[0]


def _with_errors(cells: pl.DataFrame, errors: Mapping[int, Mapping[int, str]]) -> pl.DataFrame:
    """The cells with the errors of formulas as what they show."""
    return cells.with_columns(
        pl.col("line")
        .replace_strict(list(shown), list(shown.values()), default=pl.col(str(position)), return_dtype=pl.String)
        .alias(str(position))
        for position, shown in errors.items()
        if str(position) in cells.columns
    )


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
        raise _unreadable(file) from None
    return {name: rows for name, sheet in sheets.items() if (rows := _rows(sheet)).height}


def _unreadable(file: str) -> ExportError:
    return ExportError(
        f"{file} is no workbook that can be read; expected an XLSX, CSV or JSON export.",
        "save the sheet as CSV, and load that.",
    )


def _rows(sheet: pl.DataFrame) -> pl.DataFrame:
    if not sheet.width:
        return sheet
    numbered = sheet.rename({name: str(position) for position, name in enumerate(sheet.columns)})
    is_filled = numbered.select(pl.any_horizontal(pl.all().str.strip_chars() != "")).to_series()
    return numbered.with_row_index("line", offset=1).with_columns(pl.col("line").cast(pl.Int64)).filter(is_filled)


def _header(rows: pl.DataFrame) -> tuple[str, ...]:
    """The cells of the first row up to the last that is filled."""
    cells = [(cell or "").strip() for cell in rows.drop("line").row(0)]
    return tuple(cells[: max((n for n, cell in enumerate(cells, start=1) if cell), default=0)])
