"""A frame as the text of a CSV file."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

__all__ = ["csv_text"]


def csv_text(frame: pl.DataFrame, headers: Sequence[str] = ()) -> str:
    """The frame as CSV: a header line, then a line a row, each ended by a line feed.

    Cells are quoted by RFC 4180, and only where they must be. A text that a spreadsheet would run as a formula gets
    a leading apostrophe (OWASP, CSV injection); numbers and days are no text. An absent value is an empty cell.

    Parameters
    ----------
    headers
        The header of each column, if not its name: headers can be the same, names cannot.
    """
    header = ",".join(_header(name) for name in headers or frame.columns)
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
    safe = pl.when(column.str.contains(r"\A[=+\-@\t\r]")).then(pl.lit("'") + column).otherwise(column)
    quoted = pl.lit('"') + safe.str.replace_all('"', '""', literal=True) + pl.lit('"')
    return pl.when(safe.str.contains('[,"\r\n]')).then(quoted).otherwise(safe).fill_null("")


def _header(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if any(sign in name for sign in ',"\r\n') else name
