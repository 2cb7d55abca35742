"""The bridge of seats: from those then, by the reasons of the changes, to those now."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.vocabulary import BRIDGE_REASONS

COLUMNS: Final = {
    "reason": "`then`, a reason that is not 0, or `now`.",
    "seats": "Paid and limited seats in force; for a reason how many more or less.",
}

REASONS: Final = {
    "license_new": "new",
    "license_gone": "gone",
    "license_renewed": "renewed",
    "license_expired": "expired",
    "license_ended_early": "expired",
    "license_started": "started",
    "licenses_not_seen": "not_seen",
    "licenses_first_seen": "first_seen",
}
"""The reason of each change; a quantity's goes by its sign, and any other is `reclassified`."""


def changes_bridge(changes: pl.DataFrame, customer_seats: pl.DataFrame) -> pl.DataFrame:
    """One row per reason for which seats became more or fewer, between the seats then and now."""
    delta = pl.col("seats_delta")
    reason = (
        pl.when(pl.col("change") == "quantity_changed")
        .then(pl.when(delta < 0).then(pl.lit("reduced")).otherwise(pl.lit("grown")))
        .otherwise(pl.col("change").replace_strict(REASONS, default="reclassified", return_dtype=pl.String))
    )
    by_reason = (
        changes.group_by(reason.alias("reason"))
        .agg(delta.sum().alias("seats"))
        .filter(pl.col("seats") != 0)
        .sort(pl.col("reason").cast(pl.Enum(BRIDGE_REASONS)))
    )
    then, now = (
        customer_seats.select(pl.lit(name).alias("reason"), pl.col(f"seats_{name}").sum().alias("seats"))
        for name in ("then", "now")
    )
    return pl.concat([then, by_reason, now])
