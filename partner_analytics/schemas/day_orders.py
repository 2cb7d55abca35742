"""In which order a file writes its days: as ISO, or as its columns prove; never by a guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from partner_analytics.errors import ExportError
from partner_analytics.loaders import quoted
from partner_analytics.schemas.kinds import KINDS

DAY_FIRST = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y")
MONTH_FIRST = ("%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y")
SHOWN = 3

WRITTEN = pl.Schema(
    {"column_name": pl.String, "first": pl.Int64, "second": pl.Int64, "line": pl.Int64, "cell": pl.String}
)

_NUMBERS = r"^(\d{1,2})[./-](\d{1,2})[./-]\d{4}(?:[T ,].*)?$"


def day_columns(kind: str) -> list[str]:
    """The columns of a kind that hold days."""
    return [name for name, column in KINDS[kind].columns.items() if column.type == "date"]


def written_days(kind: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The days of an export that are written as numbers in an order of their own.

    Returns
    -------
    polars.DataFrame
        One row per column, first and second number: `column_name`, `first`, `second`, and where they stand first, `line`
        and `cell`.
    """
    found = [_written_days(name, rows) for name in day_columns(kind) if name in rows.columns]
    return first_seen([pl.DataFrame(schema=WRITTEN), *found])


def first_seen(days: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The days of several parts of a file, each where it stands first."""
    return pl.concat(days).unique(["column_name", "first", "second"], keep="first", maintain_order=True)


def _written_days(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    cell = pl.col(name).cast(pl.String).str.strip_chars()
    # A column of days holds few of them, however long it is.
    few = rows.select("line", pl.col(name)).unique(name, keep="first", maintain_order=True)
    return few.select(
        pl.lit(name).alias("column_name"),
        cell.str.extract(_NUMBERS, 1).cast(pl.Int64).alias("first"),
        cell.str.extract(_NUMBERS, 2).cast(pl.Int64).alias("second"),
        "line",
        cell.alias("cell"),
    ).drop_nulls("first")


def date_formats(file: str, days: pl.DataFrame, stated: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The strptime formats of each column of days that is not ISO.

    A column proves its order if some day in it is above 12 and none contradicts; else the user states a format.

    Parameters
    ----------
    file
        Its name, for the sentence.
    days
        What `written_days` finds in it.
    stated
        The format that the user states, by column.

    Raises
    ------
    ExportError
        If a column holds days in two orders, or in one that nothing in it proves.
    """
    orders: dict[str, tuple[str, ...]] = {name: (form,) for name, form in stated.items()}
    for (name,), of_column in days.group_by("column_name", maintain_order=True):
        if name not in stated:
            orders[str(name)] = _order(file, str(name), of_column.sort("line"))
    return orders


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
            f"correct the file, or state one order: --date-format {_form(days, 0)}; the other days are then refused.",
        )
    raise ExportError(
        f"{file} does not show in which order the days in `{name}` are written: {_lines(days.filter(first != second).head(SHOWN))}.",
        f"state the order: --date-format {_form(days, 0)}, or --date-format {_form(days, 1)}",
    )


def _form(days: pl.DataFrame, order: int) -> str:
    """The format of days with the day first (0) or the month (1), with the separator of the first of these days."""
    separator = next(sign for sign in days["cell"][0] if not sign.isdigit())
    return next(form for form in (DAY_FIRST, MONTH_FIRST)[order] if form[2] == separator)


def _lines(days: pl.DataFrame) -> str:
    return ", ".join(f"line {line} {quoted(cell)}" for line, cell in days.select("line", "cell").iter_rows())
