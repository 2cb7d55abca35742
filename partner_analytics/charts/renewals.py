"""Licenses that end, by when: paid and not renewed, trials, and those renewed already."""

from __future__ import annotations

from typing import Final

import altair as alt
import polars as pl

from partner_analytics.charts import theme

WINDOWS: Final = {
    "ended": "Ended in the last 60 days",
    "30": "Ends within 30 days",
    "60": "In 31 to 60 days",
    "90": "In 61 to 90 days",
}
COLOURS: Final = {"not renewed": theme.VERMILION, "trial": theme.SKY, "renewed": theme.GREEN}


def counts(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per window and series: window (in words), series, series_order, value (licenses); also where there are 0."""
    series = (
        pl.when("is_renewed")
        .then(pl.lit("renewed"))
        .when(pl.col("model") == "trial")
        .then(pl.lit("trial"))
        .otherwise(pl.lit("not renewed"))
    )
    found = frame.group_by("window", series.alias("series")).agg(pl.len().cast(pl.Int64).alias("value"))
    windows = pl.DataFrame({"window": list(WINDOWS), "name": list(WINDOWS.values())})
    names = pl.DataFrame({"series": list(COLOURS)}).with_row_index("series_order")
    return (
        windows.join(names, how="cross", maintain_order="left_right")
        .join(found, on=["window", "series"], how="left", maintain_order="left")
        .select(pl.col("name").alias("window"), "series", "series_order", pl.col("value").fill_null(0))
    )


def draw(frame: pl.DataFrame) -> alt.TopLevelMixin:
    """Stacked bars: one bar per window, its length the licenses."""
    return theme.finish(
        theme.bars(
            counts(frame),
            row="window",
            row_title="Window",
            rows=list(WINDOWS.values()),
            value_title="Licenses",
            series=list(COLOURS),
            colours=list(COLOURS.values()),
            series_title="Licenses",
        )
    )


def describe(frame: pl.DataFrame) -> str:
    """The counts in words."""
    return f"Licenses by when they end: {theme.sentence(counts(frame), 'window')}."
