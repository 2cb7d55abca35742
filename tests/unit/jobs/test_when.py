"""When a job is due: in words, in local time, and right when clocks are changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_analytics.jobs.when import due_after, due_before, dues_between, longest_gap, rhythm, rhythm_problem

BERLIN = ZoneInfo("Europe/Berlin")

WORDS = (
    "Mon 07:00",
    "daily 06:30",
    "weekdays 07:00",
    "1st 08:00",
    "15th 23:59",
    "last 00:00",
    "Sun 02:30",
    "daily 02:30",
)


def shown(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment:%a %Y-%m-%d %H:%M %z}"


@pytest.mark.parametrize(
    ("words", "now", "before", "after"),
    [
        ("Mon 07:00", "2026-11-26 12:00", "Mon 2026-11-23 07:00 +0100", "Mon 2026-11-30 07:00 +0100"),
        ("Mon 07:00", "2026-11-30 07:00", "Mon 2026-11-30 07:00 +0100", "Mon 2026-12-07 07:00 +0100"),
        ("Mon 07:00", "2026-11-30 06:59", "Mon 2026-11-23 07:00 +0100", "Mon 2026-11-30 07:00 +0100"),
        ("weekdays 07:00", "2026-11-28 12:00", "Fri 2026-11-27 07:00 +0100", "Mon 2026-11-30 07:00 +0100"),
        ("daily 06:30", "2026-11-28 06:00", "Fri 2026-11-27 06:30 +0100", "Sat 2026-11-28 06:30 +0100"),
        ("1st 08:00", "2027-01-01 07:00", "Tue 2026-12-01 08:00 +0100", "Fri 2027-01-01 08:00 +0100"),
        ("last 18:00", "2028-02-10 07:00", "Mon 2028-01-31 18:00 +0100", "Tue 2028-02-29 18:00 +0100"),
        # Clocks are set on by an hour on 29 March, and back by one on 25 October.
        ("daily 02:30", "2026-03-29 12:00", "Sun 2026-03-29 03:30 +0200", "Mon 2026-03-30 02:30 +0200"),
        ("daily 02:30", "2026-10-25 12:00", "Sun 2026-10-25 02:30 +0200", "Mon 2026-10-26 02:30 +0100"),
        ("Mon 07:00", "2026-03-30 08:00", "Mon 2026-03-30 07:00 +0200", "Mon 2026-04-06 07:00 +0200"),
    ],
)
def test_a_job_is_due(words: str, now: str, before: str, after: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=BERLIN)
    rhythms = [rhythm(words)]
    assert (shown(due_before(rhythms, moment, BERLIN)), shown(due_after(rhythms, moment, BERLIN))) == (before, after)


def test_in_the_hour_that_comes_twice_a_job_is_due_once() -> None:
    rhythms = [rhythm("daily 02:30")]
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    found = due_before(rhythms, first + timedelta(hours=1), BERLIN)
    assert found is not None
    assert found.astimezone(UTC) == first
    assert len(dues_between(rhythms, first - timedelta(hours=2), first + timedelta(hours=12), BERLIN)) == 1


def test_of_several_rhythms_the_nearest_counts() -> None:
    rhythms = [rhythm("Mon 07:00"), rhythm("Thu 07:00"), rhythm("1st 08:00")]
    now = datetime(2026, 12, 1, 9, tzinfo=BERLIN)
    assert shown(due_before(rhythms, now, BERLIN)) == "Tue 2026-12-01 08:00 +0100"
    assert shown(due_after(rhythms, now, BERLIN)) == "Thu 2026-12-03 07:00 +0100"


def test_what_has_no_rhythm_is_never_due() -> None:
    now = datetime(2026, 12, 1, 9, tzinfo=BERLIN)
    assert (due_before([], now), due_after([], now), longest_gap([])) == (None, None, None)


@pytest.mark.parametrize(
    ("words", "days"),
    [("daily 06:30", 1), ("weekdays 07:00", 3), ("Mon 07:00", 7), ("1st 08:00", 31), ("last 18:00", 31)],
)
def test_how_old_exports_may_be_follows_from_the_rhythm(words: str, days: int) -> None:
    assert longest_gap([rhythm(words)]) == days


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("Monday", "is no day with a time"),
        ("Mon 7", "is no day with a time"),
        ("Mon 24:00", "is no day with a time"),
        ("Mon 07:60", "is no day with a time"),
        ("every 07:00", "names no day by `every`"),
        ("31st 07:00", "is no day that every month has; the days 1st to 28th are, and `last`"),
        ("0th 07:00", "is no day that every month has; the days 1st to 28th are, and `last`"),
    ],
)
def test_words_that_mean_no_day_say_why(words: str, why: str) -> None:
    assert rhythm_problem(words) == why
    with pytest.raises(ValueError, match="day"):
        rhythm(words)


@given(st.lists(st.sampled_from(WORDS), min_size=1), st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)))
def test_now_lies_between_two_dues_that_follow_each_other(words: list[str], naive: datetime) -> None:
    rhythms, now = [rhythm(one) for one in words], naive.replace(tzinfo=UTC)
    before, after = due_before(rhythms, now, BERLIN), due_after(rhythms, now, BERLIN)
    assert before is not None
    assert after is not None
    assert before.astimezone(UTC) <= now < after.astimezone(UTC)
    assert due_after(rhythms, before, BERLIN) == after
    assert due_before(rhythms, after - timedelta(seconds=1), BERLIN) == before
    assert (after - before).days <= (longest_gap(rhythms) or 0)
