"""Renewals: what ends soon, what ended lately, and what of it is renewed already."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.transforms.ordering import in_order_of, of_customers
from partner_analytics.vocabulary import MODELS, REACTIVATION_DAYS, RENEWAL_DAYS

COLUMNS: Final = {
    "customer_id": "The customer's id.",
    "customer_name": "The name shown as, else the account's name; the id where neither is known.",
    "product_code": "The product's code.",
    "product_name": "The catalogue's name, else the export's, else the code.",
    "model": "`flex`, `term`, `managed_order` or `trial`.",
    "license_id": "The license's id.",
    "quantity": "How many were bought; empty where it is unlimited or not known.",
    "end_date": "Last day on which the license is valid.",
    "days_left": "Days from the day of the report to the end date: 0 on the last valid day, negative after it.",
    "window": "`ended`, or the smallest of `30`, `60` and `90` days in which it ends.",
    "is_renewed": "Whether another paid license of the product starts in time and ends later.",
}


def renewals(accounts: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """One row per license that ends within the next 90 days or ended within the last 60, trials included."""
    days_left = pl.col("days_left")
    ending = states.filter(pl.col("is_open_ended").not_(), days_left.is_between(-REACTIVATION_DAYS, max(RENEWAL_DAYS)))
    window = pl.coalesce(
        pl.when(days_left < 0).then(pl.lit("ended")),
        *(pl.when(days_left <= days).then(pl.lit(str(days))) for days in sorted(RENEWAL_DAYS)),
    )
    return (
        of_customers(accounts, ending.join(_renewed(ending, states), on=["customer_id", "license_id"], how="left"))
        .with_columns(
            pl.coalesce("product_name", "product_code").alias("product_name"),
            pl.when(pl.col("is_unlimited").not_()).then("quantity").alias("quantity"),
            window.alias("window"),
            pl.col("is_renewed").fill_null(value=False),
        )
        .sort("days_left", "customer_order", "product_code", in_order_of("model", MODELS), "license_id")
        .select(*COLUMNS)
    )


def _renewed(ending: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """One row per ending license with another that takes over from it: customer_id, license_id, is_renewed."""
    others = states.filter(pl.col("is_paid"), pl.col("state") != "expired").select(
        "customer_id",
        "product_code",
        pl.col("license_id").alias("other_id"),
        pl.col("start_date").alias("starts_on"),
        pl.when(pl.col("is_open_ended").not_()).then("end_date").alias("ends_on"),
    )
    return (
        ending.select("customer_id", "license_id", "product_code", "end_date")
        .join(others, on=["customer_id", "product_code"])
        .filter(
            pl.col("license_id") != pl.col("other_id"),
            (pl.col("starts_on") - pl.col("end_date")).dt.total_days() <= 1,
            pl.col("ends_on").is_null() | (pl.col("ends_on") > pl.col("end_date")),
        )
        .select("customer_id", "license_id", pl.lit(value=True).alias("is_renewed"))
        .unique()
    )
