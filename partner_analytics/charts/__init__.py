"""Charts: a report's frame in, an Altair chart out.

Each chart is counted in polars first, so that a chart never holds more than a few dozen rows however large the
portfolio is, and its text alternative tells the very figures that are drawn.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from partner_analytics.imports import import_without

if TYPE_CHECKING:
    import altair as alt
    import polars as pl

__all__ = ["chart", "text_alternative", "trend", "trend_alternative"]


class _ChartModule(Protocol):
    def draw(self, frame: pl.DataFrame) -> alt.TopLevelMixin: ...

    def describe(self, frame: pl.DataFrame) -> str: ...


def chart(name: str, frame: pl.DataFrame, about: str = "") -> alt.TopLevelMixin:
    """The chart of a report.

    Parameters
    ----------
    name
        The report's name, one of `vocabulary.REPORTS`.
    frame
        The report's frame; an empty one gives an empty chart.
    about
        Which customers it is about, if not about all.
    """
    drawn = _module(name).draw(frame)
    return drawn.properties(title=f"Only {about}") if about else drawn


def text_alternative(name: str, frame: pl.DataFrame) -> str:
    """What the chart shows, in words and with its figures, for those who cannot see it."""
    return _module(name).describe(frame)


def trend(name: str, history: pl.DataFrame) -> alt.TopLevelMixin | None:
    """The figures of a report over its snapshots; None where there are not at least two days to draw a line between.

    Parameters
    ----------
    history
        One row per day and series: day, series, value (empty in a gap).
    """
    _import_altair()
    from partner_analytics.charts import trends

    return trends.draw(name, history) if trends.is_drawn(history) else None


def trend_alternative(name: str, history: pl.DataFrame) -> str:
    """What the trend shows, in words and with its figures."""
    _import_altair()
    from partner_analytics.charts import trends

    return trends.describe(name, history)


def _module(name: str) -> _ChartModule:
    # Imported only when a chart is wanted: Altair takes as long to import as everything else together.
    _import_altair()
    return cast("_ChartModule", import_module(f"{__name__}.{name}"))


def _import_altair() -> None:
    # JupyterLab brings what checks addresses, durations and colours; the grammar of the first alone takes a second.
    import_without("altair", "rfc3987_syntax", "rfc3986_validator", "isoduration", "webcolors", "uri_template", "fqdn")
