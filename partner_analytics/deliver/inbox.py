"""An inbox: files that are whole are loaded and moved away, each by itself; what grows still waits."""

from __future__ import annotations

import glob
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from partner_analytics.errors import ExportError, PartnerAnalyticsError, UsageError
from partner_analytics.jobs.job import FROM_NAME, MODIFIED, Job
from partner_analytics.safety.whole_files import PRIVATE_FOLDER, sync_folder, write_new

if TYPE_CHECKING:
    from partner_analytics.portfolio import Portfolio

__all__ = ["Brought", "load_inbox"]

STILL_SECONDS: Final = 5.0
"""A file that was changed within so many seconds is looked at twice, so long apart; if it has changed, it waits."""

NO_DAY: Final = "Expected a day in its name, such as 2026-11-02; found none."

DONE, REFUSED = "done", "refused"
BESIDE: Final = ".reason.txt"
NOT_YET: Final = (".part", ".partial", ".crdownload", ".download", ".tmp")
"""How files end that a program is still bringing."""

IN_NAMES: Final = re.compile(r"(?<!\d)(\d{4})[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)|(?<!\d)(\d\d)[._-](\d\d)[._-](\d{4})(?!\d)")
"""A day in the name of a file: `2026-11-02`, `20261102` or `02.11.2026`."""


@dataclass(frozen=True)
class Brought:
    """What an inbox has brought.

    Parameters
    ----------
    loaded
        How many files were loaded.
    rows_read, quarantined
        How many rows were in them, and how many of these were refused.
    refused
        The files that were refused, with the reason.
    waiting
        The files that still grow.
    """

    loaded: int
    rows_read: int
    quarantined: int
    refused: tuple[tuple[str, str], ...]
    waiting: tuple[str, ...]


def load_inbox(portfolio: Portfolio, job: Job, day: date, now: Callable[[], datetime]) -> Brought:
    """Load what is there, and move it away: what was loaded to `done/DAY/`, what cannot be read to `refused/`.

    Between loading and moving a kill may come: then it is loaded again, which changes nothing, and moved.

    Parameters
    ----------
    day
        The day of the run: that of a run that goes on stays, so that a file is not loaded for another one.
    """
    files = list(_files(job))
    waiting = _growing(files, now)
    loaded, rows_read, quarantined = 0, 0, 0
    refused: list[tuple[str, str]] = []
    for file in files:
        if file in waiting:
            continue
        looked, of = _looks(file), _day_of(file, job, day)
        try:
            if of is None:
                raise ExportError(NO_DAY, 'rename it, or set snapshot_date = "modified" for the job.')
            accounted = portfolio.load(file, snapshot_date=of)
        except ExportError as error:
            refused.append((file.name, _refuse(file, error)))
            continue
        if _looks(file) != looked:
            # Another one has taken its place meanwhile, which was not loaded.
            waiting.append(file)
            continue
        loaded += 1
        rows_read += sum(one.rows_read for one in accounted)
        quarantined += sum(one.quarantined for one in accounted)
        _move(file, file.parent / DONE / day.isoformat())
    return Brought(loaded, rows_read, quarantined, tuple(refused), tuple(file.name for file in waiting))


def _files(job: Job) -> Iterator[Path]:
    """The regular files that the patterns of a job fit, each once, by name."""
    found: dict[Path, None] = {}
    for pattern in job.load:
        for name in sorted(glob.glob(pattern)):
            found.setdefault(Path(name))
    for file in found:
        is_ours = file.name.startswith((".", "~$")) or file.name.endswith(BESIDE) or file.suffix.lower() in NOT_YET
        if not is_ours and stat.S_ISREG(file.lstat().st_mode):
            yield file


def _growing(files: list[Path], now: Callable[[], datetime]) -> list[Path]:
    """The files that somebody is still writing to."""
    young = {file: _looks(file) for file in files if now().timestamp() - file.lstat().st_mtime < STILL_SECONDS}
    if young:
        time.sleep(STILL_SECONDS)
    return [file for file, looked in young.items() if _looks(file) != looked]


def _looks(file: Path) -> tuple[int, int]:
    found = file.lstat()
    return found.st_size, found.st_mtime_ns


def _day_of(file: Path, job: Job, day: date) -> date | None:
    """The day for which a file was exported; None where its name is to have one, and has none that exists."""
    if job.snapshot_date == MODIFIED:
        return datetime.fromtimestamp(file.lstat().st_mtime).date()
    if job.snapshot_date != FROM_NAME:
        return day
    found = IN_NAMES.search(file.name)
    if found is None:
        return None
    year, month, of_month = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        return date(int(year), int(month), int(of_month))
    except ValueError:
        return None


def _refuse(file: Path, error: PartnerAnalyticsError) -> str:
    """Move a file to those that were refused, with the reason beside it."""
    there = _move(file, file.parent / REFUSED)
    reason = there.with_name(there.name + BESIDE)
    reason.unlink(missing_ok=True)
    write_new(reason, f"{error}\n".encode())
    return error.message


def _move(file: Path, folder: Path) -> Path:
    """Move a file into a folder, beside what is there by its name already.

    Raises
    ------
    UsageError
        If it cannot be moved.
    """
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        place, number = folder / file.name, 1
        while os.path.lexists(place):
            number += 1
            place = folder / f"{file.stem}-{number}{file.suffix}"
        file.rename(place)
        sync_folder(folder)
    except OSError as error:
        raise UsageError(
            f"{file} was loaded, and cannot be moved to {folder}: {error.strerror or error}.",
            "let the folder be written; it is loaded again then, which changes nothing.",
        ) from error
    return place
