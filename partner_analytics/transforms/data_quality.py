"""What does not fit together: product codes without a category, customers that the customer export lacks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from partner_analytics.transforms.exports import Exports
from partner_analytics.transforms.ordering import in_order_of

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

NAMED_BY: Final = ("license_id", "customer_id")
"""A product has the name that the license with the lowest id gives it."""

BY_ID: Final = pl.col("customer_id").cast(pl.String)
"""Customers in the order of their ids, which is not that of reports."""


NAMING: Final = ("licenses", "assistance", "customer_facts")
"""The kinds of exports that can name a customer whom the customer export does not."""


def unmapped_products(states: pl.DataFrame) -> pl.DataFrame:
    """One row per product code that the catalogue lacks."""
    return unmapped_of_all([unmapped_of_some(states)])


def unmapped_of_some(states: pl.DataFrame) -> pl.DataFrame:
    """One row per product code that the catalogue lacks and some customers have, with the license that names it."""
    named = pl.col("product_name").is_not_null()
    return (
        states.filter(pl.col("is_mapped").not_())
        .with_columns(BY_ID)
        .sort(*NAMED_BY)
        .group_by(pl.col("product_code").cast(pl.String))
        .agg(
            *(pl.col(name).filter(named).first() for name in ("product_name", *NAMED_BY)),
            pl.col("customer_id").n_unique().cast(pl.Int64).alias("customers"),
            pl.len().cast(pl.Int64).alias("licenses"),
        )
    )


def unmapped_of_all(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """`unmapped_products` of all customers, from those of each part of them."""
    return (
        pl.concat(parts)
        .sort(*NAMED_BY, nulls_last=True)
        .group_by("product_code")
        .agg(pl.col("product_name").drop_nulls().first(), pl.col("licenses", "customers").sum())
        .sort("product_code")
    )


def unknown_customers(exports: Exports) -> pl.DataFrame:
    """One row per customer and kind of export that names it, though the customer export does not."""
    named = {
        "licenses": pl.concat([exports.licenses.select("customer_id"), exports.empty_answers.select("customer_id")]),
        "assistance": exports.evidence.filter(pl.col("source") == "assistance").select("customer_id"),
        "customer_facts": exports.customer_facts.select("customer_id"),
    }
    return unknown_of_all(
        [
            frame.join(exports.customers, on="customer_id", how="anti")
            .group_by("customer_id")
            .agg(pl.lit(kind).alias("kind"), pl.len().cast(pl.Int64).alias("rows"))
            for kind, frame in named.items()
        ]
    )


def unknown_of_all(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """`unknown_customers` of all, from those of each part of them."""
    return pl.concat(parts).sort(in_order_of("kind", NAMING), BY_ID)
