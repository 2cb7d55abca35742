"""The answer to any question as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.charts import theme
from partner_analytics.errors import QueryError

if TYPE_CHECKING:
    import altair as alt

MOST_BARS: Final = 40


def draw(frame: pl.DataFrame) -> alt.TopLevelMixin:
    """One bar a row: as long as the first column of numbers, named by the columns before it.

    Parameters
    ----------
    frame
        The rows of an answer, in the order in which they are drawn; of many, the first.

    Raises
    ------
    QueryError
        If there is no column of numbers, or none that names the bars.
    """
    numbers = [name for name, dtype in frame.schema.items() if dtype.is_numeric()]
    names = [name for name, dtype in frame.schema.items() if dtype in (pl.String, pl.Date, pl.Boolean)]
    if not numbers or not names:
        raise QueryError(
            "Bars need a column that names them and a column of numbers; the answer has "
            f"{', '.join(f'`{name}`' for name in frame.columns)}.",
            "ask for both: select account_type, count(*) as customers from accounts group by all",
        )
    value, bar = numbers[0], pl.col("bar")
    name = pl.concat_str([pl.col(name).cast(pl.String).fill_null("–") for name in names], separator=", ")
    bars = (
        frame.head(MOST_BARS)
        .select(
            name.str.replace_all(r"[\s\p{C}]+", " ").alias("bar"),
            pl.lit(value).alias("series"),
            pl.lit(0).alias("series_order"),
            # Not known is no bar, not one of length 0.
            pl.col(value).cast(pl.Float64).alias("value"),
        )
        .with_columns(number=bar.cum_count().over("bar"))
        .with_columns(
            # Two rows of one name would share a bar, which would be their sum.
            bar=pl.when(pl.col("number") > 1).then(pl.format("{} ({})", "bar", "number")).otherwise(bar)
        )
    )
    cut = f" (the first {MOST_BARS} of {frame.height:,} rows)" if frame.height > MOST_BARS else ""
    value_title = value.replace("_", " ") + cut
    drawn = theme.finish(
        theme.bars(
            bars,
            row="bar",
            row_title=", ".join(names),
            rows=bars["bar"].to_list() or ["no rows"],
            value_title=value_title,
            series=[value],
            colours=[theme.BLUE],
            series_title=value,
        )
    )
    return theme.titled(drawn, value_title)
