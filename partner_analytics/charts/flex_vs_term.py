"""Customers by mix of models, and what is used and bought under flex and term."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.charts import theme
from partner_analytics.charts.look import Look, TrendLook
from partner_analytics.counting import count, verb
from partner_analytics.vocabulary import MIXES

if TYPE_CHECKING:
    import altair as alt

TOTALS: Final = {"flex_used": "Flex, used", "term_seats": "Term, seats", "term_used": "Term, used"}
TREND_COLOURS: Final = {"flex, used": theme.BLUE, "term, seats": theme.GREEN, "trial, seats": theme.SKY}


def counts(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per mix, those without a customer included: mix (in words), series, series_order, value (customers)."""
    found = frame.group_by(pl.col("mix").cast(pl.String)).agg(value=pl.len().cast(pl.Int64))
    return (
        pl.DataFrame({"mix": list(MIXES), "series_order": list(range(len(MIXES)))})
        .join(found, on="mix", how="left", maintain_order="left")
        .with_columns(theme.words(pl.col("mix")), pl.col("value").fill_null(0), series=pl.lit("customers"))
    )


def totals(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per total that is known: total (in words), series, series_order, value (units or seats)."""
    return (
        frame.select(pl.col(column).cast(pl.Int64).drop_nulls().sum() for column in TOTALS)
        .unpivot(variable_name="total", value_name="value")
        .with_columns(
            pl.col("total").replace_strict(TOTALS, return_dtype=pl.String),
            series=pl.lit("reported"),
            series_order=pl.int_range(pl.len()),
            known=pl.Series([frame[column].count() > 0 for column in TOTALS]),
        )
        .filter("known")
        .drop("known")
    )


def draw(frame: pl.DataFrame) -> alt.TopLevelMixin:
    """Two sets of bars: the customers of each mix, and the totals of flex and term."""
    import altair as alt

    customers = counts(frame)
    units = totals(frame)
    upper = theme.bars(
        customers,
        row="mix",
        row_title="Models in force",
        rows=customers["mix"].to_list(),
        value_title="Customers",
        series=["customers"],
        colours=[theme.BLUE],
        series_title="",
    )
    lower = theme.bars(
        units,
        row="total",
        row_title="Total",
        rows=units["total"].to_list() or list(TOTALS.values()),
        value_title="Seats, or units of use",
        series=["reported"],
        colours=[theme.GREEN],
        series_title="",
    )
    return theme.finish(alt.vconcat(upper, lower, spacing=18).resolve_scale(color="independent"))


def finding(frame: pl.DataFrame) -> str:
    """What is bought for a term, and what is used under flex."""
    known = dict(totals(frame).select("total", "value").iter_rows())
    parts = [
        f"{known[total]:,} {words}"
        for total, words in ((TOTALS["term_seats"], "seats under term"), (TOTALS["flex_used"], "units used under flex"))
        if total in known
    ]
    mixed = frame.filter(mix="mixed").height
    customers = f"{count(mixed, 'customer')} {verb(mixed, 'has', 'have')} several models"
    return f"{' and '.join(parts)}; {customers}" if parts else customers


def describe(frame: pl.DataFrame) -> str:
    """The counts in words."""
    return (
        f"Customers by models in force: {theme.sentence(counts(frame), 'mix')}. "
        f"Totals: {theme.sentence(totals(frame), 'total')}."
    )


LOOK: Final = Look(
    draw,
    describe,
    TrendLook("Flex as used, term and trials in seats, over the snapshots", "Seats, or units of use", TREND_COLOURS),
    finding,
)
