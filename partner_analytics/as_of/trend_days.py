"""The figures of the snapshot days of trends: a day is judged when it is first asked for, and remembered from then on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from partner_analytics import store
from partner_analytics.as_of.state import catalogue
from partner_analytics.resources import resource
from partner_analytics.settings import Settings
from partner_analytics.transforms import Exports, State, results, trends

__all__ = ["points_of_days"]

RULES = (
    ("transforms", "*.py"),
    ("store", "snapshots.py"),
    (".", "vocabulary.py"),
    ("sql/views", "*.sql"),
    ("sql/templates", "*.sql"),
)
"""The files that say what a figure means: of other rules nothing is remembered."""


def points_of_days(
    connection: store.Connection,
    db: Path,
    know: Callable[[date], Exports],
    series: Mapping[str, trends.Series],
    days: Mapping[str, tuple[date, ...]],
    now: State,
    settings: Settings,
) -> dict[str, pl.DataFrame]:
    """One row per day and series of each report that has a trend: day, series, value.

    Parameters
    ----------
    know
        Reads what is known as of a day.
    series, days
        The figures of each report, and the days that it shows.
    now
        What is known as of the day of the reports.
    """
    if not days:
        return {}
    contents, kept, rules = store.contents_by_day(connection), store.remembered(db), _rules(settings)
    keys = {day: f"{of} {rules}" for day, of in contents.items()}
    figures: dict[str, dict[str, Any]] = {key: kept[key] for key in keys.values() if key in kept}
    points: dict[str, list[pl.DataFrame]] = {report: [] for report in days}
    is_new = False
    for day in sorted({day for of in days.values() for day in of}):
        known = figures.setdefault(keys[day], {})
        asked = {report: series[report] for report, of in days.items() if day in of}
        missing = [one for one in asked.values() if one.name not in known]
        found = _judged(know, missing, day, now, settings) if missing else {}
        for report, one in asked.items():
            values = known.get(one.name)
            if values is None:
                values = list(map(list, trends.trend_points(one, found, day).select("series", "value").iter_rows()))
            if one.name and one.name not in known:
                known[one.name], is_new = values, True
            points[report].append(_points(values, day))
    if is_new:
        store.remember(db, figures)
    return {report: pl.concat(of) for report, of in points.items()}


def _judged(
    know: Callable[[date], Exports], asked: list[trends.Series], day: date, now: State, settings: Settings
) -> Mapping[str, pl.DataFrame]:
    """The results of a day that these figures need."""
    if day == now.day:
        return now.results
    needs = {name for one in asked for name in one.needs}
    return results(know(day), day, settings.expiring_days, needs)


def _points(values: list[list[Any]], day: date) -> pl.DataFrame:
    rows = pl.DataFrame(values, {"series": pl.String, "value": pl.Int64}, orient="row")
    return rows.select(pl.lit(day).alias("day"), "series", "value")


def _rules(settings: Settings) -> str:
    """A hash of all that a figure depends on beside the exports."""
    products = catalogue(settings).sort("product_code").rows()
    said = json.dumps([_files(), settings.expiring_days, products], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


@cache
def _files() -> str:
    found = (file for folder, pattern in RULES for file in sorted(resource(*folder.split("/")).glob(pattern)))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in found)).hexdigest()
