"""When to ask again: one pause for all connections after a 429, and longer ones from try to try after a fault."""

from __future__ import annotations

import email.utils
import random
import re
import threading
import time
from datetime import UTC
from typing import Final

__all__ = ["FIRST_PAUSE", "Pauses", "moment", "seconds_to_wait"]

TRIES: Final = 5
"""How often a call is tried in all where it ends in a fault."""

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 8.0
MOST_REFUSALS: Final = 12
"""The twelfth 429 of one call is a failure of it."""

LONGEST_WAIT: Final = 300.0
SILENCE: Final = 60.0
"""After so many seconds without any answer the rest is not asked."""


class Pauses:
    """What all connections know of when they may ask: until when to wait, and when the vendor answered last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._answered = time.monotonic()
        self._stopped = threading.Event()

    def wait(self) -> None:
        """Wait until nobody has to wait any more."""
        while (left := self._until - time.monotonic()) > 0 and not self._stopped.wait(left):
            continue

    def stop_all(self, seconds: float) -> None:
        """Let all connections wait."""
        with self._lock:
            self._until = max(self._until, time.monotonic() + seconds)

    def pause(self, number: int) -> None:
        """Wait before a call is tried again, somewhat less or more than others do."""
        longest = min(FIRST_PAUSE * 2**number, LONGEST_PAUSE)
        self._stopped.wait(longest * random.uniform(0.5, 1.0))  # noqa: S311 - no secret

    def answered(self) -> None:
        """Note that the vendor has answered, whatever it said."""
        self._answered = time.monotonic()

    @property
    def is_silent(self) -> bool:
        """Whether the vendor has not answered for so long that it is not asked any more."""
        asked_since = max(self._answered, self._until)
        return time.monotonic() - asked_since > SILENCE

    def stop(self) -> None:
        """Let nobody wait any more, since the pull is broken off."""
        self._stopped.set()


def seconds_to_wait(retry_after: str | None, now: float) -> float | None:
    """The seconds that a `Retry-After` means: whole or not, or an HTTP date; None where it means nothing.

    Parameters
    ----------
    now
        The time in seconds since 1970, by the clock that the date is told by.
    """
    text = (retry_after or "").strip()
    if re.fullmatch(r"\d{1,9}(?:\.\d+)?", text):
        return float(text)
    until = moment(text)
    return None if until is None else max(0.0, until - now)


def moment(http_date: str | None) -> float | None:
    """The seconds since 1970 at an HTTP date; None where it is none."""
    try:
        found = email.utils.parsedate_to_datetime(http_date or "")
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
