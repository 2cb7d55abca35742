"""What does not fit together: product codes without a category, customers that the customer export lacks."""

from __future__ import annotations

import polars as pl

from partner_analytics.transforms.exports import Exports


def unmapped_products(states: pl.DataFrame) -> pl.DataFrame:
    """One row per product code that the catalogue lacks: product_code, product_name, licenses, customers."""
    return (
        states.filter(pl.col("is_mapped").not_())
        .group_by("product_code")
        .agg(
            pl.col("product_name").sort_by("license_id", "customer_id").drop_nulls().first(),
            pl.len().cast(pl.Int64).alias("licenses"),
            pl.col("customer_id").n_unique().cast(pl.Int64).alias("customers"),
        )
        .sort("product_code")
    )


def unknown_customers(exports: Exports) -> pl.DataFrame:
    """One row per customer and kind of export that names it, though the customer export does not.

    Returns
    -------
    polars.DataFrame
        customer_id, kind, rows.
    """
    named = {
        "licenses": pl.concat(
            [exports.licenses.select("customer_id"), exports.empty_answers.select("customer_id")]
        ),
        "assistance": exports.evidence.filter(pl.col("source") == "assistance").select("customer_id"),
        "customer_facts": exports.customer_facts.select("customer_id"),
    }
    return pl.concat(
        frame.join(exports.customers, on="customer_id", how="anti")
        .group_by("customer_id")
        .agg(pl.lit(kind).alias("kind"), pl.len().cast(pl.Int64).alias("rows"))
        .sort("customer_id")
        for kind, frame in named.items()
    )
