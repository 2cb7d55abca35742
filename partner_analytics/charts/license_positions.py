"""The products with the most seats over-used or unused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.charts import theme
from partner_analytics.charts.look import Look
from partner_analytics.languages import count, say, text

if TYPE_CHECKING:
    import altair as alt

TOP: Final = 15
SERIES: Final = {"over_used_by": text("over-used"), "unused": text("unused")}


def _series() -> dict[str, str]:
    return {column: say(series) for column, series in SERIES.items()}


def counts(frame: pl.DataFrame) -> pl.DataFrame:
    """Two rows per product of the top 15: product, series ("over-used", "unused"), series_order, value (seats)."""
    products = (
        frame.group_by("product_code")
        .agg(
            pl.col("product_name").cast(pl.String).drop_nulls().min().alias("name"),
            *(pl.col(column).cast(pl.Int64).sum() for column in SERIES),
        )
        .with_columns(total=pl.col("over_used_by") + pl.col("unused"))
        .filter(pl.col("total") > 0)
        .sort(["over_used_by", "unused", "product_code"], descending=[True, True, False])
        .head(TOP)
        .with_columns(name=pl.coalesce("name", "product_code").str.replace_all(r"[\s\p{C}]+", " "))
        .with_columns(
            # Two products of one name would share a bar.
            product=pl.when(pl.col("name").is_duplicated())
            .then(pl.concat_str(pl.col("name"), pl.lit(" ("), pl.col("product_code"), pl.lit(")")))
            .otherwise(pl.col("name"))
        )
    )
    return (
        products.with_row_index("place")
        .unpivot(list(SERIES), index=["place", "product"], variable_name="column", value_name="value")
        .with_columns(
            series=pl.col("column").replace_strict(_series(), return_dtype=pl.String),
            series_order=(pl.col("column") == "unused").cast(pl.Int64),
        )
        .sort("place", "series_order")
        .drop("place", "column")
    )


def draw(frame: pl.DataFrame) -> alt.TopLevelMixin:
    """Stacked bars: one bar per product, most over-used first."""
    counted = counts(frame)
    return theme.finish(
        theme.bars(
            counted,
            row="product",
            row_title=say("Product"),
            rows=counted["product"].unique(maintain_order=True).to_list() or [say("no seats over-used or unused")],
            value_title=say("Seats"),
            series=list(_series().values()),
            colours=[theme.VERMILION, theme.SKY],
            series_title=say("Seats"),
        )
    )


def finding(frame: pl.DataFrame) -> str:
    """How many seats are missing, and how many nobody uses."""
    over, unused = (int(frame[column].cast(pl.Int64).sum()) for column in SERIES)
    if not over and not unused:
        return say("No seats are known to be over-used or unused")
    return say(
        "{seats} too few where more are used than bought, and {unused} that nobody uses elsewhere",
        seats=count(over, "seat"),
        unused=unused,
    )


def describe(frame: pl.DataFrame) -> str:
    """The counts in words."""
    return say(
        "Seats over-used and unused, the {top} products with the most: {counts}.",
        top=TOP,
        counts=theme.sentence(counts(frame), "product"),
    )


LOOK: Final = Look(draw, describe, finding=finding)
