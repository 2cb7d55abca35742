"""Which customers are protected, in which category, and until when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from partner_analytics.charts import protection_status as chart
from partner_analytics.languages import count, number, say, share, verb
from partner_analytics.reports import wording
from partner_analytics.reports.content import Column, Figure, Toggle, Words
from partner_analytics.reports.definition import Definition, Known
from partner_analytics.transforms import trends
from partner_analytics.vocabulary import MY_PROTECTION, REACTIVATION_DAYS

COLUMNS: Final = (
    Column("customer_name", "Customer", "name"),
    Column("category", "Category"),
    Column("status", "Status", "badge"),
    Column("coverage_ends_on", "Ends on", "day"),
    Column("days_left", "Days left", "number"),
    Column("is_renewed", "Renewed", "flag"),
    Column("is_reactivatable", "Can be reactivated", "flag"),
    Column("license_count", "Licenses", "number"),
    Column("account_type", "Account type", "word"),
    Column("customer_id", "Customer id", "id"),
)


MINE: Final = Toggle(
    "Show my protection only", pl.col("status").is_in(MY_PROTECTION), "all but active, expiring and trial"
)


def words(frame: pl.DataFrame, known: Known) -> Words:
    """The report in words."""
    basis = known.basis
    days = basis.expiring_days
    status = pl.col("status")
    # A trial has no status of its own for its last days, but it ends all the same.
    is_ending = (status == "expiring") | ((status == "trial") & (pl.col("days_left") <= days))
    judged = frame.group_by("customer_id").agg(
        _sort(pl.Expr.any).alias("sort"),
        is_ending.any().alias("is_ending"),
        status.is_in(["active", "expiring"]).any().alias("is_paid"),
        pl.col("is_reactivatable").any(),
    )

    def customers(sort: str, *rows: pl.Expr | str) -> int:
        return judged.filter(*rows, sort=sort).height

    total, protected, expired = judged.height, customers("protected"), customers("expired")
    ending, not_known = judged.filter("is_ending").height, customers("not_known")
    headline = wording.nobody(basis)
    if total:
        headline = say(
            "{protected} of {customers} {have} protection in force; for {ending} of them some of it ends within {days}, {expired} "
            "{have_expired} only expired licenses, and for {not_known} it is not known.",
            protected=protected,
            customers=count(total, "customer"),
            have=verb(protected, "has", "have"),
            ending=ending,
            days=count(days, "day", dative=True),
            expired=expired,
            have_expired=verb(expired, "has", "have"),
            not_known=not_known,
        )
    trial_only = customers("protected", pl.col("is_paid").not_())
    reactivatable = customers("expired", "is_reactivatable")
    ending_rows = frame.filter(is_ending).height
    figures = (
        Figure(say("Protected"), number(protected), "good", say("{share} of customers; {trial_only} by trial only",
               share=share(protected, total), trial_only=trial_only), _sort() == "protected"),
        Figure(say("Cover ends within {days}", days=count(days, "day", dative=True)), number(ending), "warning",
               say("customers, by license or trial, in {categories} together",
                   categories=count(ending_rows, "category", "categories")), is_ending),
        Figure(say("Only expired licenses"), number(expired), "bad", say("customers with nothing in force; {reactivatable} can be "
               "reactivated", reactivatable=reactivatable), _sort() == "expired"),
        Figure(say("Starts later"), number(customers("future")), "plain", say("customers with licenses that have not begun"),
               _sort() == "future"),
        Figure(say("No license"), number(customers("none")), "plain", say("customers whose export was empty"),
               _sort() == "none"),
        Figure(say("Cover not known"), number(not_known), "unknown",
               say("customers whose licenses were not exported or are unclear"), _sort() == "not_known"),
    )  # fmt: skip
    assumptions = (
        wording.SNAPSHOTS,
        wording.INCLUSIVE_END,
        wording.CATEGORIES,
        wording.ACCOUNT_TYPES,
        wording.MODELS,
        say(
            "A customer counts as protected when at least one category is active, expiring or on trial; "
            "an expired license can be reactivated for {days} days.",
            days=REACTIVATION_DAYS,
        ),
    )
    found = wording.caveats(basis, kinds=("customers", "licenses"), with_products=True)
    return Words(headline, figures, assumptions, found, MINE)


def _of_all_rows(rows: pl.Expr) -> pl.Expr:
    return rows.any().over("customer_id")


def _sort(any_of_customer: Callable[[pl.Expr], pl.Expr] = _of_all_rows) -> pl.Expr:
    """What sort of customer a row belongs to, by all rows of the customer; the sorts do not overlap.

    Parameters
    ----------
    any_of_customer
        Whether something is so in any row of a customer.
    """
    sorts = {
        "protected": MY_PROTECTION,
        "not_known": ("unknown", "no_data"),
        "future": ("future",),
        "expired": ("expired",),
    }
    belongs = (
        pl.when(any_of_customer(pl.col("status").is_in(statuses))).then(pl.lit(sort))
        for sort, statuses in sorts.items()
    )
    return pl.coalesce(*belongs, pl.lit("none"))


DEFINITION: Final = Definition(
    "protection_status",
    "Protection status",
    "protection_status",
    COLUMNS,
    words,
    chart.LOOK,
    trend=trends.STATUSES_OF_CATEGORIES,
    short="Protection",
)
