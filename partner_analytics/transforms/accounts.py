"""Customers: what they are called, and what type of account they have."""

from __future__ import annotations

import polars as pl

from partner_analytics.transforms.exports import Exports


def accounts(exports: Exports) -> pl.DataFrame:
    """One row per customer that is reported on, in the order of every report.

    A customer that the customer export lacks, but the license export knows, is reported under its id, with account
    type `unknown`. Known values of the customer facts win over those of the customer export.

    Returns
    -------
    polars.DataFrame
        customer_order (from 0), customer_id, customer_name, account_type, trial_started_by, is_exported (is in the
        customer export), has_license_answer (its licenses were asked for and there were none).
    """
    facts = exports.customer_facts.select(
        "customer_id",
        pl.col("is_managed_order").alias("is_managed_order_by_fact"),
        pl.col("trial_started_by").alias("trial_started_by_fact"),
    )
    exported = exports.customers.join(facts, on="customer_id", how="left").select(
        "customer_id",
        pl.coalesce("shown_as", "account_name").alias("customer_name"),
        account_type(
            pl.coalesce("is_managed_order_by_fact", "is_managed_order"), pl.col("billing_type")
        ).alias("account_type"),
        pl.coalesce("trial_started_by_fact", "trial_started_by").alias("trial_started_by"),
        pl.lit(value=True).alias("is_exported"),
    )
    known_by_licenses = pl.concat(
        [exports.licenses.select("customer_id"), exports.empty_answers.select("customer_id")]
    ).unique()
    others = known_by_licenses.join(exported, on="customer_id", how="anti").select(
        "customer_id",
        pl.col("customer_id").alias("customer_name"),
        pl.lit("unknown").alias("account_type"),
        pl.lit(None, pl.String).alias("trial_started_by"),
        pl.lit(value=False).alias("is_exported"),
    )
    answered = exports.empty_answers["customer_id"].implode()
    return (
        pl.concat([exported, others])
        .with_columns(pl.col("customer_id").is_in(answered).alias("has_license_answer"))
        .sort(pl.col("customer_name").str.to_lowercase(), "customer_id")
        .with_row_index("customer_order")
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
