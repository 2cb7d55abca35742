"""The look that all charts share, and the words on them."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from partner_analytics.languages import number, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt

INK: Final = "#000"
GRID: Final = "#dfe3e8"
GAP: Final = "#fff"
"""Ink, grid lines and the gap between two segments; the page's style sheet turns these three for dark mode."""

DARK_INK: Final = "#111"
PALE_INK: Final = "#fefefe"
"""What is written on a colour, which stays as it is in dark mode."""

WIDTH: Final = 430
BAR: Final = 22
LABEL: Final = 200
DIGIT: Final = 8
"""How wide a digit is at most."""

TITLE_SIGNS: Final = 76
"""How many signs a line of a title has at most."""

# The palette of Okabe and Ito, which stays apart for colour-blind readers.
GREEN: Final = "#009e73"
ORANGE: Final = "#e69f00"
SKY: Final = "#56b4e9"
BLUE: Final = "#0072b2"
VERMILION: Final = "#d55e00"
PINK: Final = "#cc79a7"
GREY: Final = "#8a929c"
PALE: Final = "#b9c0c8"

DARK_COLOURS: Final = (BLUE,)
"""The colours that dark ink cannot be read on."""


def bars(
    counts: pl.DataFrame,
    *,
    row: str,
    row_title: str | None,
    rows: Sequence[str],
    value_title: str,
    series: Sequence[str],
    colours: Sequence[str],
    series_title: str,
    share: bool = False,
) -> alt.LayerChart | alt.FacetChart:
    """Horizontal bars, one a row, stacked by series; each says its number, so that there is no axis to read it from.

    Parameters
    ----------
    counts
        One row per row and series: the column named by `row`, `series` (String), `series_order` and `value`.
    rows, series
        What there is to show, in the order in which it is shown.
    share
        Stretch every bar to 100 %.
    """
    import altair as alt

    placed = _placed(counts.select(row, "series", "series_order", "value"), row, share=share)
    pale = [one for one, colour in zip(series, colours, strict=True) if colour in DARK_COLOURS]
    labels = _labels(placed, row, pale, parts=len(series) > 1, share=share)
    present = [one for one in series if one in set(placed.filter(pl.col("value") != 0)["series"])]
    names = {"value": value_title, row: row_title or say("Row"), "series": series_title}
    tooltips: list[Any] = [
        alt.Tooltip("value:Q", title=title, format=",")
        if column == "value"
        else alt.Tooltip(f"{column}:N", title=title)
        for column, title in names.items()
        if column != "series" or len(series) > 1
    ]
    y = alt.Y(
        f"{row}:N",
        sort=list(rows),
        title=None,
        scale=alt.Scale(domain=list(rows)),
        # Measured generously: the page's font may be wider than the one that the drawing is measured in.
        axis=alt.Axis(minExtent=min(LABEL, 12 + 8 * max(map(len, rows), default=0))),
    )
    first = min([0, *placed["end"].drop_nulls()])
    scale = alt.Scale(domain=[first, max(_longest(placed), 1)], nice=False)
    axis = alt.Axis(format="%", tickCount=5, grid=True) if share else None
    title = value_title if share else None
    x = alt.X("start:Q", title=title, axis=axis, scale=scale)
    drawn = (
        alt.Chart(placed)
        .mark_bar(stroke=GAP, strokeWidth=1)
        .encode(
            y=y,
            x=x,
            x2="end:Q",
            color=alt.Color(
                "series:N",
                sort=list(series),
                scale=alt.Scale(domain=list(series), range=list(colours)),
                legend=alt.Legend(title=None, orient="top", columns=4, values=present)
                if len(series) > 1 and present
                else None,
            ),
            tooltip=tooltips,
        )
    )
    texts = [
        alt.Chart(of_ink.drop("ink"))
        .encode(y=y, x=alt.X("at:Q", scale=scale, axis=axis, title=title), text="label:N")
        .mark_text(align="left" if ink == INK else "center", dx=5 if ink == INK else 0, fontSize=12, color=ink)
        for (ink,), of_ink in labels.group_by("ink", maintain_order=True)
    ]
    return alt.layer(drawn, *texts).properties(width=WIDTH, height={"step": BAR + 6})


def written(value: float | None) -> str:
    """A number as it is written in a chart: thousands apart, a fraction to its tenth digit."""
    return "–" if value is None else number(value)


def _written(values: pl.Series) -> pl.Series:
    """The numbers of a chart, of which there are a few dozen, as they are written in it."""
    return pl.Series([written(value) for value in values], dtype=pl.String)


def _placed(counts: pl.DataFrame, row: str, *, share: bool) -> pl.DataFrame:
    """The counts, each with where its bar starts and ends."""
    value = pl.col("value")
    led_to = value.cum_sum().over(row)
    whole = value.sum().over(row) if share else pl.lit(1)
    ordered = counts.sort("series_order", maintain_order=True) if counts.height else counts
    return ordered.with_columns(
        pl.when(whole != 0).then((led_to - value) / whole).cast(pl.Float64).alias("start"),
        pl.when(whole != 0).then(led_to / whole).cast(pl.Float64).alias("end"),
    )


def _longest(placed: pl.DataFrame) -> float:
    return float(str(placed["end"].max() or 0))


def _labels(placed: pl.DataFrame, row: str, pale: Sequence[str], *, parts: bool, share: bool) -> pl.DataFrame:
    """The numbers that are written: in a segment that has room for it, and behind a bar what all of it is.

    Parameters
    ----------
    pale
        The series whose colour is so dark that what is written on it is pale.
    parts
        Whether there are several series.
    """
    numbers = placed.filter(pl.col("value") != 0)
    numbers = numbers.with_columns(label=_written(numbers["value"]))
    room = (pl.col("end") - pl.col("start")).abs() * WIDTH / max(_longest(placed), 1)
    has_room = room >= (pl.col("label").str.len_chars() + 1) * DIGIT
    inside = numbers.filter(has_room & ((pl.len().over(row) > 1) | share) & parts).select(
        row,
        ((pl.col("start") + pl.col("end")) / 2).alias("at"),
        "label",
        pl.when(pl.col("series").is_in(list(pale))).then(pl.lit(PALE_INK)).otherwise(pl.lit(DARK_INK)).alias("ink"),
    )
    if share:
        return inside
    whole = placed.group_by(row, maintain_order=True).agg(
        pl.max_horizontal(pl.lit(0.0), "start", "end").max().alias("at"),
        pl.when(pl.col("value").count() > 0).then(pl.col("value").sum()).alias("value"),
    )
    label = _written(whole["value"]).alias("label")
    return pl.concat([inside, whole.select(row, "at", label, pl.lit(INK).alias("ink"))])


def titled(chart: alt.TopLevelMixin, title: str, about: str = "") -> alt.TopLevelMixin:
    """The chart under what it says, in as many lines as that takes.

    Parameters
    ----------
    about
        Which customers it is about, if not about all.
    """
    import altair as alt

    lines = wrap(title, TITLE_SIGNS)
    under = alt.TitleParams(lines, subtitle=[say("Only {about}", about=about)]) if about else alt.TitleParams(lines)
    return chart.properties(title=under) if lines or about else chart


def finish(chart: alt.LayerChart | alt.FacetChart | alt.ConcatChart | alt.VConcatChart) -> alt.TopLevelMixin:
    """The shared look: quiet axes, readable type, no frame."""
    import altair as alt

    styled: alt.TopLevelMixin = chart.configure(
        background="white",
        font="system-ui, sans-serif",
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            labelColor=INK,
            titleColor=INK,
            gridColor=GRID,
            domain=False,
            ticks=False,
            labelPadding=6,
            labelLimit=LABEL - 20,
        ),
        axisY=alt.AxisConfig(grid=False),
        legend=alt.LegendConfig(labelFontSize=12, labelColor=INK, symbolType="square", columnPadding=14),
        title=alt.TitleConfig(
            fontSize=14,
            anchor="start",
            frame="bounds",
            fontWeight=600,
            color=INK,
            offset=8,
            subtitleColor=INK,
            subtitleFontSize=12,
        ),
        aria=False,
    )
    return styled


def sentence(counts: pl.DataFrame, row: str) -> str:
    """The counts as words, one part a row: "Endpoint: 3 active, 1 expiring; Email: 2 active"."""
    if counts.is_empty():
        return say("no data")
    shown = counts.filter(pl.col("value") > 0)
    lines = (
        shown.with_columns(part=pl.concat_str(_written(shown["value"]), pl.lit(" "), pl.col("series")))
        .group_by(row, maintain_order=True)
        .agg(pl.col("part").str.join(", "))
        .select(pl.concat_str(pl.col(row), pl.lit(": "), pl.col("part")))
        .to_series()
    )
    return "; ".join(lines.to_list()) or say("all counts are 0")
