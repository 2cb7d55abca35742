"""The figures of a report over its snapshots: a line a series, broken where an export is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.charts import theme

if TYPE_CHECKING:
    import altair as alt

    from partner_analytics.charts.look import TrendLook

LABELS: Final = 5
"""Days written along the axis at most."""

HEIGHT: Final = 170


def is_drawn(history: pl.DataFrame) -> bool:
    """Whether there are two days at least, so that there is a trend."""
    return history.drop_nulls("value")["day"].n_unique() > 1


def points(history: pl.DataFrame) -> pl.DataFrame:
    """One row per day and series that is ever more than 0: day, series (in words), value; empty in a gap."""
    return (
        history.filter((pl.col("value") > 0).any().over("series"))
        .select("day", theme.words(pl.col("series")).alias("series"), "value")
        .sort("day", maintain_order=True)
    )


def draw(look: TrendLook, history: pl.DataFrame) -> alt.TopLevelMixin:
    """A line a series with a mark a snapshot, so that none is told by its colour alone; a gap stays open."""
    import altair as alt

    drawn = points(history)
    colours = {series.replace("_", " "): colour for series, colour in look.colours.items()}
    series = [one for one in colours if one in set(drawn["series"])]
    days = history.drop_nulls("value")["day"].unique().sort()
    step = -(-len(days) // LABELS)
    # Days as moments of universal time: in that of the machine they would shift.
    moments = [f"{day}T00:00:00Z" for day in days.reverse().gather_every(step).to_list()]
    colour = alt.Color(
        "series:N",
        sort=series,
        scale=alt.Scale(domain=series, range=[colours[one] for one in series]),
        legend=alt.Legend(title=None, orient="top", columns=4),
    )
    base = alt.Chart(drawn.with_columns(pl.concat_str(pl.col("day").cast(pl.String), pl.lit("T00:00:00Z")))).encode(
        x=alt.X(
            "day:T",
            title=None,
            scale=alt.Scale(type="utc"),
            axis=alt.Axis(values=moments, format="%Y-%m-%d", grid=True, labelOverlap=True),
        ),
        y=alt.Y("value:Q", title=look.value_title, axis=alt.Axis(tickCount=5, format="~s", grid=True)),
        color=colour,
    )
    lines = base.mark_line(strokeWidth=2, invalid="break-paths-show-path-domains")
    marks = base.mark_point(filled=True, size=45, opacity=1).encode(
        shape=alt.Shape("series:N", sort=series, scale=alt.Scale(domain=series), legend=None),
        tooltip=[
            alt.Tooltip("series:N", title="Series"),
            alt.Tooltip("value:Q", title=look.value_title),
        ],
    )
    drawing = (lines + marks).properties(width=theme.WIDTH, height=HEIGHT, title=look.title)
    return theme.finish(drawing)


def describe(look: TrendLook, history: pl.DataFrame) -> str:
    """The first and the last figures in words, and the gaps."""
    known = points(history).drop_nulls("value")
    days = known["day"].unique().sort()
    gaps = history.filter(pl.col("value").is_null().all().over("day"))["day"].n_unique()
    first, last = (theme.sentence(_at(known, day), "day") for day in (days[0], days[-1]))
    missing = "" if not gaps else f"; {gaps} {'gap' if gaps == 1 else 'gaps'} where an export is missing"
    return f"{look.title}, {len(days)} of them. {first}; {last}{missing}."


def _at(known: pl.DataFrame, day: object) -> pl.DataFrame:
    return known.filter(pl.col("day") == day).with_columns(pl.col("day").cast(pl.String))
