"""The sheets of a workbook that can be seen, as frames of text; read in a process of its own, within bounds."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from partner_analytics.errors import ExportError
from partner_analytics.loaders.source import Content
from partner_analytics.loaders.table import BROKEN
from partner_analytics.loaders.xlsx_cells import COLUMNS, Cells, cells_of
from partner_analytics.loaders.xlsx_parts import VISIBLE, DamagedError, parts_of, sheets_in
from partner_analytics.safety.isolation import limit_memory, started

LARGEST = 256 * 2**20
"""How many bytes a workbook may have; a million rows take 60 of these millions."""

AREA = 32_000_000
"""How many cells its sheets may have: a million rows of 30 columns."""

MEMORY = 4 * 2**30
SECONDS = 600.0
"""How much memory and time a workbook may take: a million rows of 14 columns take a third of the one, a tenth of the other."""


@dataclass(frozen=True)
class Sheet:
    """A sheet that holds something.

    Parameters
    ----------
    rows
        One row per row of the sheet that is not empty: `line`, and the cells as text, each column by its position.
    broken
        Its cells for which nobody can tell a value, as in `Part`; `rows` holds what stands in them.
    """

    rows: pl.DataFrame
    broken: pl.DataFrame


@dataclass(frozen=True)
class Workbook:
    """What a workbook holds.

    Parameters
    ----------
    sheets
        The worksheets that can be seen and hold something, by their names.
    left_out
        The other ones, but for the empty ones: name, and why it is not read.
    """

    sheets: Mapping[str, Sheet]
    left_out: Mapping[str, str]


def read_workbook(content: Content) -> Workbook:
    """Read a workbook in a process of its own, which it cannot take more memory or time than it may.

    Raises
    ------
    ExportError
        If it cannot be read, or is larger than workbooks are.
    """
    if content.size > LARGEST:
        raise ExportError(
            f"{content.name} is a workbook of {content.size:,} bytes; expected at most {LARGEST:,}.",
            "save the sheet as CSV, and load that.",
        )
    with started("partner_analytics.loaders.xlsx_sheets") as process:
        try:
            said, _ = process.communicate(json.dumps(content.name).encode() + b"\n" + content.whole(), SECONDS)
        except subprocess.TimeoutExpired:
            raise _too_much(content.name, f"takes longer than {SECONDS:,.0f} seconds to read") from None
        finally:
            process.kill()
    head, _, rest = said.partition(b"\n")
    if not head:
        raise _too_much(content.name, f"cannot be read in {MEMORY >> 30} GB of memory, or breaks its reader")
    told = json.loads(head)
    if "error" in told:
        raise ExportError(told["error"], told["hint"])
    frames = io.BytesIO(rest)
    return Workbook(
        {
            name: Sheet(*(pl.read_ipc(io.BytesIO(frames.read(size))) for size in sizes))
            for name, *sizes in told["sheets"]
        },
        told["left_out"],
    )


def main() -> None:
    """Read the workbook that stands on stdin after its name."""
    file = json.loads(sys.stdin.buffer.readline())
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        limit_memory(MEMORY)
        try:
            found = workbook_of(file, sys.stdin.buffer.read())
            frames = [[_as_ipc(sheet.rows), _as_ipc(sheet.broken)] for sheet in found.sheets.values()]
            sizes = [[name, *map(len, both)] for name, both in zip(found.sheets, frames, strict=True)]
            out.write(json.dumps({"sheets": sizes, "left_out": dict(found.left_out)}).encode() + b"\n")
            out.writelines(frame for both in frames for frame in both)
        except ExportError as error:
            out.write(json.dumps({"error": error.message, "hint": error.hint}).encode() + b"\n")


def workbook_of(file: str, content: bytes) -> Workbook:
    """What a workbook holds.

    Raises
    ------
    ExportError
        If it cannot be read, is larger than workbooks are, or its cells are not each there once.
    """
    # Few exports are workbooks: the others need not wait for it.
    import fastexcel

    sheets: dict[str, Sheet] = {}
    left_out: dict[str, str] = {}
    try:
        with parts_of(file, content) as book:
            places = {}
            for listed in sheets_in(book):
                if listed.part is None or listed.state != VISIBLE:
                    left_out[listed.name] = "hidden" if listed.state != VISIBLE else "no sheet of cells"
                    continue
                with book.open(listed.part) as part:
                    places[listed.name] = cells_of(part)
            area = sum(cells.area for cells in places.values())
            if area > AREA:
                raise ExportError(
                    f"{file} has {area:,} cells between the first and the last that is filled; expected at most {AREA:,}.",
                    "clear the cells that stand far away from the table, or save the sheet as CSV.",
                )
        if area:
            workbook = fastexcel.read_excel(content)
            for name, cells in places.items():
                sheet = _sheet(workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string"), cells)
                if sheet.rows.height:
                    sheets[name] = sheet
    except (fastexcel.FastExcelError, DamagedError) as error:
        how = f": it {error}" if isinstance(error, DamagedError) and str(error) else ""
        raise ExportError(
            f"{file} cannot be read as a workbook{how}; expected an XLSX, CSV or JSON export.",
            "save the sheet as CSV, and load that.",
        ) from None
    return Workbook(sheets, left_out)


def _sheet(read: object, cells: Cells) -> Sheet:
    """A sheet, with what stands in the cells that have no value, in which the two ways to read it agree."""
    columns = [info.absolute_index for info in read.available_columns()]  # type: ignore[attr-defined]
    frame: pl.DataFrame = read.to_polars()  # type: ignore[attr-defined]
    frame = frame.rename(dict(zip(frame.columns, map(str, columns), strict=True)))
    _check_same(frame, cells)
    broken = pl.DataFrame(
        cells.broken, {"row": pl.Int64, "column": pl.Int64, "value": pl.String, "reason": pl.String}, orient="row"
    )
    order = sorted({*columns, *broken["column"]})
    frame = frame.with_row_index("line", offset=1).cast({"line": pl.Int64})
    if frame.height <= cells.last_row:
        lines = pl.DataFrame({"line": pl.int_range(1, cells.last_row + 2, eager=True)})
        frame = lines.join(frame, on="line", how="left", maintain_order="left")
    frame = frame.with_columns(pl.lit(None, pl.String).alias(str(n)) for n in order if n not in columns)
    frame = frame.with_columns(
        pl.col("line")
        .replace_strict(of["row"] + 1, of["value"], default=pl.col(str(column)), return_dtype=pl.String)
        .alias(str(column))
        for (column,), of in broken.group_by("column")
    )
    positions = {column: position for position, column in enumerate(order)}
    rows = frame.select("line", *(pl.col(str(column)).alias(str(position)) for column, position in positions.items()))
    is_filled = pl.any_horizontal(pl.lit(value=False), pl.all().exclude("line").str.strip_chars() != "")
    return Sheet(
        rows.filter(is_filled.fill_null(value=False)),
        broken.select(
            (pl.col("row") + 1).alias("line"),
            pl.col("column").replace_strict(positions, return_dtype=pl.Int64).alias("position"),
            "value",
            "reason",
        ).cast(BROKEN),
    )


def _check_same(frame: pl.DataFrame, cells: Cells) -> None:
    """Raise DamagedError if a cell that holds a value is not there, or one that holds none is."""
    places = [
        (frame[name].str.strip_chars() != "").fill_null(value=False).arg_true().cast(pl.Int64) * COLUMNS + int(name)
        for name in frame.columns
    ]
    read = pl.concat(places).sort() if places else pl.Series(dtype=pl.Int64)
    written = pl.Series(cells.filled, dtype=pl.Int64)
    place, can_be_empty = written // 2, written % 2 == 1
    if place.equals(read):
        return
    broken = pl.Series([row * COLUMNS + column for row, column, *_ in cells.broken], dtype=pl.Int64)
    is_lost = ~place.is_in(read.implode()) & ~can_be_empty
    if is_lost.any() or not read.is_in(pl.concat([place, broken]).implode()).all():
        raise DamagedError("holds cells that cannot be read with certainty")


def _as_ipc(frame: pl.DataFrame) -> bytes:
    content = io.BytesIO()
    frame.write_ipc(content)
    return content.getvalue()


def _too_much(file: str, how: str) -> ExportError:
    return ExportError(f"{file} {how}.", "save the sheet as CSV, and load that.")
