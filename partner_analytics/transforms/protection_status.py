"""Protection status: in which category a customer is protected, and until when."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from partner_analytics.transforms.ordering import in_order_of, of_customers
from partner_analytics.vocabulary import CATEGORIES, REACTIVATION_DAYS

COLUMNS: Final = {
    "customer_id": "The customer's id.",
    "customer_name": "The name shown as, else the account's name; the id where neither is known.",
    "account_type": "`managed_order`, `monthly_usage`, `trial`, `term` or `unknown`.",
    "category": "The protection category; empty for a customer without any license.",
    "status": "`active`, `expiring`, `trial`, `future`, `unknown`, `expired`; without a license `none` (asked for, and there is none) or `no_data` (not exported).",
    "coverage_ends_on": "Last day of the cover; empty where it does not end, or there is none.",
    "days_left": "Days from the day of the report to `coverage_ends_on`: 0 on the last day, negative after it.",
    "is_renewed": "Whether a license that starts in time makes an expiring category active.",
    "is_reactivatable": f"Whether it expired at most {REACTIVATION_DAYS} days ago.",
    "license_count": "How many licenses of the category there are, in whatever state.",
}

GROUP: Final = ("customer_id", "category")


def protection_status(accounts: pl.DataFrame, states: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """One row per customer and category in which it has a license; one row per customer that has none.

    A customer without licenses has an empty category, and the status `none` if its licenses were asked for, `no_data`
    if they were not: "could not look" is never shown as "has nothing".
    """
    categories = _categories(states)
    without_license = accounts.join(categories, on="customer_id", how="anti").select(
        "customer_id",
        pl.lit(None, pl.Enum(CATEGORIES)).alias("category"),
        pl.when("is_looked_at").then(pl.lit("none")).otherwise(pl.lit("no_data")).alias("status"),
        pl.lit(None, pl.Date).alias("coverage_ends_on"),
        pl.lit(value=False).alias("is_renewed"),
        pl.lit(0, pl.Int64).alias("license_count"),
    )
    days_left = (pl.col("coverage_ends_on") - pl.lit(as_of)).dt.total_days()
    return (
        of_customers(
            accounts,
            pl.concat([categories, without_license]),
            in_order_of("category", CATEGORIES),
        )
        .with_columns(days_left.alias("days_left"))
        .with_columns(
            ((pl.col("status") == "expired") & (pl.col("days_left") >= -REACTIVATION_DAYS)).alias("is_reactivatable")
        )
        .select(*COLUMNS)
    )


def _categories(states: pl.DataFrame) -> pl.DataFrame:
    """One row per customer and category: status, coverage_ends_on, is_renewed, license_count."""
    state, is_paid, ends_on = pl.col("state"), pl.col("is_paid"), pl.col("end_date")
    is_active, is_expiring = is_paid & (state == "active"), is_paid & (state == "expiring")
    is_trial = is_paid.not_() & pl.col("is_in_force")
    in_category = states.lazy().explode("categories", empty_as_null=False).rename({"categories": "category"})
    expiring = in_category.filter(is_expiring).group_by(GROUP).agg(ends_on.max().alias("expires_on"))
    # The vendor's "Renew" starts the new license when the current one ends.
    renewals = (
        in_category.filter(is_paid, state == "future")
        .join(expiring, on=GROUP)
        .filter(pl.col("start_date") <= pl.col("expires_on").dt.offset_by("1d"))
        .group_by(GROUP)
        .agg(
            pl.max_horizontal(ends_on.max(), pl.col("expires_on").first()).alias("last_end"),
            pl.col("is_open_ended").any().alias("is_endless"),
        )
        .select(
            *GROUP,
            pl.lit(value=True).alias("is_renewed"),
            pl.when(pl.col("is_endless").not_()).then("last_end").alias("renewed_until"),
        )
    )
    return (
        in_category.group_by(GROUP)
        .agg(
            is_active.any().alias("is_active"),
            is_expiring.any().alias("is_expiring"),
            is_trial.any().alias("is_trial"),
            (state == "future").any().alias("is_future"),
            (state == "unknown").any().alias("is_unknown"),
            _last_end(is_paid & pl.col("is_in_force")).alias("paid_until"),
            _last_end(is_trial).alias("trial_until"),
            ends_on.max().alias("ended_on"),
            pl.len().cast(pl.Int64).alias("license_count"),
        )
        .join(renewals, on=GROUP, how="left")
        .with_columns((pl.col("is_renewed").fill_null(value=False) & pl.col("is_active").not_()).alias("is_renewed"))
        .select(
            "customer_id",
            "category",
            pl.when(pl.col("is_active") | pl.col("is_renewed"))
            .then(pl.lit("active"))
            .when("is_expiring")
            .then(pl.lit("expiring"))
            .when("is_trial")
            .then(pl.lit("trial"))
            .when("is_future")
            .then(pl.lit("future"))
            .when("is_unknown")
            .then(pl.lit("unknown"))
            .otherwise(pl.lit("expired"))
            .alias("status"),
            "paid_until",
            "renewed_until",
            "trial_until",
            "ended_on",
            "is_renewed",
            "license_count",
        )
        .select(
            "customer_id",
            "category",
            "status",
            pl.when("is_renewed")
            .then("renewed_until")
            .when(pl.col("status").is_in(["active", "expiring"]))
            .then("paid_until")
            .when(pl.col("status") == "trial")
            .then("trial_until")
            .when(pl.col("status") == "expired")
            .then("ended_on")
            .alias("coverage_ends_on"),
            "is_renewed",
            "license_count",
        )
        .collect(engine="streaming")
    )


def _last_end(which: pl.Expr) -> pl.Expr:
    """The latest end date among some licenses of a group; empty if one of them has no end."""
    return pl.when((which & pl.col("is_open_ended")).any().not_()).then(pl.when(which).then("end_date").max())
