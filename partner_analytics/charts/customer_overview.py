"""Customers by what there is to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.charts import theme
from partner_analytics.charts.look import Look
from partner_analytics.languages import count, say, word
from partner_analytics.languages.words import in_words
from partner_analytics.vocabulary import TO_DOS

if TYPE_CHECKING:
    import altair as alt


def counts(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per thing to do that occurs, the most urgent first: to_do (in words), series, series_order, value."""
    found = frame.group_by(pl.col("to_do").cast(pl.String)).agg(value=pl.len().cast(pl.Int64))
    return (
        pl.DataFrame({"to_do": TO_DOS})
        .join(found, on="to_do", maintain_order="left")
        .with_columns(in_words(pl.col("to_do")), series=pl.lit(word("customers")), series_order=pl.lit(0))
    )


def draw(frame: pl.DataFrame) -> alt.TopLevelMixin:
    """Bars: one a thing to do, its length the customers."""
    counted = counts(frame)
    return theme.finish(
        theme.bars(
            counted,
            row="to_do",
            row_title=say("What to do next"),
            rows=counted["to_do"].to_list() or [word("nothing")],
            value_title=say("Customers"),
            series=[word("customers")],
            colours=[theme.BLUE],
            series_title="",
        )
    )


def finding(frame: pl.DataFrame) -> str:
    """What most customers need next."""
    counted = counts(frame).filter(pl.col("to_do") != word(TO_DOS[-1]))
    if counted.is_empty():
        return say("There is nothing to do") if frame.height else say("No customers are known")
    to_do, most = counted.select("to_do", "value").row(counted["value"].arg_max() or 0)
    return say(
        "What comes first is most often “{to_do}”: for {most} of {customers}",
        to_do=to_do,
        most=most,
        customers=count(frame.height, "customer"),
    )


def describe(frame: pl.DataFrame) -> str:
    """The counts in words."""
    return say("Customers by what to do next: {counts}.", counts=theme.sentence(counts(frame), "to_do"))


LOOK: Final = Look(draw, describe, finding=finding)
