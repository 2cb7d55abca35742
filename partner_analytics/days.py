"""Days as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime

from partner_analytics.errors import UsageError


def iso_day(day: date | str) -> date:
    """A day, from itself or from a text such as `2026-11-02`.

    Raises
    ------
    UsageError
        If the text is not a day that exists.
    """
    if isinstance(day, date):
        return day.date() if isinstance(day, datetime) else day
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
            return date.fromisoformat(day)
    except (ValueError, TypeError):
        pass
    raise UsageError(f"Expected a day that exists, like 2026-11-02; found {day!r}.", _meant(day))


def _meant(text: object) -> str:
    """How to write a day that was perhaps meant; with points between them the day comes first."""
    try:
        return f"write {datetime.strptime(str(text).strip(), '%d.%m.%Y').date()}."
    except ValueError:
        return "write year-month-day."


def date_format_problem(form: str) -> str:
    """What is wrong with a strptime format of days, in a sentence; empty if it is correct."""
    parts = set(re.findall(r"%(.?)", form))
    has_whole_time = not parts & set("HMS") or {"H", "M"} <= parts
    if (
        form.isprintable()
        and all(parts & set(names) for names in ("de", "mbB", "yY"))
        and parts <= set("dembByYHMST%")
        and has_whole_time
    ):
        return ""
    return f"A date format names day, month and year, such as %d/%m/%Y; found {form!r}."
