"""Customers that can be unlinked: everything that they had is over, and can be reactivated no longer."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.transforms.ordering import of_customers
from partner_analytics.vocabulary import REACTIVATION_DAYS

COLUMNS: Final = {
    "customer_id": "The customer's id.",
    "customer_name": "The name shown as, else the account's name; the id where neither is known.",
    "account_type": "`managed_order`, `monthly_usage`, `trial`, `term` or `unknown`.",
    "last_end_date": "The end date of the license that ended last.",
    "days_left": "Days from the day of the report to it, negative: no later than 61 days ago.",
    "license_count": "How many licenses the customer had, trials included.",
}


def unlinkable_customers(accounts: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """One row per customer all of whose licenses, trials included, expired more than 60 days ago."""
    over = (
        states.group_by("customer_id")
        .agg(
            (pl.col("state") == "expired").all().alias("is_over"),
            pl.col("end_date").max().alias("last_end_date"),
            pl.col("days_left").max(),
            pl.len().cast(pl.Int64).alias("license_count"),
        )
        .filter("is_over", pl.col("days_left") < -REACTIVATION_DAYS)
    )
    return of_customers(accounts, over).select(*COLUMNS)
