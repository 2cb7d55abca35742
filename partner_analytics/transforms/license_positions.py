"""License positions: seats and usage."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.transforms.ordering import in_order_of, of_customers
from partner_analytics.vocabulary import MODELS

COLUMNS: Final = {
    "customer_id": "The customer's id.",
    "customer_name": "The name shown as, else the account's name; the id where neither is known.",
    "product_code": "The product's code.",
    "product_name": "The catalogue's name, else the export's, else the code.",
    "model": "`flex`, `term`, `managed_order` or `trial`.",
    "seats": "Sum of the quantities in force; empty where one is unlimited or not known.",
    "is_unlimited": "Whether one of the licenses has no limit.",
    "used": "The largest usage count reported; empty where none is.",
    "over_used_by": "Used beyond the seats; empty unless both are known.",
    "unused": "Seats not used; empty unless both are known.",
}


def license_positions(accounts: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """One row per customer, product and model of the licenses in force.

    Quantities add up; usage does not, since the vendor counts it per customer and product. Seats are empty where any
    license is unlimited or its quantity is not known; `over_used_by` and `unused` are empty unless both are known.
    """
    quantity, is_unlimited = pl.col("quantity"), pl.col("is_unlimited")
    positions = (
        states.lazy()
        .filter("is_in_force")
        .group_by("customer_id", "product_code", "model")
        .agg(
            pl.col("product_name").min_by(pl.when(pl.col("product_name").is_not_null()).then("license_id")),
            pl.when((is_unlimited | quantity.is_null()).any().not_()).then(quantity.sum()).alias("seats"),
            is_unlimited.any(),
            pl.col("used").max(),
        )
        .with_columns(
            pl.coalesce("product_name", pl.col("product_code").cast(pl.String)).alias("product_name"),
            (pl.col("used") - pl.col("seats")).clip(lower_bound=0).alias("over_used_by"),
            (pl.col("seats") - pl.col("used")).clip(lower_bound=0).alias("unused"),
        )
        .collect(engine="streaming")
    )
    return of_customers(accounts, positions, "product_code", in_order_of("model", MODELS)).select(*COLUMNS)
