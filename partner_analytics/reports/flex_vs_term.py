"""Who is on monthly usage, who on fixed terms, and who pays for both."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.charts import flex_vs_term as chart
from partner_analytics.languages import count, number, say, share, verb
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
        headline = say(
            "Of {customers}, {flex} {are} on flex only, {term} on term only and {mixed} on several models; {twice} {have} a category "
            "covered by flex and term at the same time.",
            customers=count(total, "customer"),
            flex=flex,
            are=verb(flex, "is", "are"),
            term=term,
            mixed=mixed,
            twice=twice,
            have=verb(twice, "has", "have"),
        )
    figures = (
        Figure(say("Flex only"), number(flex), "plain", say("{share} of customers; units used by all: {used}",
               share=share(flex, total), used=_sum(frame, "flex_used")), pl.col("mix") == "flex"),
        Figure(say("Term only"), number(term), "plain", say("{share} of customers; seats of all: {seats}, used: {used}",
               share=share(term, total), seats=_sum(frame, "term_seats"), used=_sum(frame, "term_used")), pl.col("mix") == "term"),
        Figure(say("Several models"), number(mixed), "plain", say("{share} of customers; {orders} more have managed orders only",
               share=share(mixed, total), orders=orders), pl.col("mix") == "mixed"),
        Figure(say("Covered twice"), number(twice), "warning", say("customers: money possibly spent twice"),
               pl.col("double_covered").is_not_null()),
        Figure(say("No paid license in force"), number(trials + none), "plain", say("{trials} on trial only; the others have "
               "nothing in force", trials=trials), pl.col("mix").is_in(["trial", "none"])),
        Figure(say("Models not known"), number(no_data), "unknown", say("customers whose licenses were not exported"),
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
    return number(int(known.sum())) if known.len() else say("not reported")


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
