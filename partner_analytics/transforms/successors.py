"""Successors: the licenses that take over from one that ends."""

from __future__ import annotations

import polars as pl

LICENSE = ("customer_id", "license_id")


def successors(pairs: pl.DataFrame) -> pl.DataFrame:
    """One row per license that is succeeded and license that succeeds it.

    A license in force then, with an end, is succeeded by a paid one of the same customer and product that is in force
    or future now, starts no later than the day after that end, and ends later; and that is not in the earlier
    snapshot, or was future then and is in force now.

    Parameters
    ----------
    pairs
        One row per license of either day, as `license_changes` joins them.

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
        pl.col("is_paid_now"), pl.col("is_in_force_now") | (pl.col("state_now") == "future"), is_new | has_started
    ).select(
        "customer_id",
        pl.col("license_id").alias("successor_id"),
        pl.col("product_code_now").alias("product_code"),
        pl.col("model_now").alias("successor_model"),
        pl.col("start_date_now").alias("successor_starts_on"),
        pl.col("ends_on_now").alias("successor_ends_on"),
        pl.col("seats_delta").alias("successor_delta"),
    )
    is_in_time = (pl.col("successor_starts_on") - pl.col("ends_on")).dt.total_days() <= 1
    ends_later = pl.col("successor_ends_on").is_null() | (pl.col("successor_ends_on") > pl.col("ends_on"))
    return (
        ended.join(following, on=["customer_id", "product_code"])
        .filter(is_in_time, ends_later)
        .sort("ends_on", "license_id", descending=[True, False])
        .with_columns(
            (pl.int_range(pl.len()).over("customer_id", "successor_id") == 0).alias("is_heir"),
        )
        .drop("product_code", "successor_starts_on", "ends_on")
    )


def succession(succeeding: pl.DataFrame) -> pl.DataFrame:
    """One row per license that is succeeded: what its successors say of it together.

    `renewed_until` is the latest end among them, empty where one does not end; `successor_id` and, among those of
    another model, `successor_model` are of the one that ends last, then of the lowest license id.
    """
    is_other = pl.col("successor_model") != pl.col("model")
    return (
        succeeding.sort("successor_ends_on", "successor_id", descending=[True, False], nulls_last=False)
        .group_by(LICENSE, maintain_order=True)
        .agg(
            pl.lit(value=True).alias("is_succeeded"),
            pl.col("successor_id").first(),
            pl.col("successor_model").filter(is_other).first(),
            pl.when(pl.col("successor_ends_on").is_not_null().all())
            .then(pl.col("successor_ends_on").max())
            .alias("renewed_until"),
            pl.col("successor_delta").filter("is_heir").sum().alias("inherited_delta"),
        )
    )
