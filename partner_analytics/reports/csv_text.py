"""A frame as the text of a CSV file."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from partner_analytics.safety.formulas import defused

__all__ = ["csv_text"]


def csv_text(frame: pl.DataFrame, headers: Sequence[str] = ()) -> str:
    """The frame as CSV: a header line, then a line a row, each ended by a line feed.

    Cells are quoted by RFC 4180, and only where they must be. What a spreadsheet would run as a formula gets an
    apostrophe before it (OWASP, CSV injection); numbers and days are no text. An absent value is an empty cell.

    Parameters
    ----------
    headers
        The header of each column, if not its name: headers can be the same, names cannot.
    """
    names = pl.Series("name", headers or frame.columns, dtype=pl.String).to_frame()
    header = ",".join(names.select(_text_cell("name")).to_series())
    if frame.is_empty():
        return header + "\n"
    if frame.width == 1:
        # A line of nothing would be no row to whoever reads it.
        return header + "\n" + "\n".join(line or '""' for line in _lines(frame)) + "\n"
    return header + "\n" + "\n".join(_lines(frame)) + "\n"


def _lines(frame: pl.DataFrame) -> list[str]:
    lines = frame.select(
        pl.concat_str([_cell(name, dtype) for name, dtype in frame.schema.items()], separator=",")
    ).to_series()
    return lines.to_list()


def _cell(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.Boolean:
        text = pl.when(column).then(pl.lit("true")).when(column.not_()).then(pl.lit("false"))
        return text.otherwise(pl.lit(""))
    if dtype == pl.Date:
        return column.dt.strftime("%Y-%m-%d").fill_null("")
    if dtype != pl.String:
        return column.cast(pl.String).fill_null("")
    return _text_cell(name)


def _text_cell(name: str) -> pl.Expr:
    safe = defused(pl.col(name))
    quoted = pl.lit('"') + safe.str.replace_all('"', '""', literal=True) + pl.lit('"')
    return pl.when(safe.str.contains('[,"\r\n]')).then(quoted).otherwise(safe).fill_null("")
