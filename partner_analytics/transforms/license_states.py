"""Licenses: their model, and their state as of a day."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from partner_analytics.transforms.exports import Exports
from partner_analytics.vocabulary import CATEGORIES, IN_FORCE, MODELS, OTHER, PAID_MODELS, REACTIVATION_DAYS, STATES

MODEL: Final = pl.Enum(MODELS)
STATE: Final = pl.Enum(STATES)
IN_CATEGORIES: Final = pl.List(pl.Enum(CATEGORIES))

COLUMNS: Final = {
    "customer_id": "The customer's id.",
    "license_id": "The license's id.",
    "product_code": "The product's code.",
    "product_name": "The catalogue's name, else the export's.",
    "categories": "The protection categories of the product, a list; `Other` where the catalogue lacks it.",
    "model": "`flex`, `term`, `managed_order` or `trial`.",
    "state": "`future`, `active`, `expiring`, `expired` or `unknown`.",
    "is_paid": "Whether the model is any but `trial`.",
    "is_in_force": "Whether the state is `active` or `expiring`.",
    "is_reactivatable": f"Whether it expired at most {REACTIVATION_DAYS} days ago.",
    "days_left": "Days from the day of the report to the end date: 0 on the last valid day, negative after it.",
    "start_date": "First day of the license.",
    "end_date": "Last day on which the license is valid.",
    "is_open_ended": "Whether it is perpetual or has no end date.",
    "is_unlimited": "Whether the license has no limit.",
    "quantity": "How many were bought.",
    "used": "How many are in use.",
    "is_mapped": "Whether the catalogue has the product.",
    "load_id": "The load that brought the license.",
    "line": "Line of the file on which the license begins; in JSON the position of the item, from 1.",
}


def license_states(exports: Exports, accounts: pl.DataFrame, as_of: date, expiring_days: int) -> pl.DataFrame:
    """One row per license, in no particular order."""
    products = exports.products.select(
        "product_code",
        pl.col("product_name").alias("catalogue_name"),
        pl.col("categories").cast(IN_CATEGORIES),
        pl.lit(value=True).alias("is_mapped"),
    ).lazy()
    types = accounts.select("customer_id", "account_type").lazy()
    is_perpetual = pl.col("is_perpetual").fill_null(value=False)
    return (
        exports.licenses.lazy()
        .join(products, on="product_code", how="left", maintain_order="left")
        .join(types, on="customer_id", how="left", maintain_order="left")
        .with_columns(
            license_model(pl.col("license_type"), pl.col("account_type")).alias("model"),
            license_state(is_perpetual, as_of, expiring_days).alias("state"),
            (pl.col("end_date") - pl.lit(as_of)).dt.total_days().alias("days_left"),
        )
        .select(
            "customer_id",
            "license_id",
            "product_code",
            pl.coalesce("catalogue_name", "product_name").alias("product_name"),
            # A code that the catalogue lacks falls to Other; it is never dropped.
            pl.col("categories").fill_null(pl.lit([OTHER], IN_CATEGORIES)),
            "model",
            "state",
            pl.col("model").is_in(PAID_MODELS).alias("is_paid"),
            pl.col("state").is_in(IN_FORCE).alias("is_in_force"),
            ((pl.col("state") == "expired") & (pl.col("days_left") >= -REACTIVATION_DAYS)).alias("is_reactivatable"),
            "days_left",
            "start_date",
            "end_date",
            (is_perpetual | pl.col("end_date").is_null()).alias("is_open_ended"),
            pl.col("is_unlimited").fill_null(value=False),
            "quantity",
            "used",
            pl.col("is_mapped").fill_null(value=False),
            "load_id",
            "line",
        )
        .select(*COLUMNS)
        .collect()
    )


def license_model(license_type: pl.Expr, account_type: pl.Expr) -> pl.Expr:
    """How a license is paid for; everything a managed customer order has is a managed order, but for trials."""
    return (
        pl.when(license_type == "trial")
        .then(pl.lit("trial", MODEL))
        .when((license_type == "ordered") | (account_type == "managed_order"))
        .then(pl.lit("managed_order", MODEL))
        .when(license_type == "usage")
        .then(pl.lit("flex", MODEL))
        .otherwise(pl.lit("term", MODEL))
    )


def license_state(is_perpetual: pl.Expr, as_of: date, expiring_days: int) -> pl.Expr:
    """The state of a license as of a day; its end date is its last valid day."""
    day, end = pl.lit(as_of), pl.col("end_date")
    return (
        pl.when(pl.col("start_date") > day)
        .then(pl.lit("future", STATE))
        .when(is_perpetual)
        .then(pl.lit("active", STATE))
        .when(end.is_null())
        .then(
            pl.when(pl.col("license_type").is_in(["usage", "ordered", "perpetual"]))
            .then(pl.lit("active", STATE))
            .otherwise(pl.lit("unknown", STATE))
        )
        .when(end < day)
        .then(pl.lit("expired", STATE))
        .when((end - day).dt.total_days() <= expiring_days)
        .then(pl.lit("expiring", STATE))
        .otherwise(pl.lit("active", STATE))
    )
