"""The commands of jobs: run one, see how all of them went, and let the system run them."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from partner_analytics.commands.options import db_option, print_files
from partner_analytics.errors import UsageError, nearest
from partner_analytics.terminal import print_data, print_text, say
from partner_analytics.vocabulary import SCHEDULERS

if TYPE_CHECKING:
    from partner_analytics.deliver.schedules import Command
    from partner_analytics.jobs.job import Job
    from partner_analytics.settings import Settings

NEEDS_A_LOOK = 1
system_option = click.option(
    "--with", "kind", type=click.Choice(SCHEDULERS), help="The system that runs it; by default what this machine has."
)


@click.command()
@click.argument("job", required=False)
@db_option
@click.option("--due", is_flag=True, help="Only if it is due, or was missed; without JOB all that are.")
@click.option("--again", is_flag=True, help="All of it once more, though it was done.")
@click.option("--dry-run", is_flag=True, help="Only write the mails as files; nothing is pulled, loaded or sent.")
def run(job: str | None, db: str | None, due: bool, again: bool, dry_run: bool) -> int:
    """Do what a job of the settings says: exports in, reports out, mails sent, each once.

    What was done for the moment at which it was due is not done again. A run that was broken off goes on.
    """
    from partner_analytics.deliver import run as running
    from partner_analytics.portfolio import Portfolio

    if sum((due, again, dry_run)) > 1:
        raise UsageError("Expected one of --due, --again and --dry-run; found several.", "give one of them.")
    portfolio = Portfolio.open(db)
    _check(portfolio.settings)
    code = 0
    for one in _jobs(portfolio.settings, job, several=due):
        if dry_run:
            print_files(running.dry_run(one, portfolio, _now))
            continue
        outcome = running.run(one, portfolio, _now, tell=say, again=again, only_due=due)
        print_text(*outcome.said)
        code = code or outcome.code
    return code


@click.command()
@db_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def status(db: str | None, as_json: bool) -> int:
    """Say how jobs went, when they run next, and how old the exports are; ends with 1 if something needs a look."""
    from partner_analytics.deliver.status import status as found_out
    from partner_analytics.jobs.ledger import folder_of
    from partner_analytics.portfolio import Portfolio

    portfolio = Portfolio.open(db)
    found = found_out(portfolio.settings.jobs, folder_of(portfolio.db), portfolio.snapshot_days(), _now())
    if as_json:
        snapshots = {kind: {"day": day.isoformat(), "days": days} for kind, (day, days) in found.snapshots.items()}
        said = {**asdict(found), "snapshots": snapshots, "is_well": found.is_well}
        print_data(json.dumps(said, indent=2, ensure_ascii=False, default=lambda moment: moment.isoformat()))
        return 0 if found.is_well else NEEDS_A_LOOK
    for one in found.jobs:
        last = "never" if one.last_due is None else f"{one.last_due:%Y-%m-%d %H:%M}, {one.outcome}"
        following = "when it is asked to" if one.next_due is None else f"{one.next_due:%Y-%m-%d %H:%M}"
        print_text(f"{one.job}: last run {last}; missed {one.missed:,}; next {following}")
        for sentence in one.needs:
            print_text(f"  {sentence}")
    for kind, (day, days) in found.snapshots.items():
        print_text(f"{kind}: newest export of {day}, {days:,} days ago")
    for sentence in found.needs:
        print_text(f"  {sentence}")
    if not found.jobs:
        say("The settings name no job; docs/how-to/schedule.md shows one.")
    return 0 if found.is_well else NEEDS_A_LOOK


@click.group()
def schedule() -> None:
    """Let this machine's own scheduler run the jobs of the settings, and catch up what was missed."""


@schedule.command()
@click.argument("job", required=False)
@system_option
def install(job: str | None, kind: str | None) -> None:
    """Install a job, or all that have a `when`, in place of what was installed of it."""
    from partner_analytics.deliver import installing
    from partner_analytics.jobs.ledger import folder_of, note_installed
    from partner_analytics.settings import read_settings

    settings = read_settings()
    _check(settings)
    system = installing.system(kind or installing.here())
    for one in _scheduled(settings, job):
        # Before it can run: what was due until now was not missed.
        note_installed(folder_of(settings.db), one.name, _now())
        print_text(f"{one.name}: {', '.join(one.said_when)}, by {system.kind}: {system.install(one, _command())}")
    say("See how they went: partner-analytics status")


@schedule.command()
@click.argument("job", required=False)
@system_option
def remove(job: str | None, kind: str | None) -> None:
    """Remove a job, or all of them, from the scheduler."""
    from partner_analytics.deliver import installing
    from partner_analytics.settings import read_settings

    system = installing.system(kind or installing.here())
    for one in _scheduled(read_settings(), job):
        was_there = system.remove(one, _command())
        print_text(f"{one.name}: {'removed' if was_there else 'was not installed'}")


@schedule.command()
@click.argument("job", required=False)
@system_option
def show(job: str | None, kind: str | None) -> None:
    """Print what would be installed, and whether it is; nothing changes."""
    from partner_analytics.deliver import installing
    from partner_analytics.settings import read_settings

    system = installing.system(kind or installing.here())
    for one in _scheduled(read_settings(), job):
        for name, content in system.make(one, _command()).items():
            text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
            print_text(f"# {name}", *text.rstrip().split("\n"), "")
        say(f"{one.name}: {'is installed so' if system.is_installed(one, _command()) else 'is not installed so'}")


def _now() -> datetime:
    return datetime.now().astimezone()


def _command() -> Command:
    """What a scheduler runs, and where: in the folder that one is in."""
    from partner_analytics.deliver.schedules import Command

    return Command(sys.executable, str(Path.cwd()))


def _check(settings: Settings) -> None:
    """Refuse settings that `check` would name a mistake in, before anything is done.

    Raises
    ------
    SettingsError
        If there is one.
    """
    from partner_analytics.portfolio import Portfolio
    from partner_analytics.settings_rules import FILE

    if settings.jobs:
        for problem in Portfolio.check(FILE):
            raise problem


def _jobs(settings: Settings, name: str | None, *, several: bool) -> Sequence[Job]:
    """The job of a name; without one the only job, or where several are meant all.

    Raises
    ------
    UsageError
        If there is none, or several.
    """
    known = {one.name: one for one in settings.jobs}
    if name is not None:
        if name not in known:
            hint = nearest(name, tuple(known)) if known else "docs/how-to/schedule.md shows one."
            raise UsageError(f"The settings name no job {name!r}.", hint)
        return [known[name]]
    if not known:
        raise UsageError("The settings name no job.", "docs/how-to/schedule.md shows one.")
    if len(known) > 1 and not several:
        raise UsageError(f"Expected one of the jobs {', '.join(known)}; found none.", "name it.")
    return list(known.values())


def _scheduled(settings: Settings, name: str | None) -> list[Job]:
    """The jobs that have a `when`.

    Raises
    ------
    UsageError
        If there is none.
    """
    found = [one for one in _jobs(settings, name, several=True) if one.when]
    if not found:
        raise UsageError("No job says when it is due.", 'write for example when = "Mon 07:00"')
    return found
