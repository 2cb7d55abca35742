"""The seats of each customer on two days."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.transforms.customer_changes import seats
from partner_analytics.transforms.state import State

COLUMNS: Final = {
    "customer_id": "The customer's id.",
    "was_exported": "Whether the customer export of the earlier day has the customer.",
    "is_exported": "Whether that of the later day has it.",
    "seats_then": "Its paid and limited seats in force on the earlier day.",
    "seats_now": "Those on the later day.",
}


def customer_seats(then: State, now: State) -> pl.DataFrame:
    """One row per customer of either of the two days that are compared, in the order of their ids."""
    return (
        _of_a_day(then)
        .join(_of_a_day(now), on="customer_id", how="full", coalesce=True, suffix="_now")
        .select(
            "customer_id",
            pl.col("is_exported").fill_null(value=False).alias("was_exported"),
            pl.col("is_exported_now").fill_null(value=False).alias("is_exported"),
            pl.col("seats").fill_null(0).alias("seats_then"),
            pl.col("seats_now").fill_null(0),
        )
        .sort("customer_id")
    )


def _of_a_day(known: State) -> pl.DataFrame:
    held = known.results["license_states"].group_by("customer_id").agg(seats().sum().alias("seats"))
    return known.results["accounts"].select("customer_id", "is_exported").join(held, on="customer_id", how="left")
