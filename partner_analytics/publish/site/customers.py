"""The list of customers on the page: which figures open to which of them, and the cards that fit."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_letters
from typing import TYPE_CHECKING, Final

import polars as pl
from markupsafe import Markup

from partner_analytics.languages import say, text
from partner_analytics.publish.site.cards import cards
from partner_analytics.publish.site.filters import customer_marks
from partner_analytics.reports.html.cells import COVER, escaped
from partner_analytics.reports.html.section import shown_rows, templates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from partner_analytics.reports import Report

__all__ = ["CustomerList", "customer_list", "sorted_words"]

LIST_BYTES: Final = 640_000
"""How large the list of customers may get: some 2,000 of them. Of more, those with the most urgent things to do stay."""

MARKS: Final = tuple(before + letter for before in ("", *ascii_letters) for letter in ascii_letters)
"""What marks the customers of a figure in a row of the list: the first are of one letter, since most rows have many."""

WORKLISTS: Final = {
    "launch-on": (text("Partner Assistance is on"), "next_step", "launch"),
    "launch-ask": (text("Partner Assistance is to be asked for"), "next_step", "ask_customer"),
    "launch-check": (text("Partner Assistance should be on"), "next_step", "check_anomaly"),
    "programs-limited": (text("Limited for early access programs"), "early_access", "limited"),
}
"""What the sections beside the reports count: the customers with this word in this column."""


@dataclass(frozen=True)
class OpenedFigure:
    """A figure that opens to its customers: its place on the page, the mark that they carry, and what it says."""

    place: str
    mark: str
    title: str
    customers: int


@dataclass(frozen=True)
class CustomerList:
    """What the page needs to list the customers.

    Parameters
    ----------
    customers
        One row per customer: customer_id, urgency, card (its number, or empty), opened_by (marks of figures).
    cards
        The cards that fit, as HTML.
    openings
        The figures that open to customers.
    size
        How large the list may get.
    """

    customers: pl.DataFrame
    cards: Markup
    openings: tuple[OpenedFigure, ...]
    size: int

    def style(self) -> list[str]:
        """The rules that leave the customers of the figure which is opened, one a figure."""
        return [
            f".pa #{opening.place}:target ~ .rows tbody tr:not(.{opening.mark}) {{ display: none !important; }}"
            for opening in self.openings
        ]

    def controls(self, overview: Report) -> Markup:
        """What stands above the list: the figure that is opened, the search field and the filters."""
        frame = overview.frame
        choices = {
            "status": (
                text("Status"),
                [*(word for word in COVER if frame[f"{word}_in"].count()), *sorted_words(frame, "without_license")],
            ),
            "account_type": (text("Account"), sorted_words(frame, "account_type")),
            "assistance": (text("Assistance"), sorted_words(frame, "assistance")),
        }
        return Markup(
            templates("partner_analytics.publish")
            .get_template("controls.html")
            .render(openings=self.openings, choices=choices, cards=self.customers["card"].count(), total=frame.height)
        )


def customer_list(reports: Sequence[Report], overview: Report, size: int) -> CustomerList:
    """The list of all customers of a portfolio, for the page that holds these reports.

    Parameters
    ----------
    size
        How many bytes the list and the cards may get together.
    """
    marked, openings = _opened(reports, overview)
    # In the order of the overview, most urgent first: the place is the card's number.
    ranked = (
        overview.frame.sort("urgency")
        .select("customer_id", "urgency", pl.int_range(pl.len()).alias("card"))
        .join(marked, on="customer_id", how="left", maintain_order="left")
    )
    made = pl.Series(dtype=pl.String)
    if overview.basis.behind is not None:
        listed = shown_rows(overview, ranked, LIST_BYTES)
        left = size - int(listed.str.len_bytes().sum())
        first = overview.frame.sort("urgency").head(listed.len())
        made = cards(first, overview.basis.behind, overview.basis.loads, _changed(reports), overview.as_of, left)
    has_card = pl.when(pl.col("card") < made.len()).then("card").alias("card")
    return CustomerList(ranked.with_columns(has_card), Markup("".join(made)), openings, LIST_BYTES)


def _changed(reports: Sequence[Report]) -> pl.DataFrame | None:
    """What has changed, in sentences, where one of the reports compares two days."""
    tables = (report.table for report in reports if {"customer_id", "sentence"} <= set(report.table.columns))
    return next(tables, None)


def _opened(reports: Sequence[Report], overview: Report) -> tuple[pl.DataFrame, tuple[OpenedFigure, ...]]:
    """One row per customer that a figure counts: customer_id, opened_by; and the figures."""
    counted = [
        (f"{report.name}-{number}", f"{report.title}: {figure.label}", report.frame.filter(figure.rows))
        for report in reports
        for number, figure in enumerate(report.figures, start=1)
        if figure.rows is not None
    ]
    if overview.basis.behind is not None:
        contacts = overview.basis.behind.contacts.select("customer_id", "next_step")
        listed = overview.frame.join(contacts, on="customer_id", how="left", maintain_order="left")
        counted += [
            (place, say(title), listed.filter(pl.col(column) == word))
            for place, (title, column, word) in WORKLISTS.items()
        ]
    frames, openings = [], []
    for number, (place, title, rows) in enumerate(counted):
        mark = MARKS[number]
        frames.append(rows.select(pl.col("customer_id").unique(maintain_order=True), pl.lit(mark).alias("mark")))
        openings.append(OpenedFigure(place, mark, title, frames[-1].height))
    if overview.basis.behind is not None:
        frames.append(customer_marks(overview.basis.behind, overview.as_of))
    marked = pl.concat(frames).group_by("customer_id").agg(pl.col("mark").sort().str.join(" ").alias("opened_by"))
    return marked, tuple(openings)


def sorted_words(frame: pl.DataFrame, column: str) -> list[Markup]:
    """The words of a column, as they stand in its cells."""
    words = frame.select(escaped(pl.col(column).drop_nulls().unique()).sort()).to_series()
    return [Markup(word) for word in words]
