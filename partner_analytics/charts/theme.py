"""The look that all charts share, and the words on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt

INK: Final = "#000"
GRID: Final = "#dfe3e8"
GAP: Final = "#fff"
"""Ink, grid lines and the gap between two segments; the page's style sheet turns these three for dark mode."""

WIDTH: Final = 430
BAR: Final = 22
LABEL: Final = 200

# The palette of Okabe and Ito, which stays apart for colour-blind readers.
GREEN: Final = "#009e73"
ORANGE: Final = "#e69f00"
SKY: Final = "#56b4e9"
BLUE: Final = "#0072b2"
VERMILION: Final = "#d55e00"
PINK: Final = "#cc79a7"
GREY: Final = "#8a929c"
PALE: Final = "#b9c0c8"


def words(expression: pl.Expr) -> pl.Expr:
    """A code as words: `no_data` reads "no data"."""
    return expression.str.replace_all("_", " ")


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
    whole: bool = True,
) -> alt.Chart:
    """Horizontal bars, one a row, stacked by series.

    Parameters
    ----------
    counts
        One row per row and series: the column named by `row`, `series` (String), `series_order` and `value` (Int64).
    rows, series
        What there is to show, in the order in which it is shown.
    share
        Stretch every bar to 100 %.
    whole
        The values are whole numbers.
    """
    import altair as alt

    axis = (
        alt.Axis(format="%", tickCount=5, grid=True)
        if share
        else alt.Axis(labelExpr="replace(format(datum.value, '~s'), 'G', 'bn')", tickCount=5, grid=True)
    )
    # A scale without data would run from 0 to 0; whole numbers only, as there are no halves of a customer.
    largest = counts.group_by(row).agg(pl.col("value").sum())["value"].max() if counts.height else None
    if whole and not share and (largest is None or int(str(largest)) < 5):
        axis = alt.Axis(format="d", values=list(range(6)), grid=True)
    scale = alt.Undefined if share or largest else alt.Scale(domain=[0, 5])
    names = {"value": value_title, row: row_title or "Row", "series": series_title}
    tooltips: list[Any] = [
        alt.Tooltip(f"{column}:{'Q' if column == 'value' else 'N'}", title=title)
        for column, title in names.items()
        if column != "series" or len(series) > 1
    ]
    drawn: alt.Chart = (
        alt.Chart(counts.select(row, "series", "series_order", "value"))
        .mark_bar(stroke=GAP, strokeWidth=1)
        .encode(
            y=alt.Y(
                f"{row}:N",
                sort=list(rows),
                title=None,
                scale=alt.Scale(domain=list(rows)),
                # Measured generously: the page's font may be wider than the one that the drawing is measured in.
                axis=alt.Axis(minExtent=min(LABEL, 12 + 8 * max(map(len, rows), default=0))),
            ),
            x=alt.X(
                "value:Q",
                title=value_title,
                stack="normalize" if share else "zero",
                axis=axis,
                scale=scale,
            ),
            color=alt.Color(
                "series:N",
                sort=list(series),
                scale=alt.Scale(domain=list(series), range=list(colours)),
                legend=alt.Legend(title=None, orient="top", columns=4) if len(series) > 1 else None,
            ),
            order=alt.Order("series_order:Q"),
            tooltip=tooltips,
        )
        .properties(width=WIDTH, height={"step": BAR + 6})
    )
    return drawn


def finish(chart: alt.Chart | alt.LayerChart | alt.VConcatChart) -> alt.TopLevelMixin:
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
        title=alt.TitleConfig(fontSize=13, anchor="start", fontWeight=600, color=INK),
        aria=False,
    )
    return styled


def sentence(counts: pl.DataFrame, row: str) -> str:
    """The counts as words, one part a row: "Endpoint: 3 active, 1 expiring; Email: 2 active"."""
    if counts.is_empty():
        return "no data"
    lines = (
        counts.filter(pl.col("value") > 0)
        .with_columns(part=pl.concat_str(pl.col("value").cast(pl.String), pl.lit(" "), pl.col("series")))
        .group_by(row, maintain_order=True)
        .agg(pl.col("part").str.join(", "))
        .select(pl.concat_str(pl.col(row), pl.lit(": "), pl.col("part")))
        .to_series()
    )
    return "; ".join(lines.to_list()) or "all counts are 0"
