"""What a reader of one form hands on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

import polars as pl

REFUSED: Final = pl.Schema({"line": pl.Int64, "column_name": pl.String, "value": pl.String, "reason": pl.String})
BROKEN: Final = pl.Schema({"line": pl.Int64, "position": pl.Int64, "value": pl.String, "reason": pl.String})
AS_WRITTEN: Final = pl.Schema([("line", pl.Int64()), ("cells", pl.List(pl.String()))])

Progress = Callable[[int], None]
"""What is told how many more bytes of a file have been read."""


@dataclass(frozen=True)
class Part:
    """Some of the rows of a file, as text.

    Parameters
    ----------
    lines
        The line, or the item's position, of each row of the right shape.
    cells
        Those rows; each column has its position for a name, since headers can be the same.
    refused
        One row per row refused as a whole: `line`, `column_name` (empty), `value`, `reason`.
    as_written
        The same rows, field by field: `line`, `cells`.
    broken
        One row per cell of the other rows for which nobody can tell a value: `line`, `position` of the column, `value`
        (as much of it as there is), `reason`.
    """

    lines: pl.Series
    cells: pl.DataFrame
    refused: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REFUSED))
    as_written: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=AS_WRITTEN))
    broken: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=BROKEN))

    @property
    def rows_read(self) -> int:
        """How many rows it holds."""
        return self.lines.len() + self.refused.height

    def rows_as_written(self, lines: pl.Series) -> pl.DataFrame:
        """One row per row of these lines, field by field: `line`, `cells`."""
        as_written = self.as_written.filter(pl.col("line").is_in(lines.implode()))
        if not self.cells.width:
            return as_written
        is_meant = self.lines.is_in(lines.implode())
        rows = self.cells.filter(is_meant).select(pl.concat_list(pl.all().cast(pl.String)).alias("cells"))
        shaped = rows.insert_column(0, self.lines.filter(is_meant).alias("line")).cast(AS_WRITTEN)
        return pl.concat([shaped, as_written])


@dataclass(frozen=True)
class Table:
    """One file as text.

    Parameters
    ----------
    kind, form, delimiter
        As in `RawExport`.
    headers
        The header of each column.
    parts
        Reads the rows, part by part; again at each call.
    empty_answers, announced, notes
        As in `RawExport`.
    """

    kind: str
    form: str
    delimiter: str
    headers: tuple[str, ...]
    parts: Callable[[Progress], Iterator[Part]]
    empty_answers: tuple[str, ...] = ()
    announced: int | None = None
    notes: tuple[str, ...] = ()


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
