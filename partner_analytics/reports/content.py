"""What a report says: its rows, figures, columns and words, before anything is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl

from partner_analytics.as_of.basis import Basis
from partner_analytics.charts.look import Look

__all__ = ["Column", "Content", "Figure", "Toggle", "Words"]


@dataclass(frozen=True)
class Figure:
    """One figure of a report: what it counts, how many, and whether that is good news.

    `tone` is one of "good", "warning", "bad", "unknown" and "plain"; the words say the same without colour. `rows` says
    which rows of the report's frame it counts, so that it can be opened to them.
    """

    label: str
    value: str
    tone: str = "plain"
    note: str = ""
    rows: pl.Expr | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Toggle:
    """A choice on a report to show some of its rows only: what it is called, which rows stay, and those in words."""

    label: str
    rows: pl.Expr = field(repr=False, compare=False)
    note: str


@dataclass(frozen=True)
class Column:
    """One column of a report's table on the page.

    `form` is one of these. "name" is the customer. "text", "day", "number" and "id" are what they are called. "word" is a
    code, shown as words, and "badge" a word with a shape. "flag" is yes or no, and "alarm" a flag that is bad news.
    "sentence" is a longer text. "cover" is categories by status. "to_do" is what to do, by when, and how much more.
    "person" stands in the last column.
    """

    name: str
    title: str
    form: str = "text"


@dataclass(frozen=True)
class Words:
    """What a report's module says about its frame.

    Parameters
    ----------
    table
        The rows of the table on the page, where they are not those of the CSV file; or what makes them, where that is
        worth the time only if they are shown.
    drawn
        What the chart draws, where that is not the frame.
    """

    headline: str
    figures: tuple[Figure, ...]
    assumptions: tuple[str, ...]
    caveats: tuple[str, ...]
    toggle: Toggle | None = None
    table: pl.DataFrame | Callable[[], pl.DataFrame] | None = None
    drawn: pl.DataFrame | None = None


@dataclass(frozen=True)
class Content:
    """What a report says as of one day; it never changes once it is built.

    Parameters
    ----------
    frame
        The rows, with the columns of the CSV file.
    headline
        The most important figures in one sentence.
    assumptions
        What the report takes as given because the vendor does not say.
    caveats
        What is missing or doubtful in the data behind it.
    columns
        The columns of the table on the page, in order.
    look
        How it is drawn.
    toggle
        The choice to show some rows only, if there is one.
    make_table
        Makes the rows of the table on the page.
    drawn
        What the chart draws.
    further
        Further frames of the report, each a CSV file beside its own, by name.
    history
        What its figures were on each snapshot day: day, series, value (empty in a gap). Without rows where there is no trend.
    lists_customers
        Whether it is the list of all customers, which opens to the rows behind each.
    short
        What it is called in the menu of the page.
    """

    name: str
    title: str
    frame: pl.DataFrame = field(repr=False)
    basis: Basis = field(repr=False)
    headline: str
    figures: tuple[Figure, ...]
    assumptions: tuple[str, ...] = field(repr=False)
    caveats: tuple[str, ...]
    columns: tuple[Column, ...] = field(repr=False)
    look: Look = field(repr=False)
    make_table: Callable[[], pl.DataFrame] = field(repr=False)
    drawn: pl.DataFrame = field(repr=False)
    further: Mapping[str, pl.DataFrame] = field(repr=False)
    history: pl.DataFrame = field(repr=False)
    toggle: Toggle | None = field(default=None, repr=False)
    lists_customers: bool = field(default=False, repr=False)
    short: str = field(default="", repr=False)

    @cached_property
    def table(self) -> pl.DataFrame:
        """The rows of the table on the page."""
        return self.make_table()

    @property
    def as_of(self) -> date:
        """The day the report is about."""
        return self.basis.as_of
