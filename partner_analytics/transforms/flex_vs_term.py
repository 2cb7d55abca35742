"""Flex against term: who pays by use, who for a term, and who perhaps twice."""

from __future__ import annotations

import polars as pl

from partner_analytics.transforms.ordering import in_order_of, of_customers
from partner_analytics.vocabulary import CATEGORIES, MODELS, PAID_MODELS

COLUMNS = (
    "customer_id",
    "customer_name",
    "account_type",
    "mix",
    "flex_licenses",
    "term_licenses",
    "managed_order_licenses",
    "trial_licenses",
    "flex_used",
    "term_seats",
    "term_used",
    "double_covered",
    "early_access",
)


def flex_vs_term(accounts: pl.DataFrame, states: pl.DataFrame, positions: pl.DataFrame) -> pl.DataFrame:
    """One row per customer: its licenses in force by model, and what they are used for.

    A sum leaves out what is not known, and is empty where nothing is known: "not reported" is not 0.
    """
    model = pl.col("model")
    counts = (
        states.filter("is_in_force")
        .group_by("customer_id")
        .agg((model == name).sum().cast(pl.Int64).alias(f"{name}_licenses") for name in MODELS)
    )
    used = positions.group_by("customer_id").agg(
        _known_sum(pl.col("used").filter(model == "flex")).alias("flex_used"),
        _known_sum(pl.col("seats").filter(model == "term")).alias("term_seats"),
        _known_sum(pl.col("used").filter(model == "term")).alias("term_used"),
    )
    customers = (
        accounts.select("customer_id")
        .join(counts, on="customer_id", how="left")
        .with_columns(pl.col(f"{name}_licenses").fill_null(0) for name in MODELS)
        .join(used, on="customer_id", how="left")
        .join(_double_covered(states), on="customer_id", how="left")
    )
    has_flex = pl.col("flex_licenses") > 0
    is_limited = has_flex | (pl.col("account_type") == "monthly_usage")
    return (
        of_customers(accounts, customers)
        .with_columns(
            _mix().alias("mix"),
            pl.when(is_limited).then(pl.lit("limited")).otherwise(pl.lit("eligible")).alias("early_access"),
        )
        .select(COLUMNS)
    )


def _known_sum(values: pl.Expr) -> pl.Expr:
    return pl.when(values.count() > 0).then(values.sum())


def _mix() -> pl.Expr:
    """The paid models in force: none of them, the only one, or `mixed`."""
    has = {name: pl.col(f"{name}_licenses") > 0 for name in MODELS}
    mix = pl.when(pl.sum_horizontal(has[name] for name in PAID_MODELS) > 1).then(pl.lit("mixed"))
    for name in (*PAID_MODELS, "trial"):
        mix = mix.when(has[name]).then(pl.lit(name))
    return mix.otherwise(pl.lit("none"))


def _double_covered(states: pl.DataFrame) -> pl.DataFrame:
    """One row per customer with categories in which both a flex and a term license are in force."""
    model = pl.col("model")
    return (
        states.filter("is_in_force")
        .explode("categories", empty_as_null=False)
        .rename({"categories": "category"})
        .group_by("customer_id", "category")
        .agg((model == "flex").any().alias("has_flex"), (model == "term").any().alias("has_term"))
        .filter("has_flex", "has_term")
        .sort("customer_id", in_order_of("category", CATEGORIES))
        .group_by("customer_id", maintain_order=True)
        .agg(pl.col("category").str.join("; ").alias("double_covered"))
    )
