"""Which customers are protected, in which category, and until when."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.charts import protection_status as chart
from partner_analytics.counting import count, share, verb
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
    status, sort = pl.col("status"), pl.col("sort")
    # A trial has no status of its own for its last days, but it ends all the same.
    is_ending = (status == "expiring") | ((status == "trial") & (pl.col("days_left") <= days))
    judged = frame.select(
        "customer_id",
        _sort().alias("sort"),
        is_ending.alias("is_ending"),
        status.is_in(["active", "expiring"]).any().over("customer_id").alias("is_paid"),
        pl.col("is_reactivatable").fill_null(False),
    )

    def customers(*rows: pl.Expr | str) -> int:
        return judged.filter(*rows)["customer_id"].n_unique()

    total, protected, expired = customers(), customers(sort == "protected"), customers(sort == "expired")
    ending, not_known = customers("is_ending"), customers(sort == "not_known")
    headline = wording.nobody(basis)
    if total:
        headline = (
            f"{protected:,} of {count(total, 'customer')} {verb(protected, 'has', 'have')} protection in "
            f"force; for {ending:,} of them some of it ends within {count(days, 'day')}, {expired:,} "
            f"{verb(expired, 'has', 'have')} only expired licenses, and for {not_known:,} it is not known."
        )
    trial_only = customers(sort == "protected", pl.col("is_paid").not_())
    reactivatable = customers(sort == "expired", "is_reactivatable")
    ending_rows = judged.filter("is_ending").height
    figures = (
        Figure("Protected", f"{protected:,}", "good", f"{share(protected, total)} of customers; {trial_only:,} by "
               "trial only", _sort() == "protected"),
        Figure(f"Cover ends within {count(days, 'day')}", f"{ending:,}", "warning", "customers, by license or trial, in "
               f"{count(ending_rows, 'category', 'categories')} together", is_ending),
        Figure("Only expired licenses", f"{expired:,}", "bad", f"customers with nothing in force; {reactivatable:,} can be reactivated",
               _sort() == "expired"),
        Figure("Starts later", f"{customers(sort == 'future'):,}", "plain", "customers with licenses that have not begun",
               _sort() == "future"),
        Figure("No license", f"{customers(sort == 'none'):,}", "plain", "customers whose export was empty", _sort() == "none"),
        Figure("Cover not known", f"{not_known:,}", "unknown", "customers whose licenses were not exported or are unclear",
               _sort() == "not_known"),
    )  # fmt: skip
    assumptions = (
        wording.SNAPSHOTS,
        wording.INCLUSIVE_END,
        wording.CATEGORIES,
        wording.ACCOUNT_TYPES,
        wording.MODELS,
        (
            "A customer counts as protected when at least one category is active, expiring or on trial; "
            f"an expired license can be reactivated for {REACTIVATION_DAYS} days."
        ),
    )
    found = wording.caveats(basis, kinds=("customers", "licenses"), with_products=True)
    return Words(headline, figures, assumptions, found, MINE)


def _sort() -> pl.Expr:
    """What sort of customer a row belongs to, by all rows of the customer; the sorts do not overlap."""
    sorts = {
        "protected": MY_PROTECTION,
        "not_known": ("unknown", "no_data"),
        "future": ("future",),
        "expired": ("expired",),
    }
    belongs = (
        pl.when(pl.col("status").is_in(statuses).any().over("customer_id")).then(pl.lit(sort))
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
