"""What does not fit together: product codes without a category, customers that the customer export lacks."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.transforms.exports import Exports

UNMAPPED_PRODUCTS: Final = {
    "product_code": "The product's code.",
    "product_name": "Its name in the export.",
    "licenses": "How many licenses have the code.",
    "customers": "How many customers have such a license.",
}
UNKNOWN_CUSTOMERS: Final = {
    "customer_id": "The customer's id.",
    "kind": "The kind of export that names it.",
    "rows": "How many rows do.",
}

BY_ID: Final = pl.col("customer_id").cast(pl.String)
"""Customers in the order of their ids, which is not that of reports."""


def unmapped_products(states: pl.DataFrame) -> pl.DataFrame:
    """One row per product code that the catalogue lacks."""
    return (
        states.filter(pl.col("is_mapped").not_())
        .group_by("product_code")
        .agg(
            pl.col("product_name").sort_by("license_id", BY_ID).drop_nulls().first(),
            pl.len().cast(pl.Int64).alias("licenses"),
            pl.col("customer_id").n_unique().cast(pl.Int64).alias("customers"),
        )
        .sort("product_code")
    )


def unknown_customers(exports: Exports) -> pl.DataFrame:
    """One row per customer and kind of export that names it, though the customer export does not."""
    named = {
        "licenses": pl.concat([exports.licenses.select("customer_id"), exports.empty_answers.select("customer_id")]),
        "assistance": exports.evidence.filter(pl.col("source") == "assistance").select("customer_id"),
        "customer_facts": exports.customer_facts.select("customer_id"),
    }
    return pl.concat(
        frame.join(exports.customers, on="customer_id", how="anti")
        .group_by("customer_id")
        .agg(pl.lit(kind).alias("kind"), pl.len().cast(pl.Int64).alias("rows"))
        .sort(BY_ID)
        for kind, frame in named.items()
    )
