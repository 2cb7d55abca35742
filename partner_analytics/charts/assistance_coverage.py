"""The share of customers whose Partner Assistance is on, off or not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.charts import theme
from partner_analytics.charts.look import Look, TrendLook
from partner_analytics.counting import count, share
from partner_analytics.vocabulary import ACCOUNT_TYPES

if TYPE_CHECKING:
    import altair as alt

ALL: Final = "All customers"
ANOMALY: Final = "off, but should be on"
COLOURS: Final = {"on": theme.GREEN, ANOMALY: theme.VERMILION, "off": theme.ORANGE, "unknown": theme.GREY}


def counts(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per account type ("All customers" first) and answer: account, series, series_order, value."""
    answers = frame.select(
        account=theme.words(pl.col("account_type").cast(pl.String)),
        series=pl.when(pl.col("is_anomaly").fill_null(False))
        .then(pl.lit(ANOMALY))
        .otherwise(pl.col("assistance").cast(pl.String)),
    )
    places = {ALL: 0} | {name.replace("_", " "): number for number, name in enumerate(ACCOUNT_TYPES, 1)}
    return (
        pl.concat([answers.with_columns(account=pl.lit(ALL)), answers])
        .group_by("account", "series")
        .agg(value=pl.len().cast(pl.Int64))
        .with_columns(
            series_order=pl.col("series").replace_strict(
                list(COLOURS), list(range(len(COLOURS))), default=99, return_dtype=pl.Int64
            ),
            place=pl.col("account").replace_strict(
                list(places), list(places.values()), default=99, return_dtype=pl.Int64
            ),
        )
        .sort("place", "series_order")
        .drop("place")
    )


def draw(frame: pl.DataFrame) -> alt.TopLevelMixin:
    """Bars of 100 %: all customers first, then one bar per account type."""
    counted = counts(frame)
    return theme.finish(
        theme.bars(
            counted,
            row="account",
            row_title="Account type",
            rows=counted["account"].unique(maintain_order=True).to_list() or [ALL],
            value_title="Share of customers",
            series=list(COLOURS),
            colours=list(COLOURS.values()),
            series_title="Partner Assistance",
            share=True,
        )
    )


def finding(frame: pl.DataFrame) -> str:
    """How many accounts can be opened, and of how many that is not known."""
    if frame.is_empty():
        return "No customers are known"
    on, unknown = (frame.filter(assistance=word).height for word in ("on", "unknown"))
    return (
        f"Partner Assistance is on for {on:,} of {count(frame.height, 'customer')} ({share(on, frame.height)}), "
        f"and not known for {unknown:,}"
    )


def describe(frame: pl.DataFrame) -> str:
    """The counts in words."""
    return f"Partner Assistance by account type: {theme.sentence(counts(frame), 'account')}."


LOOK: Final = Look(
    draw,
    describe,
    TrendLook("Customers by Partner Assistance, over the snapshots", "Customers", COLOURS),
    finding,
)
