"""Who is on monthly usage, who on fixed terms, and who pays for both."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.charts import flex_vs_term as chart
from partner_analytics.counting import count, share, verb
from partner_analytics.reports import wording
from partner_analytics.reports.content import Column, Figure, Words
from partner_analytics.reports.definition import Definition, Known
from partner_analytics.transforms import trends

COLUMNS: Final = (
    Column("customer_name", "Customer", "name"),
    Column("mix", "Models in force", "word"),
    Column("flex_licenses", "Flex licenses", "number"),
    Column("term_licenses", "Term licenses", "number"),
    Column("managed_order_licenses", "Managed orders", "number"),
    Column("trial_licenses", "Trials", "number"),
    Column("flex_used", "Flex used", "number"),
    Column("term_seats", "Term seats", "number"),
    Column("term_used", "Term used", "number"),
    Column("double_covered", "Covered twice"),
    Column("early_access", "Early access", "word"),
    Column("account_type", "Account type", "word"),
    Column("customer_id", "Customer id", "id"),
)


def words(frame: pl.DataFrame, known: Known) -> Words:
    """The report in words."""
    basis = known.basis
    total = frame.height
    mixes = dict(frame.group_by("mix").len().iter_rows())
    flex, term, mixed = (int(mixes.get(mix, 0)) for mix in ("flex", "term", "mixed"))
    orders, trials, none, no_data = (int(mixes.get(mix, 0)) for mix in ("managed_order", "trial", "none", "no_data"))
    twice = frame["double_covered"].count()
    headline = wording.nobody(basis)
    if total:
        headline = (
            f"Of {count(total, 'customer')}, {flex:,} {verb(flex, 'is', 'are')} on flex only, "
            f"{term:,} on term only and {mixed:,} on several models; {twice:,} "
            f"{verb(twice, 'has', 'have')} a category covered by flex and term at the same time."
        )
    figures = (
        Figure("Flex only", f"{flex:,}", "plain", f"{share(flex, total)} of customers; units used by all: "
               f"{_sum(frame, 'flex_used')}", pl.col("mix") == "flex"),
        Figure("Term only", f"{term:,}", "plain", f"{share(term, total)} of customers; seats of all: "
               f"{_sum(frame, 'term_seats')}, used: {_sum(frame, 'term_used')}",
               pl.col("mix") == "term"),
        Figure("Several models", f"{mixed:,}", "plain", f"{share(mixed, total)} of customers; {orders:,} more have "
               "managed orders only", pl.col("mix") == "mixed"),
        Figure("Covered twice", f"{twice:,}", "warning", "customers: money possibly spent twice",
               pl.col("double_covered").is_not_null()),
        Figure("No paid license in force", f"{trials + none:,}", "plain", f"{trials:,} on trial only; the others have "
               "nothing in force", pl.col("mix").is_in(["trial", "none"])),
        Figure("Models not known", f"{no_data:,}", "unknown", "customers whose licenses were not exported",
               pl.col("mix") == "no_data"),
    )  # fmt: skip
    assumptions = (
        wording.SNAPSHOTS,
        wording.MODELS,
        wording.ACCOUNT_TYPES,
        wording.INCLUSIVE_END,
        wording.LARGEST_USE,
        wording.CATEGORIES,
    )
    found = wording.caveats(basis, kinds=("customers", "licenses"), with_products=True)
    return Words(headline, figures, assumptions, found)


def _sum(frame: pl.DataFrame, column: str) -> str:
    """The sum of what is known; where nothing is known there is no sum, and not 0."""
    known = frame[column].drop_nulls()
    return f"{int(known.sum()):,}" if known.len() else "not reported"


DEFINITION: Final = Definition(
    "flex_vs_term",
    "Flex against term",
    "flex_vs_term",
    COLUMNS,
    words,
    chart.LOOK,
    trend=trends.SEATS,
    short="Flex and term",
)
