"""Partner Assistance coverage: whose Central Admin the partner can open."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from partner_analytics.transforms.exports import Exports
from partner_analytics.transforms.ordering import of_customers

COLUMNS: Final = {
    "customer_id": "The customer's id.",
    "customer_name": "The name shown as, else the account's name; the id where neither is known.",
    "account_type": "`managed_order`, `monthly_usage`, `trial`, `term` or `unknown`.",
    "assistance": "`on`, `off` or `unknown`.",
    "basis": "How that is known: `stated`, `observed`, the vendor's rule (`rule_…`), or `none`.",
    "checked_on": "Day of the evidence; empty without any.",
    "expected_on": "Whether a rule of the vendor turns it on by itself.",
    "is_anomaly": "Whether it should be on by itself, but evidence says off.",
    "can_launch": "Whether the partner can open the customer's Central Admin.",
    "next_step": "`launch`, `check_anomaly` or `ask_customer`.",
}


def assistance_coverage(exports: Exports, accounts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """One row per customer: whether assistance is on, how that is known, and what to do next.

    Evidence wins over the vendor's rules; without either it is unknown, which counts neither as on nor as off.
    """
    trials = accounts.select("customer_id", "trial_started_by")
    known = (
        accounts.select("customer_id")
        .join(newest_evidence(exports.evidence, as_of), on="customer_id", how="left")
        .join(trials, on="customer_id", how="left")
    )
    is_on, is_expected = pl.col("assistance") == "on", pl.col("expected_on")
    return (
        of_customers(accounts, known)
        .with_columns(_rule().alias("rule"))
        .with_columns(
            pl.coalesce("partner_assistance", pl.when(pl.col("rule").is_not_null()).then(pl.lit("on")), pl.lit("unknown"))
            .alias("assistance"),
            pl.coalesce("basis", "rule", pl.lit("none")).alias("basis"),
            pl.col("rule").is_not_null().alias("expected_on"),
        )
        .with_columns((is_expected & (pl.col("assistance") == "off")).alias("is_anomaly"), is_on.alias("can_launch"))
        .with_columns(
            pl.when("can_launch")
            .then(pl.lit("launch"))
            .when("is_anomaly")
            .then(pl.lit("check_anomaly"))
            .otherwise(pl.lit("ask_customer"))
            .alias("next_step")
        )
        .select(*COLUMNS)
    )  # fmt: skip


def _rule() -> pl.Expr:
    """The vendor's rule that turns assistance on automatically, if one applies."""
    account_type = pl.col("account_type")
    return (
        pl.when(account_type == "monthly_usage")
        .then(pl.lit("rule_monthly_usage"))
        .when(account_type == "managed_order")
        .then(pl.lit("rule_managed_order"))
        .when((account_type == "trial") & (pl.col("trial_started_by") == "partner"))
        .then(pl.lit("rule_partner_trial"))
    )


def newest_evidence(evidence: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """One row per customer with evidence up to the day: the newest; what was stated wins over what was observed.

    Of two equal ones the later snapshot's wins, then the sheet about assistance over a column of the customer export.
    """
    return (
        evidence.filter(pl.col("checked_on") <= as_of, pl.col("snapshot_date") <= as_of)
        .sort(
            "checked_on",
            pl.col("basis") == "stated",
            "snapshot_date",
            pl.col("source") == "assistance",
        )
        .group_by("customer_id")
        .agg(pl.all().last())
    )
