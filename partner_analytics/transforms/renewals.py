"""Renewals: what ends soon, what ended lately, and how many of its seats go on in another license."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.transforms.ordering import in_order_of, of_customers
from partner_analytics.vocabulary import MODELS, RENEWAL_WINDOWS

COLUMNS: Final = {
    "customer_id": "The customer's id.",
    "customer_name": "The name shown as, else the account's name; the id where neither is known.",
    "account_manager": "Who looks after the customer, by the customer facts.",
    "product_code": "The product's code.",
    "product_name": "The catalogue's name, else the export's, else the code.",
    "model": "`flex`, `term`, `managed_order` or `trial`.",
    "license_id": "The license's id.",
    "quantity": "How many were bought; empty where it is unlimited or not known.",
    "used": "How many are in use; empty where that is not reported.",
    "end_date": "Last day on which the license is valid.",
    "days_left": "Days from the day of the report to the end date: 0 on the last valid day, negative after it.",
    "window": "`ended`, or the smallest of "
    + ", ".join(f"`{days}`" for days in RENEWAL_WINDOWS)
    + " days in which it ends.",
    "renewal": "`open` (none of its seats go on in another license), `reduced` (some do), `renewed` (all do), or `unknown` where a quantity is not known.",
    "seats_open": "Its seats that do not go on; empty for trials, and where that is not known.",
}


def renewals(
    accounts: pl.DataFrame, states: pl.DataFrame, license_renewals: pl.DataFrame, renewal_days: int
) -> pl.DataFrame:
    """One row per license that ends within the days asked for or ended within the last 60, trials included."""
    days_left = pl.col("days_left")
    window = pl.coalesce(
        pl.when(days_left < 0).then(pl.lit("ended")),
        *(pl.when(days_left <= days).then(pl.lit(str(days))) for days in RENEWAL_WINDOWS),
    )
    return (
        of_customers(accounts, states.join(license_renewals, on=["customer_id", "license_id"]))
        .filter(days_left <= renewal_days)
        .join(accounts.select("customer_id", "account_manager"), on="customer_id", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("product_name", pl.col("product_code").cast(pl.String)).alias("product_name"),
            pl.when(pl.col("is_unlimited").not_()).then("quantity").alias("quantity"),
            window.alias("window"),
        )
        .sort("days_left", "customer_order", "product_code", in_order_of("model", MODELS), "license_id")
        .select(*COLUMNS)
    )
