"""Customers: what they are called, and what type of account they have."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.transforms.exports import Exports

COLUMNS: Final = {
    "customer_order": "Where the customer stands in every report, from 0.",
    "customer_id": "The customer's id.",
    "customer_name": "The name shown as, else the account's name; the id where neither is known.",
    "account_type": "`managed_order`, `monthly_usage`, `trial`, `term` or `unknown`.",
    "account_manager": "Who looks after the customer, by the customer facts.",
    "customer_group": "The customer's group, by the customer facts.",
    "trial_started_by": "Who started the trial, `partner` or `customer`; the customer facts win over the export.",
    "is_exported": "Whether the customer export has the customer.",
    "is_looked_at": "Whether its licenses were exported, or asked for and there were none.",
}


def accounts(exports: Exports) -> pl.DataFrame:
    """One row per customer that is reported on, in the order of every report.

    A customer that the customer export lacks, but the license export knows, is reported under its id, with account
    type `unknown`. Known values of the customer facts win over those of the customer export.
    """
    facts = exports.customer_facts.select(
        "customer_id",
        pl.col("is_managed_order").alias("is_managed_order_by_fact"),
        pl.col("trial_started_by").alias("trial_started_by_fact"),
    )
    exported = exports.customers.join(facts, on="customer_id", how="left").select(
        "customer_id",
        pl.coalesce("shown_as", "account_name").alias("customer_name"),
        account_type(pl.coalesce("is_managed_order_by_fact", "is_managed_order"), pl.col("billing_type")).alias(
            "account_type"
        ),
        pl.coalesce("trial_started_by_fact", "trial_started_by").alias("trial_started_by"),
        pl.lit(value=True).alias("is_exported"),
    )
    looked_at = pl.concat(
        [exports.licenses.select("customer_id"), exports.empty_answers.select("customer_id")]
    ).unique()
    others = looked_at.join(exported, on="customer_id", how="anti").select(
        "customer_id",
        pl.col("customer_id").cast(pl.String).alias("customer_name"),
        pl.lit("unknown").alias("account_type"),
        pl.lit(None, pl.String).alias("trial_started_by"),
        pl.lit(value=False).alias("is_exported"),
    )
    return (
        pl.concat([exported, others])
        .join(
            exports.customer_facts.select("customer_id", "account_manager", "customer_group"),
            on="customer_id",
            how="left",
        )
        .join(looked_at.with_columns(pl.lit(value=True).alias("is_looked_at")), on="customer_id", how="left")
        .with_columns(pl.col("is_looked_at").fill_null(value=False))
        .sort(pl.col("customer_name").str.to_lowercase(), "customer_id")
        .with_row_index("customer_order")
        .select(*COLUMNS)
    )


def account_type(is_managed_order: pl.Expr, billing_type: pl.Expr) -> pl.Expr:
    """A customer's account type; whether it is a managed order counts first, and as false where it is not known."""
    return (
        pl.when(is_managed_order)
        .then(pl.lit("managed_order"))
        .when(billing_type == "usage")
        .then(pl.lit("monthly_usage"))
        .when(billing_type.is_in(["trial", "term"]))
        .then(billing_type)
        .otherwise(pl.lit("unknown"))
    )
