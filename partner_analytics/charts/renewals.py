"""Licenses that end, by when: open, renewed in part, not known, trials, and those renewed already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.charts import theme
from partner_analytics.charts.look import Look
from partner_analytics.vocabulary import REACTIVATION_DAYS, RENEWAL_DAYS, RENEWAL_WINDOWS

if TYPE_CHECKING:
    import altair as alt

COLOURS: Final = {
    "open": theme.VERMILION,
    "renewed in part": theme.ORANGE,
    "not known": theme.GREY,
    "trial": theme.SKY,
    "renewed": theme.GREEN,
}
NAMES: Final = {"open": "open", "reduced": "renewed in part", "unknown": "not known", "renewed": "renewed"}


def windows(frame: pl.DataFrame) -> dict[str, str]:
    """The windows up to the last in which something ends, at least to 90 days, in words."""
    last = max((int(window) for window in frame["window"].unique() if window != "ended"), default=0)
    shown = {"ended": f"Ended in the last {REACTIVATION_DAYS} days"}
    since = 0
    for days in RENEWAL_WINDOWS:
        if days <= max(last, RENEWAL_DAYS):
            shown[str(days)] = f"In {since + 1} to {days} days" if since else f"Ends within {days} days"
        since = days
    return shown


def counts(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per window and series: window (in words), series, series_order, value (licenses); also where there are 0."""
    is_open_trial = (pl.col("model") == "trial") & (pl.col("renewal") != "renewed")
    series = pl.when(is_open_trial).then(pl.lit("trial")).otherwise(pl.col("renewal").replace_strict(NAMES))
    found = frame.group_by("window", series.alias("series")).agg(pl.len().cast(pl.Int64).alias("value"))
    shown = windows(frame)
    rows = pl.DataFrame({"window": list(shown), "name": list(shown.values())})
    names = pl.DataFrame({"series": list(COLOURS)}).with_row_index("series_order")
    return (
        rows.join(names, how="cross", maintain_order="left_right")
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
            rows=list(windows(frame).values()),
            value_title="Licenses",
            series=list(COLOURS),
            colours=list(COLOURS.values()),
            series_title="Licenses",
        )
    )


def describe(frame: pl.DataFrame) -> str:
    """The counts in words."""
    return f"Licenses by when they end: {theme.sentence(counts(frame), 'window')}."


LOOK: Final = Look(draw, describe)
