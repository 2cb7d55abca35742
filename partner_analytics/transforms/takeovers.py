"""Which license takes over from which: the pairs behind renewals, and behind the successors of changes."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.vocabulary import EARLY_RENEWAL_DAYS

SPAN: Final = EARLY_RENEWAL_DAYS + 2
"""The days on which the license that takes over can start: those before the end, the last day, and the day after."""


def takeovers(ending: pl.DataFrame, licenses: pl.DataFrame, products: pl.DataFrame) -> pl.DataFrame:
    """One row per end of a product at a customer and paid license that takes over from it.

    A paid license takes over if it starts no earlier than 90 days before the end and no later than the day after. It
    ends later or has no end. It is of the same product, or of one whose categories include all of the product's. A product
    that the catalogue lacks is taken over by itself alone (rules, section 11; ours).

    Parameters
    ----------
    ending
        One row per end: customer_id, product_code, ends_on, and whatever is to be carried along.
    licenses
        One row per license: customer_id, license_id, product_code, is_paid, start_date, ends_on, and what is to be known
        of those that take over. `ends_on` is empty where it has no end, or is perpetual.
    products
        One row per product code: product_code, categories (a list), is_mapped.

    Returns
    -------
    polars.DataFrame
        The columns of `ending`, and those of `licenses` but is_paid with `successor_` before their names; in no
        particular order.
    """
    first, last = (
        (pl.col("ends_on").to_physical() - EARLY_RENEWAL_DAYS) // SPAN,
        (pl.col("ends_on").to_physical() + 1) // SPAN,
    )
    # Only licenses that start in the same or the next span of days are looked at, not every pair of a customer.
    ends = pl.concat(
        [ending.with_columns(first.alias("span")), ending.filter(first != last).with_columns(last.alias("span"))]
    )
    spans = ends.select(pl.col("span").min().alias("first"), pl.col("span").max().alias("last")).row(0)
    span = pl.col("start_date").to_physical() // SPAN
    following = licenses.filter("is_paid", span.is_between(*spans) if ends.height else False).select(
        "customer_id",
        span.alias("span"),
        pl.exclude("customer_id", "is_paid").name.prefix("successor_"),
    )
    starts_after = (pl.col("successor_start_date") - pl.col("ends_on")).dt.total_days()
    successor_ends_on = pl.col("successor_ends_on")
    return (
        ends.join(following, on=["customer_id", "span"])
        .filter(
            starts_after.is_between(-EARLY_RENEWAL_DAYS, 1),
            successor_ends_on.is_null() | (successor_ends_on > pl.col("ends_on")),
        )
        .join(_replacements(products), on=["product_code", "successor_product_code"], how="semi")
        .drop("span")
    )


def _replacements(products: pl.DataFrame) -> pl.DataFrame:
    """One row per product and product that can take its place: product_code, successor_product_code."""
    same = products.select("product_code", pl.col("product_code").alias("successor_product_code"))
    others = (
        products.filter("is_mapped")
        .join(products.select(pl.all().name.prefix("successor_")), how="cross")
        .filter(pl.col("categories").list.set_difference("successor_categories").list.len() == 0)
        .select(same.columns)
    )
    return pl.concat([same, others])
