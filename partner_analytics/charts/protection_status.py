"""Customers by protection category and status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.charts import theme
from partner_analytics.charts.look import Look, TrendLook
from partner_analytics.languages import count, say, text, word
from partner_analytics.languages.words import in_words
from partner_analytics.vocabulary import CATEGORIES, STATUSES

if TYPE_CHECKING:
    import altair as alt

COLOURS: Final = {
    "active": theme.GREEN,
    "expiring": theme.ORANGE,
    "trial": theme.SKY,
    "future": theme.BLUE,
    "unknown": theme.GREY,
    "expired": theme.VERMILION,
    "none": theme.PINK,
    "no_data": theme.PALE,
}
NO_CATEGORY: Final = text("No license row")


def counts(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per category and status that occurs: category, series (the status in words), series_order, value."""
    order = {name: number for number, name in enumerate((*CATEGORIES, say(NO_CATEGORY)))}
    return (
        frame.select(pl.col("category").cast(pl.String).fill_null(say(NO_CATEGORY)), pl.col("status").cast(pl.String))
        .group_by("category", "status")
        .agg(value=pl.len().cast(pl.Int64))
        .with_columns(
            series=in_words(pl.col("status")),
            series_order=pl.col("status").replace_strict(
                list(STATUSES), list(range(len(STATUSES))), default=99, return_dtype=pl.Int64
            ),
            place=pl.col("category").replace_strict(
                list(order), list(order.values()), default=99, return_dtype=pl.Int64
            ),
        )
        .sort("place", "series_order")
        .drop("place", "status")
    )


def draw(frame: pl.DataFrame) -> alt.TopLevelMixin:
    """Stacked bars: one bar per category, one segment per status, its length the customers."""
    counted = counts(frame)
    present = [status for status in STATUSES if word(status) in set(counted["series"])] or ["active"]
    return theme.finish(
        theme.bars(
            counted,
            row="category",
            row_title=say("Category"),
            rows=counted["category"].unique(maintain_order=True).to_list() or ["Endpoint"],
            value_title=say("Customers"),
            series=[word(status) for status in present],
            colours=[COLOURS[status] for status in present],
            series_title=say("Status"),
        )
    )


def finding(frame: pl.DataFrame) -> str:
    """The category in which most customers are about to lose cover, or have lost it."""
    gone = counts(frame).filter(pl.col("series").is_in([word("expiring"), word("expired")]))
    most = gone.group_by("category", maintain_order=True).agg(pl.col("value").sum())
    if most.is_empty():
        return say("No cover has ended or ends soon") if frame.height else say("No customers are known")
    category, customers = most.row(most["value"].arg_max() or 0)
    return say(
        "Most cover ends or has ended in {category}: for {customers}",
        category=category,
        customers=count(customers, "customer"),
    )


def describe(frame: pl.DataFrame) -> str:
    """The counts in words."""
    return say("Customers by category and status: {counts}.", counts=theme.sentence(counts(frame), "category"))


LOOK: Final = Look(
    draw,
    describe,
    TrendLook(text("Customers' categories by status, over the snapshots"), text("Customers' categories"), COLOURS),
    finding,
)
