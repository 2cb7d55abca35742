"""How a report is drawn: its chart, the chart in words, and the trend of its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import altair as alt

__all__ = ["Look", "TrendLook"]


@dataclass(frozen=True)
class TrendLook:
    """How the figures of a report over its snapshots are drawn.

    Parameters
    ----------
    title
        What the lines are.
    value_title
        What they count.
    colours
        The colour of each series, in the order of the legend.
    """

    title: str
    value_title: str
    colours: Mapping[str, str]


def _nothing(_: pl.DataFrame) -> str:
    return ""


@dataclass(frozen=True)
class Look:
    """How a report is drawn.

    Parameters
    ----------
    draw
        The chart of a frame; an empty one gives an empty chart.
    describe
        What the chart shows, in words and with its figures, for those who cannot see it.
    trend
        How its figures over the snapshots are drawn, if they are.
    finding
        What the chart says, in a sentence without a full stop that stands above it; an empty one where there is nothing.
    """

    draw: Callable[[pl.DataFrame], alt.TopLevelMixin]
    describe: Callable[[pl.DataFrame], str]
    trend: TrendLook | None = None
    finding: Callable[[pl.DataFrame], str] = _nothing
