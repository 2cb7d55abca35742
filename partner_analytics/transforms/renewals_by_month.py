"""Renewals by month: how many licenses end in each month, and how many of their seats go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

COLUMNS: Final = {
    "month": "The month in which they end, as `YYYY-MM`.",
    "licenses": "How many paid licenses end in it.",
    "open_licenses": "How many of them are `open` or `reduced`.",
    "unknown_licenses": "How many of them are `unknown`.",
    "seats_open": "Their seats that do not go on; what is not known is left out, and where nothing is known it is empty.",
    "seats_renewed": "Their seats that go on in another license; likewise.",
    "trial_licenses": "How many trials end in it.",
}


def renewals_by_month(renewals: pl.DataFrame) -> pl.DataFrame:
    """One row per month from the first to the last in which a license of `renewals` ends; a month without any has zeros."""
    return months_of_all([counted_by_month(renewals)])


def counted_by_month(renewals: pl.DataFrame) -> pl.DataFrame:
    """One row per month in which a license of some customers ends: what all their licenses come to."""
    is_paid, renewal = pl.col("model") != "trial", pl.col("renewal")
    seats_renewed = pl.col("quantity") - pl.col("seats_open")
    return (
        renewals.filter(pl.col("end_date").is_not_null())
        .group_by(pl.col("end_date").dt.truncate("1mo").alias("month"))
        .agg(
            _count(is_paid).alias("licenses"),
            _count(is_paid & renewal.is_in(["open", "reduced"])).alias("open_licenses"),
            _count(is_paid & (renewal == "unknown")).alias("unknown_licenses"),
            _sum(pl.col("seats_open").filter(is_paid)).alias("seats_open"),
            _sum(seats_renewed.filter(is_paid)).alias("seats_renewed"),
            _count(is_paid.not_()).alias("trial_licenses"),
        )
    )


def months_of_all(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """`renewals_by_month` of all customers, from what was counted of each part of them."""
    counted = pl.concat(parts).group_by("month").agg(*(_sum(pl.col(name)) for name in (*COUNTS, *SEATS)))
    ends = pl.date_range(pl.col("month").min(), pl.col("month").max(), "1mo")
    months = counted.select(ends.alias("month")) if counted.height else counted.select("month")
    # Where no paid license ends, it is known that no seats do.
    seats = (
        pl.when(pl.col("licenses").fill_null(0) == 0).then(0).otherwise(pl.col(name)).alias(name) for name in SEATS
    )
    return (
        months.join(counted, on="month", how="left", maintain_order="left")
        .with_columns(*seats)
        .with_columns(pl.col(*COUNTS).fill_null(0))
        .with_columns(pl.col("month").dt.strftime("%Y-%m"))
        .select(*COLUMNS)
    )


COUNTS: Final = ("licenses", "open_licenses", "unknown_licenses", "trial_licenses")
SEATS: Final = ("seats_open", "seats_renewed")


def _count(rows: pl.Expr) -> pl.Expr:
    return rows.sum().cast(pl.Int64)


def _sum(seats: pl.Expr) -> pl.Expr:
    """The sum of the known values; empty if none is known."""
    return pl.when(seats.count() > 0).then(seats.sum()).cast(pl.Int64)
