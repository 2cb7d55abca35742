"""XLSX as people save it: the one sheet of a workbook that is an export."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from partner_analytics.errors import ExportError
from partner_analytics.loaders.columns import (
    MOST_TITLES,
    KnownColumns,
    check_columns,
    find_kind,
    header_place,
    named,
    said_of_titles,
    settle_kind,
)
from partner_analytics.loaders.decoding import Text
from partner_analytics.loaders.table import AS_WRITTEN, Part, Table, refused_rows
from partner_analytics.loaders.xlsx_sheets import Workbook, read_workbook


def read_xlsx_table(
    source: Text, known: Mapping[str, KnownColumns], kind: str | None, customer_id: str | None
) -> Table:
    """Read the sheet of a workbook whose header is known; an empty row is none, and a line is a row of the sheet.

    Raises
    ------
    ExportError
        If it is no workbook, several sheets are exports, none is, or a required column is missing.
    """
    file, workbook = source.name, read_workbook(source.content)
    name = _export_among(file, workbook, known, kind)
    sheet = workbook.sheets[name]
    place = _header_place(sheet.rows, known, kind)
    headers = _cells(sheet.rows, place)
    kind = settle_kind(file, headers, known, kind)
    check_columns(file, kind, headers, known[kind], customer_id)
    cells = sheet.rows.slice(place + 1)
    own = [str(position) for position in range(len(headers))]
    beyond = pl.any_horizontal(pl.lit(value=False), pl.all().exclude("line", *own).str.strip_chars() != "")
    is_longer = cells.select(beyond.fill_null(value=False)).to_series()
    longer, fitting = cells.filter(is_longer), cells.filter(~is_longer)
    reason = f"has cells beyond the {len(headers)} columns of the header"
    part = Part(
        lines=fitting["line"],
        cells=fitting.select(own),
        refused=refused_rows(
            longer["line"],
            longer.select(pl.concat_str(pl.all().exclude("line"), separator=", ", ignore_nulls=True)).to_series(),
            pl.repeat(reason, longer.height, dtype=pl.String, eager=True),
        ),
        as_written=longer.select("line", pl.concat_list(pl.all().exclude("line")).alias("cells")).cast(AS_WRITTEN),
        broken=sheet.broken.filter(pl.col("line").is_in(fitting["line"].implode())),
    )
    return Table(
        kind=kind,
        form="XLSX",
        delimiter="",
        headers=headers,
        parts=lambda progress: iter([part]),
        notes=(
            *_left_out(workbook, name),
            *said_of_titles([" ".join(filter(None, _cells(sheet.rows, title))) for title in range(place)]),
        ),
    )


def _export_among(file: str, workbook: Workbook, known: Mapping[str, KnownColumns], kind: str | None) -> str:
    """The name of the one sheet that is an export, of the kind asked for if one is."""
    sheets = {
        name: _cells(sheet.rows, _header_place(sheet.rows, known, kind)) for name, sheet in workbook.sheets.items()
    }
    fits = {name: find_kind(header, known) for name, header in sheets.items()}
    fitting = [name for name, found in fits.items() if found and kind in (None, found)]
    hidden = [name for name, why in workbook.left_out.items() if why == "hidden"]
    if hidden and not fitting and (kind is None or not sheets):
        raise ExportError(
            f"{file} has no export in a visible sheet, and hidden sheets are not read: {named(hidden)}.",
            "to load one of them, show it (Unhide), and save the workbook.",
        )
    fitting = fitting or list(sheets)
    if len(fitting) != 1:
        found = (
            f"{len(fitting)} sheets that may be exports; expected one: {named(fitting)}"
            if fitting
            else "no row in any sheet"
        )
        raise ExportError(f"{file} has {found}.", "save the sheet that you mean as a workbook of its own, or as CSV.")
    return fitting[0]


def _left_out(workbook: Workbook, read: str) -> tuple[str, ...]:
    """Which sheets were not read, in a sentence; nothing where there is no other one."""
    others = {name: "" for name in workbook.sheets if name != read} | dict(workbook.left_out)
    if not others:
        return ()
    listed = ", ".join(f"{named([name])}{f' ({why})' if why else ''}" for name, why in others.items())
    return (f"only its sheet {named([read])} was read, and not: {listed}.",)


def _header_place(rows: pl.DataFrame, known: Mapping[str, KnownColumns], kind: str | None) -> int:
    """Which row of a sheet is its header."""
    first = range(min(rows.height, MOST_TITLES + 1))
    return header_place([_cells(rows, place) for place in first], known, kind)


def _cells(rows: pl.DataFrame, place: int) -> tuple[str, ...]:
    """The cells of a row up to the last that is filled."""
    cells = [(cell or "").strip() for cell in rows.drop("line").row(place)]
    return tuple(cells[: max((n for n, cell in enumerate(cells, start=1) if cell), default=0)])
