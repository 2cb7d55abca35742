"""The ledger of runs: a line when a step begins and one when it has ended, in a file beside the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from partner_analytics.errors import UsageError
from partner_analytics.safety.json_lines import add_line, read_lines
from partner_analytics.safety.whole_files import PRIVATE_FOLDER

__all__ = [
    "BEGUN",
    "COLUMNS",
    "DONE",
    "FAILED",
    "FOLDER",
    "MAIL",
    "PARTIAL",
    "REFUSED",
    "RUN",
    "SENDING",
    "SENT",
    "Run",
    "Step",
    "append",
    "folder_of",
    "installed_at",
    "note_installed",
    "runs",
    "runs_frame",
    "unwritable",
]

FOLDER: Final = "partner-analytics-runs"
LEDGER: Final = "runs.jsonl"

BEGUN, DONE, PARTIAL, FAILED = OUTCOMES = ("begun", "done", "partial", "failed")
SENDING, SENT, REFUSED = "sending", "sent", "refused"
RUN, MAIL, INSTALLED = "run", "mail", "installed"

COLUMNS: Final = {
    "run_id": ("varchar", "", "The run: its job, when it was due, and the how-manieth time."),
    "job": ("varchar", "", "The job of the settings."),
    "due_at": ("timestamp", "", "When it was due, local time."),
    "step": ("varchar", "", "`pull`, `load`, `reports`, `mails`, `mail` (one for each mail), or `run` for all of it."),
    "outcome": (
        "varchar",
        "",
        "`begun`, `done`, `partial`, `failed`; of a mail `sending`, `sent`, `refused`, `failed`.",
    ),
    "exit_code": ("bigint", "code", "The exit code of what failed; 0 where nothing did."),
    "began_at": ("timestamp", "", "When it began, local time."),
    "ended_at": ("timestamp", "", "When it had ended, local time; empty while it goes on, or after a kill."),
    "what": ("varchar", "", "What became of it, in words."),
}
"""The columns of the relation `runs`: type, unit and meaning."""


@dataclass(frozen=True)
class Step:
    """A step of a run.

    Parameters
    ----------
    outcome
        One of `OUTCOMES`; of a mail "sending", "sent", "refused" or "failed".
    code
        The exit code of what failed.
    what
        What became of it, in words.
    began, ended
        When; ended is None while it goes on.
    facts
        What a later step has to know of it: counts.
    """

    outcome: str
    code: int
    what: str
    began: datetime
    ended: datetime | None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_ended(self) -> bool:
        """Whether it came to its end."""
        return self.outcome not in (BEGUN, SENDING)


@dataclass(frozen=True)
class Run:
    """One run of a job, as far as it has come.

    Parameters
    ----------
    key
        Its job, when it was due, and the how-manieth time.
    job, due, attempt
        The same apart; due is local time.
    day
        The day of its reports.
    steps
        What became of each step, by its name; that of all is "run".
    mails
        What became of each mail, by the name of its file.
    """

    key: str
    job: str
    due: datetime
    attempt: int
    day: date
    steps: Mapping[str, Step] = field(default_factory=dict)
    mails: Mapping[str, Step] = field(default_factory=dict)

    @property
    def whole(self) -> Step:
        """What became of all of it."""
        return self.steps[RUN]


def folder_of(db: Path) -> Path:
    """Where a store's runs are kept."""
    return db.parent / FOLDER


def append(folder: Path, **said: object) -> None:
    """Add a line, which is on the disk when this returns.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        add_line(folder / LEDGER, said)
    except OSError as error:
        raise unwritable(folder, error) from error


def unwritable(folder: Path, error: OSError) -> UsageError:
    """What is said where the ledger cannot be written."""
    return UsageError(
        f"The ledger of runs in {folder} cannot be written: {error.strerror or error}.",
        "make room, or let it be written; nothing is sent without it.",
    )


def runs(folder: Path) -> list[Run]:
    """The runs that a folder knows, the first one first; a line that was cut off is none."""
    found: dict[str, Run] = {}
    for said in read_lines(folder / LEDGER):
        try:
            key, step, at = str(said["run"]), str(said["step"]), datetime.fromisoformat(said["at"])
            if key not in found:
                due, day = datetime.fromisoformat(said["due"]), date.fromisoformat(said["day"])
                found[key] = Run(key, str(said["job"]), due, int(said["attempt"]), day)
            run = found[key]
            of = run.mails if step == MAIL else run.steps
            name = str(said["file"]) if step == MAIL else step
            outcome, what = str(said["outcome"]), str(said.get("what", ""))
            begins = outcome in (BEGUN, SENDING)
            began = of[name].began if name in of and not begins else at
            facts = said.get("facts")
            made = Step(
                *(outcome, int(said.get("code", 0)), what, began, None if begins else at),
                facts if isinstance(facts, dict) else {},
            )
        except (KeyError, ValueError, TypeError):
            continue
        if step == MAIL:
            found[key] = replace(run, mails={**run.mails, name: made})
        else:
            found[key] = replace(run, steps={**run.steps, name: made})
    return [run for run in found.values() if RUN in run.steps]


def note_installed(folder: Path, job: str, at: datetime) -> None:
    """Note that a scheduler runs a job from now on: what was due before was not missed."""
    append(folder, job=job, step=INSTALLED, at=at.isoformat(timespec="seconds"))


def installed_at(folder: Path, job: str) -> datetime | None:
    """Since when a scheduler runs a job; None where none was told to."""
    found = [
        said.get("at")
        for said in read_lines(folder / LEDGER)
        if (said.get("step"), said.get("job")) == (INSTALLED, job)
    ]
    try:
        return datetime.fromisoformat(str(found[-1])) if found else None
    except ValueError:
        return None


def runs_frame(folder: Path) -> pl.DataFrame:
    """One row per run and step, and per mail: the relation `runs`. No customer is named in it."""
    moment = pl.Datetime("us")
    schema = {
        name: moment if type_ == "timestamp" else pl.Int64() if type_ == "bigint" else pl.String()
        for name, (type_, _, _) in COLUMNS.items()
    }
    rows = [
        (run.key, run.job, _local(run.due), name, one.outcome, one.code, _local(one.began), _local(one.ended), one.what)
        for run in runs(folder)
        for name, one in (*run.steps.items(), *((MAIL, mail) for mail in run.mails.values()))
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _local(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=None)
