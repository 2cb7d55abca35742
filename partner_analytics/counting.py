"""Numbers as words of a sentence: with the right plural, as a share, with thousands apart."""

from __future__ import annotations

__all__ = ["count", "share", "verb"]


def count(number: int, one: str, many: str = "") -> str:
    """A number and its noun: `count(1, "license")` is "1 license", `count(2, "license")` "2 licenses"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def verb(number: int, one: str, many: str) -> str:
    """The verb that goes with a number."""
    return one if number == 1 else many


def share(part: int, whole: int) -> str:
    """A part of a whole in percent, never rounded to nothing or to everything."""
    if not whole:
        return "none"
    if 0 < part * 100 < whole:
        return "under 1 %"
    if part < whole and part * 100 > whole * 99:
        return "over 99 %"
    return f"{(part * 200 + whole) // (whole * 2)} %"
