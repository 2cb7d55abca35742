"""Renewals seat by seat: of each license that ends, whether another takes over its seats, and how many are left open."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.transforms.takeovers import takeovers
from partner_analytics.vocabulary import REACTIVATION_DAYS

BLOCK: Final = ("customer_id", "product_code", "ends_on")
"""The licenses of a customer and product that end on one day: the same licenses take over from all of them."""

COLUMNS: Final = {
    "customer_id": "The customer's id.",
    "license_id": "The license's id.",
    "renewal": "`open`, `reduced`, `unknown` or `renewed`.",
    "seats_open": "Seats that no other license takes over; empty for trials, and where that is not known.",
}


def license_renewals(states: pl.DataFrame, days: int) -> pl.DataFrame:
    """One row per license, trial or paid, that ended at most 60 days ago or ends within so many days.

    Each seat of a license that takes over renews one seat. Within a customer and product the paid licenses take theirs
    by end date, then by license id. They take them from those that take over by start date, then by license id (rules,
    section 11; ours).

    Parameters
    ----------
    states
        The license states.
    days
        How many days ahead to look.
    """
    ends_on = pl.when(pl.col("is_open_ended").not_()).then("end_date").alias("ends_on")
    licenses = states.with_columns(ends_on)
    is_listed = pl.col("days_left").is_between(-REACTIVATION_DAYS, days)
    # Those that ended before take their seats first, where the product has a license that is listed.
    ended = licenses.filter(pl.col("ends_on").is_not_null(), pl.col("days_left") <= days)
    ended = ended.join(ended.filter(is_listed), on=["customer_id", "product_code"], how="semi")
    has_quantity = pl.col("is_unlimited").not_() & pl.col("quantity").is_not_null()
    asked = pl.when(pl.col("is_paid") & has_quantity).then("quantity").otherwise(0)
    before = pl.col("asked").cum_sum() - pl.col("asked")
    is_first = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in BLOCK)
    ended = (
        ended.sort(*BLOCK, "license_id")
        .with_columns(asked.alias("asked"))
        .with_columns((before - pl.when(is_first).then(before).forward_fill()).alias("asked_before"))
    )
    given = _given(ended, licenses, states.select("product_code", "categories", "is_mapped").unique("product_code"))
    found = ended.filter(is_listed).join(given, on=BLOCK, how="left", maintain_order="left")
    got = (pl.col("given") - pl.col("asked_before")).clip(0, pl.col("asked")).fill_null(0)
    renewal = (
        pl.when(pl.col("given").is_null())
        .then(pl.lit("open"))
        .when(pl.col("is_paid").not_() | pl.col("gives_all"))
        .then(pl.lit("renewed"))
        .when(has_quantity.not_() | pl.col("has_unknown"))
        .then(pl.lit("unknown"))
        .when(got == pl.col("asked"))
        .then(pl.lit("renewed"))
        .when(got > 0)
        .then(pl.lit("reduced"))
        .otherwise(pl.lit("open"))
    )
    is_counted = pl.col("is_paid") & has_quantity & (pl.col("renewal") != "unknown")
    return (
        found.with_columns(renewal.alias("renewal"))
        .with_columns(pl.when(is_counted).then(pl.col("asked") - got).alias("seats_open"))
        .select(*COLUMNS)
    )


def _given(ended: pl.DataFrame, licenses: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """One row per block that others take over from: its columns, given (seats), gives_all, has_unknown.

    `gives_all` is whether one that takes over is unlimited or billed by use, `has_unknown` whether the quantity of one is
    not known.
    """
    blocks = ended.group_by(BLOCK).agg(pl.col("asked").sum())
    gives_all = pl.col("is_unlimited") | (pl.col("model") == "flex")
    giving = licenses.select(
        "customer_id",
        "license_id",
        "product_code",
        "is_paid",
        "start_date",
        "ends_on",
        pl.col("quantity").alias("seats"),
        gives_all.alias("gives_all"),
    )
    pairs = (
        takeovers(blocks, giving, products)
        .sort(*BLOCK, "successor_start_date", "successor_license_id")
        .with_columns(
            pl.struct(BLOCK).rle_id().alias("block"),
            (pl.struct("customer_id", "product_code", "successor_license_id").rank("dense") - 1).alias("pool"),
            pl.col("ends_on").rank("dense").over("customer_id", "product_code").alias("turn"),
        )
    )
    return (
        _in_turn(pairs)
        .group_by(BLOCK)
        .agg(
            pl.col("given").sum(),
            pl.col("successor_gives_all").any().alias("gives_all"),
            pl.col("successor_seats").is_null().any().alias("has_unknown"),
        )
    )


def _in_turn(pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs with `given`: the seats that each gives, one end date of each customer and product after the other.

    What a license has given to one end of a product is gone for the later ends of that product.
    """
    if pairs.is_empty():
        return pairs.with_columns(pl.lit(0, pl.Int64).alias("given"))
    # Every pool has its place in one series, so that a turn takes and writes them all at once.
    left = pairs.unique("pool").sort("pool")["successor_seats"].fill_null(0)
    turns = []
    # They stand by end date within a product, so that no turn is met before an earlier one.
    for turn in pairs.partition_by("turn", maintain_order=True):
        offered = pl.when("successor_gives_all").then("asked").otherwise("offered")
        given = (
            turn.with_columns(left.gather(turn["pool"]).alias("offered"))
            .with_columns(offered.alias("offered"))
            .with_columns((pl.col("offered").cum_sum().over("block") - pl.col("offered")).alias("offered_before"))
            .with_columns((pl.col("asked") - pl.col("offered_before")).clip(0, pl.col("offered")).alias("given"))
        )
        turns.append(given.drop("offered", "offered_before"))
        left = left.scatter(turn["pool"], left.gather(turn["pool"]) - given["given"])
    return pl.concat(turns)
