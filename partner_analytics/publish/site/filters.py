"""The filters of the page: which week, what to do, which category; each word has a mark that rows carry as a class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import polars as pl
from markupsafe import Markup

from partner_analytics.languages import say, text, word
from partner_analytics.reports.html.cells import escaped
from partner_analytics.reports.html.section import templates
from partner_analytics.transforms.actions import due
from partner_analytics.vocabulary import ACTIONS, CATEGORIES, DUE

if TYPE_CHECKING:
    from partner_analytics.as_of.basis import Behind
    from partner_analytics.reports import Report

__all__ = ["DUE_WORDS", "customer_marks", "filter_bar", "row_marks"]

DUE_WORDS: Final = {
    "overdue": text("Overdue"),
    "this_week": text("This week"),
    "next_week": text("Next week"),
    "later": text("Later"),
    "no_day": text("Without a day"),
}


@dataclass(frozen=True)
class Filter:
    """One filter of the page.

    Parameters
    ----------
    name
        Its name in the address.
    title
        What it is called.
    marks
        The mark of each of its words; no other filter has one of them.
    """

    name: str
    title: str
    marks: Mapping[str, str]

    def mark(self, of: pl.Expr) -> pl.Expr:
        """The mark of a word; empty where it has none."""
        return of.replace_strict(list(self.marks), list(self.marks.values()), default=None, return_dtype=pl.String)

    def offered(self, words: pl.Series) -> list[tuple[str, str, str]]:
        """Those of its words that are among others, each with what it is called and its mark."""
        found = set(words)
        return [
            (one, say(DUE_WORDS[one]) if one in DUE_WORDS else word(one), mark)
            for one, mark in self.marks.items()
            if one in found
        ]


def _filter(name: str, title: str, words: tuple[str, ...], first: int) -> Filter:
    return Filter(name, title, {word: f"{first + place}" for place, word in enumerate(words)})


WEEK: Final = _filter("week", text("When"), DUE, 0)
TO_DO: Final = _filter("to_do", text("What to do"), ACTIONS, len(DUE))
CATEGORY: Final = _filter("category", text("Category"), CATEGORIES, len(DUE) + len(ACTIONS))


def filter_bar(behind: Behind, overview: Report) -> Markup:
    """The bar of the filters, which hold for every view; each offers those of its words that some row has."""
    frame = overview.frame
    there = (
        (WEEK, behind.actions.select(due(overview.as_of)).to_series()),
        (TO_DO, behind.actions["action"]),
        (CATEGORY, behind.licenses["categories"].list.explode(keep_nulls=False, empty_as_null=False)),
    )
    choices = [(one, one.offered(words)) for one, words in there]
    managers = frame.select(escaped(pl.col("account_manager").drop_nulls().unique()).sort()).to_series()
    return Markup(
        templates("partner_analytics.publish")
        .get_template("filters.html")
        .render(
            choices=choices,
            managers=[Markup(manager) for manager in managers],
            has_nobody=bool(frame["account_manager"].null_count()),
        )
    )


def customer_marks(behind: Behind, as_of: date) -> pl.DataFrame:
    """One row per customer and mark that it carries: customer_id, mark. Its categories stand in its row as words."""
    marked = (
        behind.actions.select("customer_id", WEEK.mark(due(as_of)).alias("mark")),
        behind.actions.select("customer_id", TO_DO.mark(pl.col("action")).alias("mark")),
    )
    return pl.concat(marked).drop_nulls().unique(maintain_order=True)


def row_marks(frame: pl.DataFrame, behind: Behind, as_of: date) -> pl.Expr:
    """What marks the rows of a report by itself: its week and action, and its category or those of its product."""
    marks = []
    if {"action", "due_on"} <= set(frame.columns):
        marks += [WEEK.mark(due(as_of)), TO_DO.mark(pl.col("action"))]
    product = next((name for name in ("product_code", "subject") if name in frame.columns), None)
    if "category" in frame.columns:
        marks.append(CATEGORY.mark(pl.col("category")))
    elif product is not None:
        marks.append(_of_product(pl.col(product), behind))
    return pl.concat_str(*marks, separator=" ", ignore_nulls=True) if marks else pl.lit(None, pl.String)


def _of_product(code: pl.Expr, behind: Behind) -> pl.Expr:
    """The marks of a product's categories; what is no product is a category itself."""
    of_products = (
        behind.licenses.select("product_code", pl.col("categories").alias("word"))
        .unique("product_code", maintain_order=True)
        .explode("word")
        .group_by("product_code", maintain_order=True)
        .agg(CATEGORY.mark(pl.col("word")).drop_nulls().str.join(" ").alias("marks"))
    )
    known = {**CATEGORY.marks, **dict(of_products.iter_rows())}
    return code.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.String)
