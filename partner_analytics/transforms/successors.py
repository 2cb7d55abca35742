"""Successors: the licenses that take over from one that ends."""

from __future__ import annotations

import polars as pl

from partner_analytics.transforms.takeovers import takeovers

LICENSE = ("customer_id", "license_id")


def successors(pairs: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """One row per license that is succeeded and license that succeeds it.

    A license in force then, with an end, is succeeded by one that takes over from it and is in force or future now. The
    earlier snapshot does not hold that one, or it was future then and is in force now (rules, section 10; ours).

    Parameters
    ----------
    pairs
        One row per license of either day, as `license_changes` joins them.
    products
        One row per product code of either day: product_code, categories (a list), is_mapped.

    Returns
    -------
    polars.DataFrame
        customer_id, license_id and model of the succeeded one; successor_id, successor_model, successor_ends_on (empty
        where it does not end), successor_delta (its difference of seats) and `is_heir`: whether that difference
        belongs to this license, which of all that it succeeds ends last.
    """
    ended = pairs.filter(pl.col("is_in_force"), pl.col("ends_on").is_not_null()).select(
        *LICENSE, "model", "product_code", "ends_on"
    )
    is_new = pl.col("state").is_null()
    has_started = (pl.col("state") == "future") & pl.col("is_in_force_now")
    following = pairs.filter(
        pl.col("is_in_force_now") | (pl.col("state_now") == "future"), is_new | has_started
    ).select(
        "customer_id",
        pl.col("license_id").alias("id"),
        *(pl.col(f"{name}_now").alias(name) for name in ("product_code", "model", "is_paid", "start_date", "ends_on")),
        pl.col("seats_delta").alias("delta"),
    )
    return (
        takeovers(ended, following, products)
        .sort("ends_on", "license_id", descending=[True, False])
        .with_columns(
            (pl.int_range(pl.len()).over("customer_id", "successor_id") == 0).alias("is_heir"),
        )
        .drop("product_code", "successor_product_code", "successor_start_date", "ends_on")
    )


def succession(succeeding: pl.DataFrame) -> pl.DataFrame:
    """One row per license that is succeeded: what its successors say of it together.

    `renewed_until` is the latest end among them, empty where one does not end. `successor_id` is of the one that ends
    last, then of the lowest license id; `successor_model` and `other_id` likewise, among those of another model.
    """
    is_other = pl.col("successor_model") != pl.col("model")
    return (
        succeeding.sort("successor_ends_on", "successor_id", descending=[True, False], nulls_last=False)
        .group_by(LICENSE, maintain_order=True)
        .agg(
            pl.lit(value=True).alias("is_succeeded"),
            pl.col("successor_id").first(),
            pl.col("successor_model").filter(is_other).first(),
            pl.col("successor_id").filter(is_other).first().alias("other_id"),
            pl.when(pl.col("successor_ends_on").is_not_null().all())
            .then(pl.col("successor_ends_on").max())
            .alias("renewed_until"),
            pl.col("successor_delta").filter("is_heir").sum().alias("inherited_delta"),
        )
    )
