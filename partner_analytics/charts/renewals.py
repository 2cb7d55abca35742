"""Seats that end, month by month: those that go on, and those to renew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.charts import theme
from partner_analytics.charts.look import Look
from partner_analytics.languages import count, say, text

if TYPE_CHECKING:
    import altair as alt

SERIES: Final = {"seats_open": text("seats to renew"), "seats_renewed": text("seats renewed")}
COLOURS: Final = (theme.ORANGE, theme.GREEN)


def _series() -> dict[str, str]:
    return {column: say(series) for column, series in SERIES.items()}


def counts(months: pl.DataFrame) -> pl.DataFrame:
    """Two rows per month: month, series (in words), series_order, value (seats; empty where none is known)."""
    return (
        months.unpivot(list(SERIES), index="month", variable_name="column", value_name="value")
        .with_columns(
            series=pl.col("column").replace_strict(_series(), return_dtype=pl.String),
            series_order=(pl.col("column") == "seats_renewed").cast(pl.Int64),
        )
        .sort("month", "series_order")
        .select("month", "series", "series_order", "value")
    )


def draw(months: pl.DataFrame) -> alt.TopLevelMixin:
    """Stacked bars: one bar per month, its length the seats that end."""
    counted = counts(months)
    return theme.finish(
        theme.bars(
            counted,
            row="month",
            row_title=say("Ends in"),
            rows=counted["month"].unique(maintain_order=True).to_list() or [say("nothing ends")],
            value_title=say("Seats"),
            series=list(_series().values()),
            colours=COLOURS,
            series_title=say("Seats"),
        )
    )


def finding(months: pl.DataFrame) -> str:
    """The month with the most seats to renew."""
    known = months.filter(pl.col("seats_open") > 0)
    if known.is_empty():
        return say("No seats are known that end and are not renewed")
    month, seats, licenses = known.select("month", "seats_open", "open_licenses").row(
        known["seats_open"].arg_max() or 0
    )
    return say(
        "Most seats to renew end in {month}: {seats} in {licenses}",
        month=month,
        seats=seats,
        licenses=count(licenses, "license"),
    )


def describe(months: pl.DataFrame) -> str:
    """The counts in words."""
    licenses = "; ".join(
        say(
            "{month}: {licenses}, {unknown} of them not known, and {trials}",
            month=month,
            licenses=count(licenses, "paid license"),
            unknown=unknown,
            trials=count(trials, "trial"),
        )
        for month, licenses, unknown, trials in months.select(
            "month", "licenses", "unknown_licenses", "trial_licenses"
        ).iter_rows()
    )
    return say(
        "Seats by the month in which they end: {seats}. Licenses: {licenses}.",
        seats=theme.sentence(counts(months), "month"),
        licenses=licenses or "0",
    )


LOOK: Final = Look(draw, describe, finding=finding)
