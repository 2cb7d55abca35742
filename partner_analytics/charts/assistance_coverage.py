"""The share of customers whose Partner Assistance is on, off or not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.charts import theme
from partner_analytics.charts.look import Look, TrendLook
from partner_analytics.languages import count, say, share, text, word
from partner_analytics.languages.words import in_words
from partner_analytics.vocabulary import ACCOUNT_TYPES

if TYPE_CHECKING:
    import altair as alt

ALL: Final = text("All customers")
ANOMALY: Final = text("off, but should be on")
COLOURS: Final = {"on": theme.GREEN, ANOMALY: theme.VERMILION, "off": theme.ORANGE, "unknown": theme.GREY}


def counts(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per account type ("All customers" first) and answer: account, series, series_order, value."""
    answers = frame.select(
        account=in_words(pl.col("account_type").cast(pl.String)),
        series=pl.when(pl.col("is_anomaly").fill_null(False))
        .then(pl.lit(say(ANOMALY)))
        .otherwise(in_words(pl.col("assistance").cast(pl.String))),
    )
    places = {say(ALL): 0} | {word(name): number for number, name in enumerate(ACCOUNT_TYPES, 1)}
    return (
        pl.concat([answers.with_columns(account=pl.lit(say(ALL))), answers])
        .group_by("account", "series")
        .agg(value=pl.len().cast(pl.Int64))
        .with_columns(
            series_order=pl.col("series").replace_strict(
                _series(), list(range(len(COLOURS))), default=99, return_dtype=pl.Int64
            ),
            place=pl.col("account").replace_strict(
                list(places), list(places.values()), default=99, return_dtype=pl.Int64
            ),
        )
        .sort("place", "series_order")
        .drop("place")
    )


def _series() -> list[str]:
    return [say(ANOMALY) if answer == ANOMALY else word(answer) for answer in COLOURS]


def draw(frame: pl.DataFrame) -> alt.TopLevelMixin:
    """Bars of 100 %: all customers first, then one bar per account type."""
    counted = counts(frame)
    return theme.finish(
        theme.bars(
            counted,
            row="account",
            row_title=say("Account type"),
            rows=counted["account"].unique(maintain_order=True).to_list() or [say(ALL)],
            value_title=say("Share of customers"),
            series=_series(),
            colours=list(COLOURS.values()),
            series_title=say("Partner Assistance"),
            share=True,
        )
    )


def finding(frame: pl.DataFrame) -> str:
    """How many accounts can be opened, and of how many that is not known."""
    if frame.is_empty():
        return say("No customers are known")
    on, unknown = (frame.filter(assistance=answer).height for answer in ("on", "unknown"))
    return say(
        "Partner Assistance is on for {on} of {customers} ({share}), and not known for {unknown}",
        on=on,
        customers=count(frame.height, "customer"),
        share=share(on, frame.height),
        unknown=unknown,
    )


def describe(frame: pl.DataFrame) -> str:
    """The counts in words."""
    return say("Partner Assistance by account type: {counts}.", counts=theme.sentence(counts(frame), "account"))


LOOK: Final = Look(
    draw,
    describe,
    TrendLook(text("Customers by Partner Assistance, over the snapshots"), text("Customers"), COLOURS),
    finding,
)
