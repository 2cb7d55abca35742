"""Which customers are protected, in which category, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.reports import wording
from partner_analytics.reports.report import Basis, Column, Figure, Words
from partner_analytics.vocabulary import MY_PROTECTION, REACTIVATION_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

TITLE: Final = "Protection status"
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


def words(frame: pl.DataFrame, basis: Basis) -> Words:
    """The report in words."""
    by = _customers(frame, basis.expiring_days)
    total = sum(by[part] for part in ("protected", "not_known", "future", "expired", "none"))
    days = basis.expiring_days
    headline = wording.nobody(basis)
    if total:
        headline = (
            f"{by['protected']:,} of {wording.count(total, 'customer')} "
            f"{wording.verb(by['protected'], 'has', 'have')} protection in force; for {by['ending']:,} of them some of "
            f"it ends within {wording.count(days, 'day')}, {by['expired']:,} "
            f"{wording.verb(by['expired'], 'has', 'have')} only expired licenses, and for {by['not_known']:,} "
            "it is not known."
        )
    figures = (
        Figure(
            "Protected",
            f"{by['protected']:,}",
            "good",
            f"{wording.share(by['protected'], total)} of customers; {by['trial_only']:,} by trial only",
        ),
        Figure(
            f"Ends within {wording.count(days, 'day')}",
            f"{by['ending']:,}",
            "warning",
            f"customers, by license or trial, in {wording.count(by['ending_rows'], 'category', 'categories')} together",
        ),
        Figure(
            "Expired",
            f"{by['expired']:,}",
            "bad",
            f"customers with nothing in force; {by['reactivatable']:,} can be reactivated",
        ),
        Figure("Starts later", f"{by['future']:,}", "plain", "customers with licenses that have not begun"),
        Figure("No license", f"{by['none']:,}", "plain", "customers whose export was empty"),
        Figure(
            "Not known",
            f"{by['not_known']:,}",
            "unknown",
            "customers whose licenses were not exported or are unclear",
        ),
    )
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
    return Words(headline, figures, assumptions, found)


def _customers(frame: pl.DataFrame, days: int) -> Mapping[str, int]:
    """How many customers there are of each sort; the sorts of the headline's total do not overlap."""
    status = pl.col("status")
    # A trial has no status of its own for its last days, but it ends all the same.
    ends_soon = (status == "expiring") | ((status == "trial") & (pl.col("days_left") <= days))
    customers = (
        frame.group_by("customer_id")
        .agg(
            protected=status.is_in(MY_PROTECTION).any(),
            paid=status.is_in(["active", "expiring"]).any(),
            ending=ends_soon.any(),
            ending_rows=ends_soon.sum(),
            unclear=status.is_in(["unknown", "no_data"]).any(),
            future=(status == "future").any(),
            expired=(status == "expired").any(),
            reactivatable=pl.col("is_reactivatable").fill_null(False).any(),
        )
        .with_columns(
            sort=pl.when("protected")
            .then(pl.lit("protected"))
            .when("unclear")
            .then(pl.lit("not_known"))
            .when("future")
            .then(pl.lit("future"))
            .when("expired")
            .then(pl.lit("expired"))
            .otherwise(pl.lit("none"))
        )
    )
    sort = pl.col("sort")
    row = customers.select(
        *((sort == name).sum().alias(name) for name in ("protected", "not_known", "future", "expired", "none")),
        pl.col("ending").sum(),
        pl.col("ending_rows").sum(),
        trial_only=(pl.col("protected") & pl.col("paid").not_()).sum(),
        reactivatable=((sort == "expired") & pl.col("reactivatable")).sum(),
    ).row(0, named=True)
    return {name: int(value or 0) for name, value in row.items()}
