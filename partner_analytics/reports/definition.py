"""What makes a report: its name, the frame that it shows, what it says of it, and how it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from partner_analytics.as_of.basis import Basis
from partner_analytics.charts.look import Look
from partner_analytics.reports.content import Column, Words
from partner_analytics.transforms.trends import Series

__all__ = ["Definition", "Known", "Transform"]

Transform = Callable[[Mapping[str, pl.DataFrame], date], pl.DataFrame]
"""The frames that are known, by name, and the day in; a frame out."""


@dataclass(frozen=True)
class Known:
    """What the words of a report can look at beside its frame.

    Parameters
    ----------
    basis
        What the report rests on.
    frames
        The results of the rules and the exports that they are made from, by name, of the customers that the report is
        about; `change_origins` with the files of both sides, and `customers_before`, those that an export before the
        day compared with holds.
    """

    basis: Basis
    frames: Mapping[str, pl.DataFrame]

    @property
    def as_of(self) -> date:
        """The day that the report is about."""
        return self.basis.as_of


@dataclass(frozen=True)
class Definition:
    """A report: where its frame comes from, and what is said, drawn and written of it.

    Parameters
    ----------
    name
        The word for it everywhere: in files, commands, SQL and addresses of the page.
    title
        What it is called on the page.
    short
        What it is called in the menu of the page; its title, if it has no shorter name.
    result
        What it shows: the name of a result of the rules, or a function that makes it from those.
    columns
        The columns of its table on the page, in order. The CSV file has all of the frame.
    words
        What it says of its frame.
    look
        How it is drawn.
    further
        Further frames, each a CSV file beside its own, by name; made as `result` is.
    calendar
        The text of a calendar file of its frame, if it makes one.
    trend
        The figures that it shows over the snapshots, if it does.
    compares
        Whether it is about two days.
    lists_customers
        Whether it is the list of all customers, which opens to the rows behind each.
    """

    name: str
    title: str
    result: str | Transform
    columns: tuple[Column, ...]
    words: Callable[[pl.DataFrame, Known], Words]
    look: Look
    further: Mapping[str, str | Transform] = field(default_factory=dict)
    calendar: Callable[[pl.DataFrame, Known], str] | None = None
    trend: Series | None = None
    compares: bool = False
    lists_customers: bool = False
    short: str = ""
