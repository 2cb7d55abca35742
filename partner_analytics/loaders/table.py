"""What a reader of one form hands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

REFUSED: Final = pl.Schema({"line": pl.Int64, "column_name": pl.String, "value": pl.String, "reason": pl.String})


@dataclass(frozen=True)
class Table:
    """The rows of one file as text.

    Parameters
    ----------
    kind, form, delimiter
        As in `RawExport`.
    headers
        The header of each column.
    lines
        The line, or the item's position, of each row of the right shape.
    cells
        Those rows; each column has its position for a name, since headers can be the same.
    refused
        One row per row refused as a whole.
    empty_answers, announced
        As in `RawExport`.
    """

    kind: str
    form: str
    delimiter: str
    headers: tuple[str, ...]
    lines: pl.Series
    cells: pl.DataFrame
    refused: pl.DataFrame
    empty_answers: tuple[str, ...] = ()
    announced: int | None = None


def refused_rows(lines: pl.Series, values: pl.Series, reasons: pl.Series) -> pl.DataFrame:
    """One row per row refused as a whole."""
    return pl.DataFrame(
        {
            "line": lines,
            "column_name": [""] * lines.len(),
            "value": values,
            "reason": reasons,
        },
        schema=REFUSED,
    )
