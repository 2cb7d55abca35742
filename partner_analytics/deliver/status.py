"""How jobs went: last run, next, missed, and how old the exports are; and whether any of that needs a look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path

from partner_analytics.deliver.turn import GRACE, moment_of
from partner_analytics.jobs.job import Job
from partner_analytics.jobs.ledger import BEGUN, DONE, Run, installed_at, runs
from partner_analytics.jobs.when import due_after, due_before, dues_between, longest_gap

__all__ = ["JobStatus", "Status", "status"]


@dataclass(frozen=True)
class JobStatus:
    """How a job goes.

    Parameters
    ----------
    job
        Its name.
    last_due, last_began, last_ended
        Of its last run; None where there is none, or it has not ended.
    outcome, code, what
        What became of that; the outcome is "never" where there was none.
    next_due
        When it is due next; None where it only runs when it is asked to.
    missed
        How many times it was due since, and did not run.
    needs
        What needs a look, in sentences.
    """

    job: str
    last_due: datetime | None
    last_began: datetime | None
    last_ended: datetime | None
    outcome: str
    code: int
    what: str
    next_due: datetime | None
    missed: int
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Status:
    """How all of it goes.

    Parameters
    ----------
    jobs
        Of each job.
    snapshots
        The day of the newest export of each kind, and how many days ago that was.
    needs
        What needs a look besides, in sentences.
    """

    jobs: tuple[JobStatus, ...]
    snapshots: Mapping[str, tuple[date, int]]
    needs: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        """Whether nothing needs a look."""
        return not self.needs and not any(job.needs for job in self.jobs)


def status(
    jobs: Sequence[Job], folder: Path, snapshot_days: Mapping[str, date], now: datetime, zone: tzinfo | None = None
) -> Status:
    """How the jobs of the settings went.

    Parameters
    ----------
    folder
        Where the runs are kept.
    snapshot_days
        The day of the newest export of each kind.
    now
        The moment, with its time zone.
    """
    known = runs(folder)
    today = now.astimezone(zone).date()
    of_jobs = tuple(_of_a_job(job, folder, [run for run in known if run.job == job.name], now, zone) for job in jobs)
    snapshots = {kind: (day, (today - day).days) for kind, day in snapshot_days.items()}
    gaps = [gap for job in jobs if job.brings_exports and (gap := longest_gap(job.when)) is not None]
    needs = tuple(
        f"The newest export of {kind} is {days} days old, and a job brings exports every {min(gaps)} days."
        for kind, (_, days) in snapshots.items()
        if gaps and kind in ("customers", "licenses") and days > min(gaps)
    )
    return Status(of_jobs, snapshots, needs)


def _of_a_job(job: Job, folder: Path, known: Sequence[Run], now: datetime, zone: tzinfo | None) -> JobStatus:
    last = known[-1] if known else None
    due, next_due = due_before(job.when, now, zone), due_after(job.when, now, zone)
    installed = installed_at(folder, job.name)
    since = installed if last is None else moment_of(last.due, zone)
    missed = 0
    if since is not None:
        missed = sum(now - one > GRACE for one in dues_between(job.when, since, now, zone))
    needs = []
    if last is None and job.when and installed is None:
        needs.append("It has never run, and no scheduler was told of it: partner-analytics schedule install")
    if missed and due is not None:
        needs.append(f"It was due on {due:%Y-%m-%d %H:%M}, and did not run: partner-analytics run {job.name} --due")
    if last is not None and last.whole.outcome == BEGUN:
        needs.append(f"Its last run was broken off, or goes on: partner-analytics run {job.name}")
    elif last is not None and last.whole.outcome != DONE:
        needs.append(f"Its last run ended with {last.whole.code}: {last.whole.what}.")
    return JobStatus(
        job.name,
        None if last is None else last.due,
        None if last is None else last.whole.began,
        None if last is None else last.whole.ended,
        "never" if last is None else last.whole.outcome,
        0 if last is None else last.whole.code,
        "" if last is None else last.whole.what,
        None if next_due is None else next_due.replace(tzinfo=None),
        missed,
        tuple(needs),
    )
