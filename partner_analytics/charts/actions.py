"""What is due, week by week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.charts import theme
from partner_analytics.charts.look import Look
from partner_analytics.languages import count, day_format, say, word
from partner_analytics.languages.words import in_words

if TYPE_CHECKING:
    import altair as alt

COLOURS: Final = {
    "reactivate": theme.VERMILION,
    "renew": theme.ORANGE,
    "convert_trial": theme.SKY,
    "check_renewal": theme.GREY,
}
"""The actions that have a day."""

WEEKS: Final = 12
"""How many weeks are shown, from the first in which something is due."""


def counts(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per week and action: week (in words, from Monday), series, series_order, value (actions); also where there are 0."""
    due = frame.filter(pl.col("due_on").is_not_null()).select(
        pl.col("due_on").dt.truncate("1w").alias("monday"), in_words(pl.col("action")).alias("series")
    )
    mondays = due.select("monday")
    if due.height:
        every = pl.date_range(pl.col("monday").min(), pl.col("monday").max(), "1w")
        mondays = due.select(every.alias("monday")).head(WEEKS)
    found = due.group_by("monday", "series").agg(value=pl.len().cast(pl.Int64))
    names = pl.DataFrame({"series": _series()}).with_row_index("series_order")
    return (
        mondays.join(names, how="cross", maintain_order="left_right")
        .join(found, on=["monday", "series"], how="left", maintain_order="left")
        .select(
            pl.format(say("Week of {}"), pl.col("monday").dt.strftime(day_format())).alias("week"),
            "series",
            "series_order",
            pl.col("value").fill_null(0),
        )
    )


def _series() -> list[str]:
    return [word(action) for action in COLOURS]


def draw(frame: pl.DataFrame) -> alt.TopLevelMixin:
    """Stacked bars: one a week, its length the actions that are due in it."""
    counted = counts(frame)
    return theme.finish(
        theme.bars(
            counted,
            row="week",
            row_title=say("Due in the"),
            rows=counted["week"].unique(maintain_order=True).to_list() or [say("nothing is due")],
            value_title=say("Actions that are due"),
            series=_series(),
            colours=list(COLOURS.values()),
            series_title=say("What to do"),
        )
    )


def finding(frame: pl.DataFrame) -> str:
    """The week with the most to do."""
    weeks = counts(frame).group_by("week", maintain_order=True).agg(pl.col("value").sum())
    if weeks.is_empty():
        return say("Nothing has a day by which it is due")
    week, most = weeks.row(weeks["value"].arg_max() or 0)
    dated = frame.height - frame["due_on"].null_count()
    return say(
        "{week}: most is due then, {most} of {actions} with a day",
        week=week,
        most=most,
        actions=count(dated, "action"),
    )


def describe(frame: pl.DataFrame) -> str:
    """The counts in words."""
    without = frame["due_on"].null_count()
    return say(
        "Actions by the week in which they are due: {weeks}; {without} without a day.",
        weeks=theme.sentence(counts(frame), "week"),
        without=without,
    )


LOOK: Final = Look(draw, describe, finding=finding)
