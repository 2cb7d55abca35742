"""Charts: a report's frame in, an Altair chart out.

Each chart is counted in polars first. So it holds a few dozen rows however large the portfolio is, and its text
alternative tells the very figures that are drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from partner_analytics.charts import theme, trends
from partner_analytics.charts.look import Look, TrendLook

if TYPE_CHECKING:
    import altair as alt
    import polars as pl

__all__ = ["Look", "TrendLook", "chart", "trend", "trend_alternative"]


def chart(look: Look, frame: pl.DataFrame, about: str = "") -> alt.TopLevelMixin:
    """The chart of a report.

    Parameters
    ----------
    frame
        What is drawn; an empty frame gives an empty chart.
    about
        Which customers it is about, if not about all.
    """
    return theme.titled(look.draw(frame), look.finding(frame), about)


def trend(look: Look, history: pl.DataFrame) -> alt.TopLevelMixin | None:
    """The figures of a report over its snapshots; None where there are fewer than three days to draw a line through.

    Parameters
    ----------
    history
        One row per day and series: day, series, value (empty in a gap).
    """
    if look.trend is None or not trends.is_drawn(history):
        return None
    return trends.draw(look.trend, history)


def trend_alternative(look: Look, history: pl.DataFrame) -> str:
    """What the trend shows, in words and with its figures; nothing where there is none."""
    return "" if look.trend is None or not trends.is_drawn(history) else trends.describe(look.trend, history)
