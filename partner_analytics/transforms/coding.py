"""Ids and codes as numbers while the rules work, and as text again in what they find.

Rows are joined and grouped by them all the time, and a text of 36 letters takes long to compare.
"""

from __future__ import annotations

from dataclasses import fields, replace

import polars as pl

from partner_analytics.transforms.accounts import accounts
from partner_analytics.transforms.exports import FRAMES, Exports

__all__ = ["as_text", "coded", "decoded"]


def coded(exports: Exports, product_codes: pl.Series | None = None) -> Exports:
    """The same exports, with ids and codes as enums.

    `customer_id` is in the order of every report, so that it says where a row stands; `product_code` is in that of its
    letters.

    Parameters
    ----------
    product_codes
        The codes of licenses of which only the customers are known yet.
    """
    if exports.customers.schema["customer_id"] != pl.String:
        return exports
    listed = accounts(exports)["customer_id"]
    # Of whom only evidence or facts know makes no row.
    others = pl.concat([exports.evidence["customer_id"], exports.customer_facts["customer_id"]]).unique()
    ids = pl.concat([listed, others.filter(others.is_in(listed.implode()).not_()).sort()])
    # All at once: to make an enum of many ids takes longer than to look ids up in it.
    numbers = pl.concat(getattr(exports, name)["customer_id"] for name in FRAMES).cast(pl.Enum(ids))
    frames = {}
    for name in FRAMES:
        frame = getattr(exports, name)
        frames[name] = frame.with_columns(numbers.head(frame.height).alias("customer_id"))
        numbers = numbers.slice(frame.height)
    used = exports.licenses["product_code"] if product_codes is None else product_codes
    codes = pl.Enum(pl.concat([used, exports.products["product_code"]]).unique().sort())
    frames["products"] = exports.products.with_columns(pl.col("product_code").cast(codes))
    if product_codes is None:
        frames["licenses"] = frames["licenses"].with_columns(pl.col("product_code").cast(codes))
    return replace(exports, **frames)


def decoded(exports: Exports) -> Exports:
    """The same exports, with text in place of every enum."""
    return replace(exports, **{one.name: as_text(getattr(exports, one.name)) for one in fields(Exports)})


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with text in place of every enum, also in lists."""
    return frame.with_columns(
        pl.col(name).cast(pl.List(pl.String) if isinstance(dtype, pl.List) else pl.String)
        for name, dtype in frame.schema.items()
        if isinstance(dtype.inner if isinstance(dtype, pl.List) else dtype, pl.Enum)
    )
