"""Customers by mix of models, and what is used and bought under flex and term."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.charts import theme
from partner_analytics.charts.look import Look, TrendLook
from partner_analytics.languages import count, say, text, verb, word
from partner_analytics.languages.words import in_words
from partner_analytics.vocabulary import MIXES

if TYPE_CHECKING:
    import altair as alt

TOTALS: Final = {
    "flex_used": text("Flex, used"),
    "term_seats": text("Term, seats"),
    "term_used": text("Term, used"),
}
TREND_COLOURS: Final = {"flex, used": theme.BLUE, "term, seats": theme.GREEN, "trial, seats": theme.SKY}


def _totals() -> dict[str, str]:
    return {name: say(total) for name, total in TOTALS.items()}


def counts(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per mix, those without a customer included: mix (in words), series, series_order, value (customers)."""
    found = frame.group_by(pl.col("mix").cast(pl.String)).agg(value=pl.len().cast(pl.Int64))
    return (
        pl.DataFrame({"mix": list(MIXES), "series_order": list(range(len(MIXES)))})
        .join(found, on="mix", how="left", maintain_order="left")
        .with_columns(in_words(pl.col("mix")), pl.col("value").fill_null(0), series=pl.lit(word("customers")))
    )


def totals(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per total that is known: total (in words), series, series_order, value (units or seats)."""
    return (
        frame.select(pl.col(column).cast(pl.Int64).drop_nulls().sum() for column in TOTALS)
        .unpivot(variable_name="total", value_name="value")
        .with_columns(
            pl.col("total").replace_strict(_totals(), return_dtype=pl.String),
            series=pl.lit(say("reported")),
            series_order=pl.int_range(pl.len()),
            known=pl.Series([frame[column].count() > 0 for column in TOTALS]),
        )
        .filter("known")
        .drop("known")
    )


def draw(frame: pl.DataFrame) -> alt.TopLevelMixin:
    """Two sets of bars: the customers of each mix, and the totals of flex and term."""
    import altair as alt

    customers = counts(frame)
    units = totals(frame)
    upper = theme.bars(
        customers,
        row="mix",
        row_title=say("Models in force"),
        rows=customers["mix"].to_list(),
        value_title=say("Customers"),
        series=[word("customers")],
        colours=[theme.BLUE],
        series_title="",
    )
    lower = theme.bars(
        units,
        row="total",
        row_title=say("Total"),
        rows=units["total"].to_list() or list(_totals().values()),
        value_title=say("Seats, or units of use"),
        series=[say("reported")],
        colours=[theme.GREEN],
        series_title="",
    )
    return theme.finish(alt.vconcat(upper, lower, spacing=18).resolve_scale(color="independent"))


def finding(frame: pl.DataFrame) -> str:
    """What is bought for a term, and what is used under flex."""
    known = dict(totals(frame).select("total", "value").iter_rows())
    said = {"term_seats": text("{seats} seats under term"), "flex_used": text("{seats} units used under flex")}
    parts = [say(words, seats=known[say(TOTALS[name])]) for name, words in said.items() if say(TOTALS[name]) in known]
    mixed = frame.filter(mix="mixed").height
    customers = say(
        "{customers} {have} several models", customers=count(mixed, "customer"), have=verb(mixed, "has", "have")
    )
    return f"{say(' and ').join(parts)}; {customers}" if parts else customers


def describe(frame: pl.DataFrame) -> str:
    """The counts in words."""
    return say(
        "Customers by models in force: {mixes}. Totals: {totals}.",
        mixes=theme.sentence(counts(frame), "mix"),
        totals=theme.sentence(totals(frame), "total"),
    )


LOOK: Final = Look(
    draw,
    describe,
    TrendLook(
        text("Flex as used, term and trials in seats, over the snapshots"),
        text("Seats, or units of use"),
        TREND_COLOURS,
    ),
    finding,
)
