"""Text that a spreadsheet could take for a formula: which it is, how it is written, and how it is read back."""

from __future__ import annotations

from typing import Final

import polars as pl

__all__ = ["as_it_was", "could_hold_formulas", "defused", "is_formula"]

SIGNS: Final = r"[=+\-@＝＋－＠﹦﹢﹣﹫]"
"""What a formula begins with; the full-width and the small forms are the same to a spreadsheet of East Asia."""

BEGINS: Final = rf"\A(?:[\t\r]|{SIGNS})"
"""How a cell begins that is taken for one (OWASP, CSV injection)."""

INNER: Final = r'([;\t\r\n\x0b\x0c\x85\x{2028}\x{2029}][\s"]*)'
"""What ends a cell if cells are not separated by commas, and a quote in the middle of a cell is not a quote: a spreadsheet
whose separator is the semicolon reads `x;=1+1;y` as three cells."""


def is_formula(text: pl.Expr) -> pl.Expr:
    """Whether a cell with this text could be taken for a formula."""
    return text.str.contains(BEGINS)


def could_hold_formulas(text: pl.Expr) -> pl.Expr:
    """Whether `defused` may alter the text: it begins like a formula, or something could begin like one within it."""
    return text.str.contains(f"{BEGINS}|{INNER}{SIGNS}")


def defused(text: pl.Expr) -> pl.Expr:
    """The text with an apostrophe before all that could be taken for a formula, at its beginning or after a separator."""
    inner = text.str.replace_all(f"{INNER}({SIGNS})", "$1'$2")
    return pl.when(is_formula(text)).then(pl.lit("'") + inner).otherwise(inner)


def as_it_was(text: pl.Expr) -> pl.Expr:
    """The text without the apostrophes that `defused` puts in."""
    return text.str.replace(rf"\A'([\t\r]|{SIGNS})", "$1").str.replace_all(f"{INNER}'({SIGNS})", "$1$2")
