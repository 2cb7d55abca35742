"""In which order a file writes its days: as ISO, or as its columns prove; never by a guess."""

from __future__ import annotations

import re

import polars as pl

from partner_analytics.errors import ExportError, UsageError
from partner_analytics.schemas.kinds import SCHEMAS

DAY_FIRST = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y")
MONTH_FIRST = ("%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y")
SHOWN = 3

_NUMBERS = r"^(\d{1,2})[./-](\d{1,2})[./-]\d{4}(?:[T ,].*)?$"


def date_formats(file: str, kind: str, text: pl.DataFrame, stated: str | None = None) -> dict[str, tuple[str, ...]]:
    """The strptime formats of each column of days that is not ISO.

    A column proves its order if some day in it is above 12 and none contradicts; else the user states a format.

    Parameters
    ----------
    file
        Its name, for the sentence.
    kind
        The kind of export.
    text
        One row per row of the file: `line`, and columns as text.
    stated
        The format that the user states, for all columns.

    Raises
    ------
    ExportError
        If a column holds days in two orders, or in one that nothing in it proves.
    UsageError
        If the format stated is none.
    """
    columns = [
        name for name, column in SCHEMAS[kind].columns.items() if column.dtype.type == pl.Date and name in text.columns
    ]
    if stated is not None:
        _check(stated)
        return dict.fromkeys(columns, (stated,))
    orders = {}
    for name in columns:
        # A column of days holds few of them, however long it is.
        few = text.select(pl.col(name).unique())
        if not few.select(pl.col(name).str.strip_chars().str.contains(_NUMBERS).any()).item():
            continue
        cell = pl.col(name).str.strip_chars()
        days = text.select(
            "line",
            cell.alias("cell"),
            cell.str.extract(_NUMBERS, 1).cast(pl.Int64).alias("first"),
            cell.str.extract(_NUMBERS, 2).cast(pl.Int64).alias("second"),
        ).drop_nulls("first")
        if days.height:
            orders[name] = _order(file, name, days)
    return orders


def _check(stated: str) -> None:
    parts = set(re.findall(r"%(.?)", stated))
    if not all(parts & set(names) for names in ("de", "mbB", "yY")) or not parts <= set("dembByYHMST%"):
        raise UsageError(
            f"A date format names day, month and year, such as %d/%m/%Y; found {stated!r}.",
            "see how the file writes its days: partner-analytics explain FILE",
        )


def _order(file: str, name: str, days: pl.DataFrame) -> tuple[str, ...]:
    """The order that one column proves."""
    first, second = pl.col("first"), pl.col("second")
    # A day such as 31/13/2026 exists in neither order: its row is refused, and it proves nothing.
    day_first = days.filter(first.is_between(13, 31), second <= 12)
    month_first = days.filter(second.is_between(13, 31), first <= 12)
    if not month_first.height and (day_first.height or days.filter(first != second, first <= 12).is_empty()):
        return DAY_FIRST
    if month_first.height and not day_first.height:
        return MONTH_FIRST
    if day_first.height:
        found = f"{_lines(day_first.head(1))} has the day first, {_lines(month_first.head(1))} the month"
        raise ExportError(
            f"{file} writes the days in `{name}` in two orders: {found}.",
            "correct the file, or say which order holds: --date-format %d/%m/%Y; the other days are then refused.",
        )
    raise ExportError(
        f"{file} does not show in which order the days in `{name}` are written: {_lines(days.filter(first != second).head(SHOWN))}.",
        "say so: --date-format %d/%m/%Y, or %m/%d/%Y.",
    )


def _lines(days: pl.DataFrame) -> str:
    return ", ".join(f"line {line} {cell!r}" for line, cell in days.select("line", "cell").iter_rows())
