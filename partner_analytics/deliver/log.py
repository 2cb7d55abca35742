"""The log of a job: one bounded file, with steps and counts, and neither secrets nor names of customers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from partner_analytics.safety.json_lines import for_its_owner
from partner_analytics.safety.visible import visible

__all__ = ["logging_to"]

MOST_BYTES: Final = 500_000
"""So large a log may get; what is older is in one more file beside it."""


def logging_to(file: Path, now: Callable[[], datetime]) -> Callable[[str], None]:
    """What adds a line to a log, with the time; a log that cannot be written stops no job.

    Parameters
    ----------
    now
        The local time.
    """

    def log(sentence: str) -> None:
        line = f"{now():%Y-%m-%d %H:%M:%S} {visible(sentence)}\n".encode()
        with suppress(OSError):
            if file.exists() and file.stat().st_size + len(line) > MOST_BYTES:
                file.replace(file.with_name(f"{file.name}.1"))
            with open(file, "ab", opener=for_its_owner) as where:
                where.write(line)

    return log
