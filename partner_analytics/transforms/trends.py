"""The figures of a report over its snapshots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from partner_analytics.vocabulary import ASSISTANCE, STATUSES

POINTS: Final = 24
"""Days of a trend at most."""

FEWEST: Final = 3
"""A trend has so many days at least: a line through two says no more than their difference, which the changes tell."""

ROWS: Final = 2_000_000
"""License rows to be judged at once for a trend at most: a part of a large portfolio has fewer days of it."""

GAP: Final = 2
"""More than so many times the usual distance between two days is a gap: an export is missing."""


@dataclass(frozen=True)
class Series:
    """The figures that a report shows over its snapshots.

    Parameters
    ----------
    kind
        The kind of export on whose days there are points: where it was not exported, there is nothing to show.
    needs
        The results of a day that the figures are made from.
    points
        From these results, by name: one row per series, series and value (empty where it is not known).
    name
        The name under which the figures of a day are remembered; without one they are made anew each time.
    """

    kind: str
    needs: tuple[str, ...]
    points: Callable[[Mapping[str, pl.DataFrame]], pl.DataFrame]
    name: str = ""


def chosen_days(days: Sequence[date], licenses: int = 0) -> tuple[date, ...]:
    """The days of a trend: all, or the last of each week or month, so that they are few; the newest always.

    Parameters
    ----------
    days
        The snapshot days, in order.
    licenses
        How many licenses of a day have to be held, where they cannot be judged one day after the other.
    """
    most = max(1, min(POINTS, ROWS // max(licenses, 1)))
    if len(days) <= most:
        return tuple(days)
    weeks = {day.isocalendar()[:2]: day for day in days}
    months = {(day.year, day.month): day for day in days}
    thinned = weeks if len(weeks) <= most else months
    return tuple(thinned.values())[-most:]


def trend_points(series: Series, results: Mapping[str, pl.DataFrame], day: date) -> pl.DataFrame:
    """One row per series of a report as of a day: day, series, value."""
    return series.points(results).select(pl.lit(day).alias("day"), "series", pl.col("value").cast(pl.Int64))


def with_gaps(points: pl.DataFrame) -> pl.DataFrame:
    """The points, and in the middle of each gap between two days one without a value for each series.

    A gap is longer than twice the usual distance of two neighbouring days.
    """
    days = points.select(pl.col("day").unique().sort())
    distances = days.with_columns((pl.col("day").shift(-1) - pl.col("day")).dt.total_days().alias("distance"))
    usual = distances["distance"].median()
    if not isinstance(usual, float):
        return points
    gaps = distances.filter(pl.col("distance") > GAP * usual).select(
        (pl.col("day") + pl.duration(days=pl.col("distance") // 2)).alias("day")
    )
    no_value = pl.lit(None, pl.Int64).alias("value")
    empty = points.select(pl.exclude("day", "value")).unique(maintain_order=True).join(gaps, how="cross")
    return pl.concat([points, empty.with_columns(no_value).select(points.columns)])


def _counts(words: pl.Series, order: Sequence[str]) -> pl.DataFrame:
    """How often each word occurs, in the order of the vocabulary, also where it does not."""
    found = words.alias("series").to_frame().group_by("series").agg(pl.len().alias("value"))
    return pl.DataFrame({"series": order}).join(found, on="series", how="left", maintain_order="left").fill_null(0)


def _statuses(results: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    return _counts(results["protection_status"]["status"], STATUSES)


def _seats(results: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Flex as it is used, since it is billed by use; term and trials as they were bought. What is not known is empty."""
    positions = results["license_positions"]
    columns = {"flex, used": ("flex", "used"), "term, seats": ("term", "seats"), "trial, seats": ("trial", "seats")}
    known = [positions.filter(model=model)[column].drop_nulls() for model, column in columns.values()]
    return pl.DataFrame(
        {"series": list(columns), "value": [values.sum() if values.len() else None for values in known]},
        schema={"series": pl.String, "value": pl.Int64},
    )


def _assistance(results: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    return _counts(results["assistance_coverage"]["assistance"], ASSISTANCE)


STATUSES_OF_CATEGORIES: Final = Series("licenses", ("protection_status",), _statuses, "statuses")
SEATS: Final = Series("licenses", ("license_positions",), _seats, "seats")
ASSISTANCE_ANSWERS: Final = Series("customers", ("assistance_coverage",), _assistance, "assistance")
