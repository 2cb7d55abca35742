"""From text to values: each column by its own pinned format, never by a guess."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import polars as pl

from partner_analytics.schemas.columns import Column

YES = ("true", "yes", "1")
NO = ("false", "no", "0")
ON = ("on", *YES)
OFF = ("off", *NO)

UNKNOWN = ["", *map("".join, product(*zip("null", "NULL", strict=True)))]
"""What stands for "not known": nothing, and the word `null` in any case."""

EXPECTED = {
    "boolean": "must be yes or no (true, false, yes, no, 1, 0)",
    "bigint": "must be a whole number, 0 or more",
    "date": "must be a day that exists, written like 2026-11-02",
}
"""What a cell that cannot be parsed should have been, in words, by type."""

_DAY_OF_TIME = (
    r"(?i)^(\d{1,2}[./-]\d{1,2}[./-]\d{4})(?:T|, ?| )(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?: ?[AP]M)?$"
)
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?: ?Z| ?[+-]\d{2}:?\d{2})?"
_ISO_DAY = rf"^(\d{{4}}-\d{{2}}-\d{{2}})(?:[T ]{_TIME})?$"


def trimmed(name: str) -> pl.Expr:
    """The cell without surrounding white space; blank and the word `null` in any case are not known."""
    text = pl.col(name).str.strip_chars()
    return pl.when(~text.is_in(UNKNOWN)).then(text).alias(name)


def translated(cell: pl.Expr, words: Mapping[str, str]) -> pl.Expr:
    """The cell with a word of the partner's own, in any case, as the word that it stands for."""
    own = {word.casefold(): meant for word, meant in words.items()}
    return cell.str.to_lowercase().replace_strict(own, default=cell) if own else cell


def parsed(cell: pl.Expr, column: Column, date_formats: tuple[str, ...]) -> pl.Expr:
    """The trimmed cell as a value of its column's type; empty where it is no such value.

    Parameters
    ----------
    cell
        The trimmed cell.
    column
        Its column, which says of its writing: `prefix` to drop, case to fold, yes and no for on and off.
    date_formats
        The strptime formats of days that are not ISO.
    """
    if column.type == "boolean":
        return _one_of(cell, YES, NO, pl.lit(value=True), pl.lit(value=False))
    if column.type == "bigint":
        return pl.when(cell.str.contains(r"^\d+$")).then(cell).cast(pl.Int64, strict=False)
    if column.type == "date":
        iso = cell.str.extract(_ISO_DAY).str.to_date("%Y-%m-%d", strict=False)
        written = pl.coalesce(cell.str.extract(_DAY_OF_TIME), cell)
        return pl.coalesce(iso, *(_day(written, form) for form in date_formats))
    if column.prefix:
        cell = cell.str.replace(f"(?i)^{column.prefix}", "")
        cell = pl.when(cell != "").then(cell)
    if column.is_on_off:
        return pl.coalesce(_one_of(cell, ON, OFF, pl.lit("on"), pl.lit("off")), cell)
    if column.is_lower_case:
        cell = cell.str.to_lowercase()
    return cell


def _day(cell: pl.Expr, form: str) -> pl.Expr:
    """The day in a format; a year of two digits is none of four: 26 is not the year 26."""
    day = cell.str.to_date(form, strict=False)
    return pl.when(day.dt.year() >= 1000).then(day)


def _one_of(cell: pl.Expr, yes: tuple[str, ...], no: tuple[str, ...], true: pl.Expr, false: pl.Expr) -> pl.Expr:
    word = cell.str.to_lowercase()
    return pl.when(word.is_in(list(yes))).then(true).when(word.is_in(list(no))).then(false)
