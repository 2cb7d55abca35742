"""Whose turn it is: which run of a job there is to do now, if any, and how many were missed before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final

from partner_analytics.jobs.job import Job
from partner_analytics.jobs.ledger import DONE, PARTIAL, Run, installed_at, runs
from partner_analytics.jobs.when import due_before, dues_between

__all__ = ["GRACE", "Turn", "moment_of", "turn_of"]

GRACE: Final = timedelta(hours=1)
"""So long after it was due a job is not late."""


@dataclass(frozen=True)
class Turn:
    """What there is to do.

    Parameters
    ----------
    run
        The run, new or broken off; None where there is nothing to do.
    said
        What there is to know, in a sentence; empty for a new run.
    missed
        How many times the job was due before, and did not run.
    """

    run: Run | None
    said: str = ""
    missed: int = 0


def turn_of(job: Job, folder: Path, moment: datetime, *, again: bool, only_due: bool, zone: tzinfo | None) -> Turn:
    """The run for the moment at which a job was due last; what was done for that is not done again.

    Parameters
    ----------
    folder
        Where the runs are kept.
    moment
        The local time.
    again
        Whether it is done once more.
    only_due
        Whether nothing is done where that moment lies before the last run, or before a scheduler was told of the job.
    """
    before = [one for one in runs(folder) if one.job == job.name]
    due = due_before(job.when, moment, zone)
    if due is None and only_due:
        return Turn(None, "has no `when` in the settings, so it is never due.")
    local = (due or moment.replace(hour=0, minute=0, second=0, microsecond=0)).replace(tzinfo=None)
    same = [one for one in before if one.due == local]
    if same and not again:
        if _is_over(same[-1], only_due=only_due):
            how = "done" if same[-1].whole.outcome == DONE else "done, but not all of it,"
            return Turn(None, f"was {how} for {local:%Y-%m-%d %H:%M}; --again does it once more.")
        return Turn(same[-1], f"goes on with the run that was due on {local:%Y-%m-%d %H:%M}.")
    since = _since(job, folder, before, zone)
    if only_due and not before and due is not None and not _is_due(due, since, moment):
        return Turn(None, "was not due since it was installed; without --due it runs now.")
    missed = 0 if since is None or due is None else max(len(dues_between(job.when, since, due, zone)) - 1, 0)
    return Turn(_new_run(job, local, len(same) + 1, moment.date()), missed=missed)


def moment_of(local: datetime, zone: tzinfo | None) -> datetime:
    """A local time with its time zone, by default that of this machine."""
    return local.astimezone() if zone is None else local.replace(tzinfo=zone)


def _new_run(job: Job, due: datetime, attempt: int, day: date) -> Run:
    return Run(f"{job.name}/{due:%Y-%m-%dT%H:%M}/{attempt}", job.name, due, attempt, day)


def _since(job: Job, folder: Path, before: Sequence[Run], zone: tzinfo | None) -> datetime | None:
    """From when on a job that was due was missed: since its last run, else since a scheduler was told of it."""
    return moment_of(before[-1].due, zone) if before else installed_at(folder, job.name)


def _is_due(due: datetime, since: datetime | None, now: datetime) -> bool:
    """Whether a job that never ran is due: where no scheduler was told of it, within the hour."""
    return now.astimezone(UTC) - due.astimezone(UTC) <= GRACE if since is None else due.astimezone(UTC) > since


def _is_over(run: Run, *, only_due: bool) -> bool:
    """Whether nothing of a run is left to do; what was not taken is tried again only where somebody asks for it."""
    return run.whole.outcome == DONE or (only_due and run.whole.outcome == PARTIAL)
