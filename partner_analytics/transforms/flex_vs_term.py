"""Flex against term: who pays by use, who for a term, and who perhaps twice."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.transforms.ordering import in_order_of, of_customers
from partner_analytics.vocabulary import CATEGORIES, MODELS, OTHER, PAID_MODELS

COLUMNS: Final = {
    "customer_id": "The customer's id.",
    "customer_name": "The name shown as, else the account's name; the id where neither is known.",
    "account_type": "`managed_order`, `monthly_usage`, `trial`, `term` or `unknown`.",
    "mix": "The paid models in force: one of them, `mixed`, or `trial` or `none` where there is none; `no_data` where its licenses were not exported.",
    "flex_licenses": "Flex licenses in force; this and the other counts are empty where its licenses were not exported.",
    "term_licenses": "Term licenses in force.",
    "managed_order_licenses": "Managed order licenses in force.",
    "trial_licenses": "Trials in force.",
    "flex_used": "Used of flex products; empty where nothing is reported.",
    "term_seats": "Seats of term products; empty where nothing is known.",
    "term_used": "Used of term products; empty where nothing is reported.",
    "double_covered": "The categories but `Other` in which both a flex and a term license are in force, joined by `; `.",
    "early_access": "`limited` with a flex license or a monthly usage account, else `eligible`.",
}


def flex_vs_term(accounts: pl.DataFrame, states: pl.DataFrame, positions: pl.DataFrame) -> pl.DataFrame:
    """One row per customer: its licenses in force by model, and what they are used for.

    A sum leaves out what is not known, and is empty where nothing is known: "not reported" is not 0. For a customer whose
    licenses were not exported the counts are empty too: not looked at is not none.
    """
    model = pl.col("model")
    counts = (
        states.lazy()
        .filter("is_in_force")
        .group_by("customer_id")
        .agg((model == name).sum().cast(pl.Int64).alias(f"{name}_licenses") for name in MODELS)
        .collect(engine="streaming")
    )
    used = (
        positions.lazy()
        .group_by("customer_id")
        .agg(
            _known_sum(pl.when(model == "flex").then("used")).alias("flex_used"),
            _known_sum(pl.when(model == "term").then("seats")).alias("term_seats"),
            _known_sum(pl.when(model == "term").then("used")).alias("term_used"),
        )
        .collect(engine="streaming")
    )
    both = counts.filter(pl.col("flex_licenses") > 0, pl.col("term_licenses") > 0)
    is_looked_at = pl.col("is_looked_at")
    customers = (
        accounts.select("customer_id", "is_looked_at")
        .join(counts, on="customer_id", how="left")
        .with_columns(pl.when(is_looked_at).then(pl.col(f"{name}_licenses").fill_null(0)) for name in MODELS)
        .join(used, on="customer_id", how="left")
        .join(_double_covered(states.join(both, on="customer_id", how="semi")), on="customer_id", how="left")
    )
    is_limited = (pl.col("flex_licenses") > 0) | (pl.col("account_type") == "monthly_usage")
    return (
        of_customers(accounts, customers)
        .with_columns(
            pl.when(is_looked_at).then(_mix()).otherwise(pl.lit("no_data")).alias("mix"),
            pl.when(is_limited).then(pl.lit("limited")).otherwise(pl.lit("eligible")).alias("early_access"),
        )
        .select(*COLUMNS)
    )


def _known_sum(values: pl.Expr) -> pl.Expr:
    return pl.when(values.count() > 0).then(values.sum())


def _mix() -> pl.Expr:
    """The paid models in force: `none`, the only one, or `mixed`."""
    has = {name: pl.col(f"{name}_licenses") > 0 for name in MODELS}
    only = pl.coalesce(pl.when(has[name]).then(pl.lit(name)) for name in (*PAID_MODELS, "trial"))
    is_mixed = pl.sum_horizontal(has[name] for name in PAID_MODELS) > 1
    return pl.when(is_mixed).then(pl.lit("mixed")).otherwise(only.fill_null("none"))


def _double_covered(states: pl.DataFrame) -> pl.DataFrame:
    """One row per customer with categories in which both a flex and a term license are in force, of those with both.

    `Other` is left out: two products without a category need not protect the same thing.
    """
    model = pl.col("model")
    return (
        states.filter("is_in_force")
        .explode("categories", empty_as_null=False)
        .rename({"categories": "category"})
        .group_by("customer_id", "category")
        .agg((model == "flex").any().alias("has_flex"), (model == "term").any().alias("has_term"))
        .filter("has_flex", "has_term", pl.col("category") != OTHER)
        .sort("customer_id", in_order_of("category", CATEGORIES))
        .group_by("customer_id", maintain_order=True)
        .agg(pl.col("category").str.join("; ").alias("double_covered"))
    )
