"""When a job is due: words of the settings in, moments out; local time, right across clock changes."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Final

__all__ = ["LAST", "Rhythm", "due_after", "due_before", "dues_between", "longest_gap", "rhythm", "rhythm_problem"]

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORDS: Final = {"daily": range(7), "weekdays": range(5), **{day: (place,) for place, day in enumerate(WEEKDAYS)}}
LAST: Final = 0
"""The last day of a month, whatever its number."""

MOST_OF_A_MONTH: Final = 28
"""The last day that every month has."""

PATTERN: Final = re.compile(r"(?P<day>[a-z]+|\d{1,2}(?:st|nd|rd|th))\s+(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)")
SEARCHED_DAYS: Final = 62
"""So many days hold at least one day of any rhythm."""

A_YEAR_AND_MORE: Final = 400


@dataclass(frozen=True)
class Rhythm:
    """Days on which a job is due, and the time of day.

    Parameters
    ----------
    weekdays
        From 0 for Monday; empty where days of the month are meant.
    day_of_month
        From 1 to 28, or `LAST`; None where weekdays are meant.
    at
        The local time.
    """

    weekdays: tuple[int, ...]
    day_of_month: int | None
    at: time

    def falls_on(self, day: date) -> bool:
        """Whether it is due on a day."""
        if self.day_of_month is None:
            return day.weekday() in self.weekdays
        return day.day == (self.day_of_month or calendar.monthrange(day.year, day.month)[1])


def rhythm_problem(text: str) -> str:
    """What is wrong with the words for a rhythm; empty where nothing is."""
    found = PATTERN.fullmatch(" ".join(text.lower().split()))
    if found is None:
        return "is no day with a time"
    word = found["day"]
    if word[0].isdigit() and not 1 <= int(word[:-2]) <= MOST_OF_A_MONTH:
        return f"is no day that every month has; the days 1st to {MOST_OF_A_MONTH}th are, and `last`"
    return "" if word[0].isdigit() or word in WORDS or word == "last" else f"names no day by `{word}`"


def rhythm(text: str) -> Rhythm:
    """What words such as `Mon 07:00`, `daily 06:30`, `weekdays 07:00`, `1st 08:00` or `last 18:00` mean.

    Raises
    ------
    ValueError
        If they mean nothing; `rhythm_problem` says why.
    """
    if problem := rhythm_problem(text):
        raise ValueError(problem)
    word, at = text.lower().split()
    hour, minute = map(int, at.split(":"))
    if word == "last" or word[0].isdigit():
        return Rhythm((), LAST if word == "last" else int(word[:-2]), time(hour, minute))
    return Rhythm(tuple(WORDS[word]), None, time(hour, minute))


def due_before(rhythms: Sequence[Rhythm], now: datetime, zone: tzinfo | None = None) -> datetime | None:
    """The newest moment, not after now, at which something is due; None where there is no rhythm.

    Parameters
    ----------
    now
        A moment with its time zone.
    zone
        The time zone of the rhythms; by default that of this machine.
    """
    found = max((one for one in _moments(rhythms, now, zone, -1) if one <= now.astimezone(UTC)), default=None)
    return None if found is None else found.astimezone(zone)


def due_after(rhythms: Sequence[Rhythm], now: datetime, zone: tzinfo | None = None) -> datetime | None:
    """The next moment, after now, at which something is due; None where there is no rhythm."""
    found = min((one for one in _moments(rhythms, now, zone, 1) if one > now.astimezone(UTC)), default=None)
    return None if found is None else found.astimezone(zone)


def dues_between(
    rhythms: Sequence[Rhythm], first: datetime, last: datetime, zone: tzinfo | None = None
) -> list[datetime]:
    """The moments after one and not after another at which something is due, the newest first."""
    found: list[datetime] = []
    due = due_before(rhythms, last, zone)
    while due is not None and due.astimezone(UTC) > first.astimezone(UTC) and len(found) < A_YEAR_AND_MORE:
        found.append(due)
        due = due_before(rhythms, due.astimezone(UTC) - timedelta(seconds=1), zone)
    return found


def longest_gap(rhythms: Sequence[Rhythm]) -> int | None:
    """The most days that lie between two days on which something is due; None where there is no rhythm."""
    start = date(2024, 1, 1)
    days = [start + timedelta(number) for number in range(A_YEAR_AND_MORE)]
    due = [day for day in days if any(one.falls_on(day) for one in rhythms)]
    return max(((later - earlier).days for earlier, later in pairwise(due)), default=None)


def _moments(rhythms: Sequence[Rhythm], now: datetime, zone: tzinfo | None, step: int) -> Iterator[datetime]:
    """What is due on the day of a moment and on some sixty days before or after it."""
    today = now.astimezone(zone).date()
    for number in range(-1, SEARCHED_DAYS):
        day = today + timedelta(number * step)
        yield from (_moment(day, one.at, zone) for one in rhythms if one.falls_on(day))


def _moment(day: date, at: time, zone: tzinfo | None) -> datetime:
    """A local time as a moment of UTC: two moments of one zone would compare by what the clock shows.

    A time that the clocks leave out comes an hour later, and one that comes twice comes the first time.
    """
    local = datetime.combine(day, at)
    return local.astimezone(UTC) if zone is None else local.replace(tzinfo=zone).astimezone(UTC)
