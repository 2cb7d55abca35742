"""The earlier days that reports look back at: the one that changes compare with, and those of the trends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from partner_analytics import store
from partner_analytics.as_of.trend_days import points_of_days
from partner_analytics.as_of.wanted import Wanted
from partner_analytics.errors import UsageError
from partner_analytics.settings import Settings
from partner_analytics.transforms import NEEDED_TO_COMPARE, Exports, State, compared, results, trends
from partner_analytics.transforms.exports import only_about

WARNINGS: Final = {"kind": pl.String(), "warning": pl.String(), "is_of_another_day": pl.Boolean()}


@dataclass(frozen=True)
class Comparison:
    """What was known on earlier days.

    Parameters
    ----------
    then
        What was known as of the day that changes compare with; None if there is no such day, or changes were not asked for.
    loads
        One row per load behind that day.
    warnings
        One row for each thing that makes an export of that day look like another day's: kind, warning, is_of_another_day.
    known_before
        One row per customer that an export before that day holds: customer_id.
    series
        The figures of each report that shows some over the snapshots.
    days
        For each of these reports its days, in order.
    exports
        What was known as of each of these days.
    expiring_days
        Days before its end from which a license is `expiring`.
    points
        For each of these reports a row per day and series, of all customers; None where they have to be made of `exports`.
    """

    then: State | None
    loads: pl.DataFrame
    warnings: pl.DataFrame
    known_before: pl.DataFrame
    series: Mapping[str, trends.Series]
    days: Mapping[str, tuple[date, ...]]
    exports: Mapping[date, Exports]
    expiring_days: int
    points: Mapping[str, pl.DataFrame] | None

    @property
    def since(self) -> date | None:
        """The day that changes compare with."""
        return None if self.then is None else self.then.day

    def only(self, customers: pl.DataFrame) -> Comparison:
        """What was known of some customers."""
        then = self.then
        if then is not None:
            exports = then.exports.only(customers)
            then = State(then.day, exports, results(exports, then.day, self.expiring_days, NEEDED_TO_COMPARE))
        return replace(
            self,
            then=then,
            known_before=only_about(self.known_before, customers),
            exports={day: exports.only(customers) for day, exports in self.exports.items()},
            points=None,
        )

    def compared(self, now: State) -> dict[str, pl.DataFrame]:
        """What changed since then, by name; without rows where there is nothing to compare with."""
        return compared(self.then, now)

    def histories(self, now: State) -> dict[str, pl.DataFrame]:
        """The trend of each report that has one: a row per day and series.

        Parameters
        ----------
        now
            What is known as of the day of the reports; of the other days no more is judged than it takes.
        """

        def points(series: trends.Series, day: date) -> pl.DataFrame:
            known = now.results if day == now.day else results(self.exports[day], day, self.expiring_days, series.needs)
            return trends.trend_points(series, known, day)

        of_reports = self.points
        if of_reports is None:
            of_reports = {
                name: pl.concat(points(self.series[name], day) for day in days) for name, days in self.days.items()
            }
        return {name: trends.with_gaps(of) for name, of in of_reports.items()}


def read_comparison(
    connection: store.Connection,
    db: Path,
    know: Callable[[date], Exports],
    wanted: Wanted,
    now: State,
    since: date | None,
    settings: Settings,
) -> Comparison:
    """Read what reports look back at.

    Parameters
    ----------
    db
        The store: figures of its days are remembered beside it.
    know
        Reads what is known as of a day.
    now
        What is known as of the day of the reports.
    since
        The day that changes compare with; None for the snapshot day before the newest.

    Raises
    ------
    UsageError
        If the day cannot be compared with, or only changes are asked for and there is no earlier day.
    """
    day = _compared_day(connection, wanted, now.day, since) if wanted.compares else None
    then = None
    if day is not None:
        exports = know(day)
        then = State(day, exports, results(exports, day, settings.expiring_days, NEEDED_TO_COMPARE))
    days = _trend_days(connection, wanted, now)
    is_once = not wanted.of_some
    return Comparison(
        then=then,
        loads=store.loads_as_of(connection, day or now.day),
        # Of the day of the reports they are told anyway.
        warnings=pl.DataFrame(schema=WARNINGS) if day is None else store.exports_of_another_day(connection, day),
        known_before=store.customers_before(connection, day or now.day),
        series=wanted.series,
        days=days,
        exports={
            one: now.exports if one == now.day else know(one)
            for one in sorted({one for of in days.values() for one in of})
            if not is_once
        },
        expiring_days=settings.expiring_days,
        points=points_of_days(connection, db, know, wanted.series, days, now, settings) if is_once else None,
    )


def _compared_day(connection: store.Connection, wanted: Wanted, as_of: date, since: date | None) -> date | None:
    if since is not None and since >= as_of:
        raise UsageError(
            f"Expected a day before {as_of} to compare with; found {since}.", "name an earlier one with --since."
        )
    day = since or store.snapshot_day_before(connection, as_of)
    if day is None and wanted.only_compares:
        only = store.first_snapshot_day(connection)
        raise UsageError(
            f"There is nothing to compare: {only} is the only snapshot day up to {as_of}.",
            "load an export of another day, with its --snapshot-date, or name an earlier day with --since.",
        )
    return day


def _trend_days(connection: store.Connection, wanted: Wanted, now: State) -> dict[str, tuple[date, ...]]:
    """The days of each report that has a trend; without reports whose days are too few."""
    snapshots = store.snapshot_days(connection, now.day)
    # About some customers the figures are made of the exports of all days, which have to be held for that.
    held = now.exports.licenses.height if wanted.of_some else 0
    days = {
        name: trends.chosen_days(snapshots.filter(kind=one.kind)["snapshot_date"].to_list(), held)
        for name, one in wanted.series.items()
    }
    return {name: of for name, of in days.items() if len(of) >= trends.FEWEST}


def with_files(origins: pl.DataFrame, loads: pl.DataFrame) -> pl.DataFrame:
    """Where changes come from, with file and snapshot day of the rows on either side."""
    for side in ("before", "after"):
        files = loads.select(pl.col("load_id", "file", "snapshot_date").name.suffix(f"_{side}"))
        origins = origins.join(files, on=f"load_id_{side}", how="left", maintain_order="left")
    return origins
