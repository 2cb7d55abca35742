"""The figures of a report over its snapshots: a small chart a series, its line broken where an export is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.charts import theme
from partner_analytics.languages import count, day_format, say, word
from partner_analytics.languages.words import in_words
from partner_analytics.transforms.trends import FEWEST

if TYPE_CHECKING:
    import altair as alt

    from partner_analytics.charts.look import TrendLook

COLUMNS: Final = 3
PANEL: Final = 165
PANEL_GAP: Final = 24
HEIGHT: Final = 70


def is_drawn(history: pl.DataFrame) -> bool:
    """Whether there are three days at least, so that there is a trend."""
    return history.drop_nulls("value")["day"].n_unique() >= FEWEST


def points(history: pl.DataFrame) -> pl.DataFrame:
    """One row per day and series that is ever more than 0: day, series (in words), value; empty in a gap."""
    return (
        history.filter((pl.col("value") > 0).any().over("series"))
        .select("day", in_words(pl.col("series")).alias("series"), "value")
        .sort("day", maintain_order=True)
    )


def draw(look: TrendLook, history: pl.DataFrame) -> alt.TopLevelMixin:
    """A small chart a series, each on a scale of its own, with its first and last figure; a gap stays open."""
    import altair as alt

    drawn = points(history).with_columns(pl.format("{}T00:00:00Z", pl.col("day").cast(pl.String)))
    colours = {word(series): colour for series, colour in look.colours.items()}
    days = drawn.drop_nulls("value")["day"].unique().sort()
    panels = [
        _panel(drawn.filter(series=series), series, colour, (days[0], days[-1]), look)
        for series, colour in colours.items()
        if series in set(drawn["series"])
    ]
    return theme.finish(
        alt.concat(*panels, columns=COLUMNS, spacing=PANEL_GAP, title=alt.TitleParams([say(look.title)]))
    )


def _panel(
    drawn: pl.DataFrame, series: str, colour: str, days: tuple[str, str], look: TrendLook
) -> alt.LayerChart | alt.FacetChart:
    """The line of a series, a mark a snapshot, under its first and last figure."""
    import altair as alt

    known = drawn.drop_nulls("value")
    # Days as moments of universal time: in that of the machine they would shift.
    x = alt.X(
        "day:T",
        title=None,
        scale=alt.Scale(type="utc", domain=list(days)),
        axis=alt.Axis(values=list(days), format=day_format(), grid=False, labelBound=True, labelFlush=True),
    )
    first, last = (theme.written(known["value"][place]) for place in (0, -1))
    title = alt.TitleParams([f"{series}: {first} → {last}"], fontSize=12, offset=4)
    y = alt.Y("value:Q", title=None, axis=None, scale=alt.Scale(domainMin=0))
    base = alt.Chart(drawn).encode(x=x, y=y)
    line = base.mark_line(strokeWidth=2, invalid="break-paths-show-path-domains", color=colour)
    marks = base.mark_point(filled=True, size=36, opacity=1, color=colour).encode(
        tooltip=[alt.Tooltip("value:Q", title=say(look.value_title), format=",")]
    )
    return alt.layer(line, marks).properties(width=PANEL, height=HEIGHT, title=title)


def describe(look: TrendLook, history: pl.DataFrame) -> str:
    """The first and the last figures in words, and the gaps."""
    known = points(history).drop_nulls("value")
    days = known["day"].unique().sort()
    gaps = history.filter(pl.col("value").is_null().all().over("day"))["day"].n_unique()
    first, last = (theme.sentence(_at(known, day), "day") for day in (days[0], days[-1]))
    return say(
        "{title}, {days} of them. {first}; {last}{missing}.",
        title=say(look.title),
        days=len(days),
        first=first,
        last=last,
        missing=say("; {gaps} where an export is missing", gaps=count(gaps, "gap")) if gaps else "",
    )


def _at(known: pl.DataFrame, day: object) -> pl.DataFrame:
    return known.filter(pl.col("day") == day).with_columns(pl.col("day").dt.strftime(day_format()))
