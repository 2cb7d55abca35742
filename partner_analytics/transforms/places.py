"""Where customers stand among all customers, who were judged in parts."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.transforms.ordering import in_order_of
from partner_analytics.vocabulary import TO_DOS

__all__ = ["NAMED_ALIKE", "ORDERS", "placed", "placing"]

NAMED_ALIKE: Final = "called"
"""Customers with the same text here share their name."""

ORDERS: Final = {
    "customer_order": ("called", "customer_id"),
    "urgency": ("act_by", "to_do", "called", "customer_id"),
}
"""By what customers are sorted for each place that they have: texts by their code points, what is empty last (rules, sections 9 and 12)."""

FIRST: Final = {"customer_order": 0, "urgency": 1}


def placing(accounts: pl.DataFrame, overview: pl.DataFrame) -> pl.DataFrame:
    """What places the customers of a part among all: customer_id, called, act_by, to_do (a number).

    Parameters
    ----------
    accounts, overview
        One row per customer of the part, from the results `accounts` and `customer_overview`.
    """
    does = in_order_of("to_do", TO_DOS).to_physical().cast(pl.Int64).alias("to_do")
    return accounts.select("customer_id", pl.col("customer_name").str.to_lowercase().alias("called")).join(
        overview.select("customer_id", "act_by", does), on="customer_id", maintain_order="left"
    )


def placed(frame: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """A result of a part, with the places that its customers have among all.

    Parameters
    ----------
    places
        One row per customer: customer_id, and how many stand before it by each of `ORDERS`.
    """
    found = [name for name in ORDERS if name in frame.columns]
    return (
        frame.drop(found)
        .join(places.select("customer_id", *found), on="customer_id", how="left", maintain_order="left")
        .with_columns((pl.col(name) + FIRST[name]).cast(frame.schema[name]) for name in found)
        .select(frame.columns)
    )
