"""Customer overview: each customer in one row, and what to do next."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from partner_analytics.transforms.exports import Exports
from partner_analytics.transforms.ordering import in_order_of, of_customers
from partner_analytics.vocabulary import MY_PROTECTION, REACTIVATION_DAYS, TO_DOS

LISTED: Final = ("expired", "expiring", "unknown", "trial", "future", "active")
"""The statuses of a category, in the order in which a customer's are named: what needs a look comes first."""

COLUMNS: Final = {
    "customer_id": "The customer's id.",
    "customer_name": "The name shown as, else the account's name; the id where neither is known.",
    "account_type": "`managed_order`, `monthly_usage`, `trial`, `term` or `unknown`.",
    "account_manager": "Who looks after the customer, by the customer facts.",
    "customer_group": "The customer's group, by the customer facts.",
    "urgency": "Where the customer stands when the most urgent comes first, from 1.",
    "to_do": "What to do next: the first that applies of " + ", ".join(f"`{word}`" for word in TO_DOS) + ".",
    "act_by": "Last day to reactivate, to renew in time or to convert the trial; empty for what has no such day.",
    "expired_in": "The categories whose status is `expired`, joined by `; `.",
    "expiring_in": "The categories whose status is `expiring`.",
    "unknown_in": "The categories whose status is `unknown`.",
    "trial_in": "The categories whose status is `trial`.",
    "future_in": "The categories whose status is `future`.",
    "active_in": "The categories whose status is `active`.",
    "without_license": "For a customer without a license row `none` (there is none) or `no_data` (not exported), else empty.",
    "next_end_on": "The first day on which cover in force ends; with nothing in force, the last on which some ended.",
    "days_left": "Days from the day of the report to `next_end_on`: negative where it is past.",
    "mix": "The paid models in force: one of them, `mixed`, or `trial` or `none` where there is none.",
    "early_access": "`limited` with a flex license or a monthly usage account, else `eligible`.",
    "assistance": "`on`, `off` or `unknown`.",
    "assistance_since": "First day since which all evidence says so; empty where no evidence does.",
    "is_anomaly": "Whether assistance should be on by itself, but evidence says off.",
}


def customer_overview(
    exports: Exports,
    accounts: pl.DataFrame,
    protection: pl.DataFrame,
    positions: pl.DataFrame,
    models: pl.DataFrame,
    assistance: pl.DataFrame,
    as_of: date,
    expiring_days: int,
) -> pl.DataFrame:
    """One row per customer: its cover, its models, its Partner Assistance, and what to do next.

    It decides nothing that the other reports have decided: it reads `protection_status`, `license_positions`,
    `flex_vs_term` and `assistance_coverage`, and says which of what they say comes first.
    """
    over_used = positions.filter(pl.col("over_used_by") > 0).select("customer_id").unique()
    customers = (
        _cover(protection, expiring_days)
        .join(exports.customer_facts.select("customer_id", "account_manager", "customer_group"), "customer_id", "left")
        .join(models.select("customer_id", "mix", "early_access", "double_covered"), "customer_id", "left")
        .join(assistance.select("customer_id", "assistance", "checked_on", "is_anomaly"), "customer_id", "left")
        .join(over_used.with_columns(pl.lit(value=True).alias("is_over_used")), "customer_id", "left")
    )
    return (
        of_customers(accounts, _with_since(customers, exports.evidence, as_of))
        .with_columns(
            _to_do().alias("to_do"), (pl.col("next_end_on") - pl.lit(as_of)).dt.total_days().alias("days_left")
        )
        .with_columns(_act_by().alias("act_by"))
        .with_columns(_rank().alias("urgency"))
        .select(*COLUMNS)
    )


def _cover(protection: pl.DataFrame, expiring_days: int) -> pl.DataFrame:
    """One row per customer: its categories by status, the day on which cover ends, and the days by which to act."""
    status, ends_on = pl.col("status"), pl.col("coverage_ends_on")
    is_ending_trial = (status == "trial") & (pl.col("days_left") <= expiring_days)
    is_in_force = status.is_in(MY_PROTECTION)
    # A list of nothing is joined to an empty text, which is no value.
    lists = (
        pl.col("category").filter(status == word).str.join("; ").replace("", None).alias(f"{word}_in")
        for word in LISTED
    )
    return protection.group_by("customer_id", maintain_order=True).agg(
        *lists,
        status.filter(pl.col("category").is_null()).first().alias("without_license"),
        pl.coalesce(ends_on.filter(is_in_force).min(), ends_on.filter(is_in_force.any().not_()).max()).alias(
            "next_end_on"
        ),
        is_in_force.any().alias("is_in_force"),
        ends_on.filter("is_reactivatable").min().dt.offset_by(f"{REACTIVATION_DAYS}d").alias("reactivate_by"),
        ends_on.filter(status == "expiring").min().alias("renew_by"),
        ends_on.filter(is_ending_trial).min().alias("convert_by"),
    )


def _with_since(customers: pl.DataFrame, evidence: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The customers with `assistance_since`: the first evidence after the last that said otherwise."""
    day = pl.col("evidence_on")
    says_so = pl.col("partner_assistance") == pl.col("assistance")
    since = (
        evidence.filter(pl.col("checked_on") <= as_of, pl.col("snapshot_date") <= as_of)
        .select("customer_id", "partner_assistance", pl.col("checked_on").alias("evidence_on"))
        .join(customers.select("customer_id", "assistance", "checked_on"), on="customer_id")
        .with_columns(day.filter(says_so.not_()).max().over("customer_id").alias("otherwise_on"))
        .filter(says_so, (day > pl.col("otherwise_on")).fill_null(value=True))
        .group_by("customer_id")
        .agg(day.min().alias("since"))
    )
    return customers.join(since, on="customer_id", how="left").with_columns(
        # Evidence of one day that contradicts itself: what won was said on that day.
        pl.coalesce("since", "checked_on").alias("assistance_since")
    )


def _to_do() -> pl.Expr:
    """The first word of `TO_DOS` that applies."""
    applies = {
        "reactivate": pl.col("reactivate_by").is_not_null(),
        "renew": pl.col("renew_by").is_not_null(),
        "convert_trial": pl.col("convert_by").is_not_null(),
        "win_back": pl.col("is_in_force").not_() & pl.col("expired_in").is_not_null(),
        "offer_protection": pl.col("without_license") == "none",
        "export_licenses": pl.col("without_license") == "no_data",
        "check_end_dates": pl.col("unknown_in").is_not_null(),
        "check_assistance": pl.col("is_anomaly"),
        "add_seats": pl.col("is_over_used"),
        "check_double_cover": pl.col("double_covered").is_not_null(),
        "ask_for_assistance": pl.col("assistance") != "on",
    }
    return pl.coalesce(
        *(pl.when(condition).then(pl.lit(word)) for word, condition in applies.items()), pl.lit(TO_DOS[-1])
    )


def _act_by() -> pl.Expr:
    to_do = pl.col("to_do")
    return (
        pl.when(to_do == "reactivate")
        .then("reactivate_by")
        .when(to_do == "renew")
        .then("renew_by")
        .when(to_do == "convert_trial")
        .then("convert_by")
    )


def _rank() -> pl.Expr:
    """The most urgent first: by what to do, then by the day, then as in every report."""
    urgency = pl.struct(
        in_order_of("to_do", TO_DOS).to_physical(), pl.col("act_by").fill_null(date.max), "customer_order"
    )
    return urgency.arg_sort().arg_sort().cast(pl.Int64) + 1
