"""Customer overview: each customer in one row, and what to do next."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from partner_analytics.transforms.actions import first_actions
from partner_analytics.transforms.exports import Exports
from partner_analytics.transforms.ordering import of_customers
from partner_analytics.vocabulary import MY_PROTECTION, TO_DOS

LISTED: Final = ("expired", "expiring", "unknown", "trial", "future", "active")
"""The statuses of a category, in the order in which a customer's are named: what needs a look comes first."""

COLUMNS: Final = {
    "customer_id": "The customer's id.",
    "customer_name": "The name shown as, else the account's name; the id where neither is known.",
    "account_type": "`managed_order`, `monthly_usage`, `trial`, `term` or `unknown`.",
    "account_manager": "Who looks after the customer, by the customer facts.",
    "customer_group": "The customer's group, by the customer facts.",
    "urgency": "Where the customer stands when the most urgent comes first, from 1: where its first action stands.",
    "to_do": "What to do next: its first action, else `nothing`.",
    "act_by": "By when, if its first action has a day.",
    "actions": "How many actions it has.",
    "expired_in": "The categories whose status is `expired`, joined by `; `.",
    "expiring_in": "The categories whose status is `expiring`.",
    "unknown_in": "The categories whose status is `unknown`.",
    "trial_in": "The categories whose status is `trial`.",
    "future_in": "The categories whose status is `future`.",
    "active_in": "The categories whose status is `active`.",
    "without_license": "For a customer without a license row `none` (there is none) or `no_data` (not exported), else empty.",
    "next_end_on": "The first day on which cover in force ends; with nothing in force, the last on which some ended.",
    "days_left": "Days from the day of the report to `next_end_on`: negative where it is past.",
    "mix": "The paid models in force: one of them, `mixed`, or `trial` or `none` where there is none; `no_data` where its licenses were not exported.",
    "early_access": "`limited` with a flex license or a monthly usage account, else `eligible`.",
    "assistance": "`on`, `off` or `unknown`.",
    "assistance_since": "First day since which all evidence says so; empty where no evidence does.",
    "is_anomaly": "Whether assistance should be on by itself, but evidence says off.",
}


def customer_overview(
    exports: Exports,
    accounts: pl.DataFrame,
    actions: pl.DataFrame,
    protection: pl.DataFrame,
    models: pl.DataFrame,
    assistance: pl.DataFrame,
    as_of: date,
) -> pl.DataFrame:
    """One row per customer, the most urgent first: its cover, its models, its Partner Assistance, and what to do next.

    It decides nothing that the other results have decided: a customer stands where its first action stands, and those
    with nothing to do come last, by name (rules, section 12; ours).
    """
    customers = (
        _cover(protection)
        .join(first_actions(actions).with_row_index("place"), "customer_id", "left")
        .join(models.select("customer_id", "mix", "early_access"), "customer_id", "left")
        .join(assistance.select("customer_id", "assistance", "checked_on", "is_anomaly"), "customer_id", "left")
    )
    return (
        of_customers(accounts, _with_since(customers, exports.evidence, as_of))
        .join(accounts.select("customer_id", "account_manager", "customer_group"), "customer_id", maintain_order="left")
        .sort("place", "customer_order", nulls_last=True)
        .with_columns(
            pl.col("to_do").fill_null(TO_DOS[-1]),
            pl.col("actions").fill_null(0),
            (pl.int_range(pl.len(), dtype=pl.Int64) + 1).alias("urgency"),
            (pl.col("next_end_on") - pl.lit(as_of)).dt.total_days().alias("days_left"),
        )
        .select(*COLUMNS)
    )


def _cover(protection: pl.DataFrame) -> pl.DataFrame:
    """One row per customer: its categories by status, and the day on which cover ends."""
    status, ends_on = pl.col("status"), pl.col("coverage_ends_on")
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
