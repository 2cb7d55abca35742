"""What changed between two days, checked in both readings of the rules."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from partner_analytics.transforms import NEEDED_TO_COMPARE, State, compared, results
from tests.spec.reference import changes as reference
from tests.support.tables import AS_OF, check_reading, check_rows, exports, reading

THEN: Final = date(2026, 10, 5)


ACTIVE: Final = "start | end\n2026-01-01 | 2027-06-30"
"""In force on both days, and on neither about to end."""


Tables = dict[str, str]


def compare(then: Tables, now: Tables, since: date = THEN, as_of: date = AS_OF) -> dict[str, pl.DataFrame]:
    """The results of comparing two days, each with its own exports."""
    days = []
    for day, tables in ((since, then), (as_of, now)):
        known = exports(**tables)
        days.append(State(day, known, results(known, day, names=NEEDED_TO_COMPARE)))
    found = compared(days[0], days[1])
    *steps, now_seats = found["changes_bridge"]["seats"]
    assert sum(steps) == now_seats, "the bridge does not add up"
    return found


def _read(tables: Tables, day: date) -> reference.Day:
    return reference.day_of(reading(exports(**tables), day), day)


def changes(expected: str, then: Tables, now: Tables, since: date = THEN, as_of: date = AS_OF) -> None:
    """Check the changes, row by row and in the columns that the table names, in both readings of the rules."""
    check_reading("changes", reference.changes(_read(then, since), _read(now, as_of)), expected)
    check_rows("changes", compare(then, now, since, as_of)["changes"], expected)


def licenses(expected: str, then: str, now: str, since: date = THEN, as_of: date = AS_OF) -> None:
    """Check what changes where Anna's licenses are these on the two days."""
    anna = "customer\nAnna"
    changes(expected, {"customers": anna, "licenses": then}, {"customers": anna, "licenses": now}, since, as_of)


NOTHING: Final = "change"
