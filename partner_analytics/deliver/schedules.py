"""What a system needs to run a job: units of systemd, lines of cron, a property list of launchd, a task of Windows."""

from __future__ import annotations

import plistlib
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from xml.etree import ElementTree

from partner_analytics.jobs.job import Job
from partner_analytics.jobs.when import LAST, Rhythm

__all__ = ["MARK", "Command", "cron", "identifier", "launchd", "systemd", "windows"]

MARK: Final = "Written by partner-analytics schedule install"
"""What stands in each file that is ours; nothing else is touched."""

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
LAST_DAYS: Final = (28, 29, 30, 31)
"""The days on which a month can end; the job itself knows which it is."""

TASKS: Final = "http://schemas.microsoft.com/windows/2004/02/mit/task"


@dataclass(frozen=True)
class Command:
    """What is run, and where.

    Parameters
    ----------
    python
        The interpreter in which this package is installed.
    folder
        The folder with the settings.
    """

    python: str
    folder: str

    def words(self, job: Job) -> list[str]:
        """The command: it does nothing where the job is not due, so it may be run too often."""
        return [self.python, "-m", "partner_analytics", "run", job.name, "--due"]


def identifier(job: Job, command: Command) -> str:
    """What a system calls a job: two folders may have jobs of one name."""
    return f"partner-analytics-{job.name}-{sha256(command.folder.encode()).hexdigest()[:8]}"


def systemd(job: Job, command: Command) -> dict[str, bytes]:
    """A service and its timer, which catches up what was missed."""
    name = identifier(job, command)
    when = "".join(f"OnCalendar={_calendar(one)}\n" for one in job.when)
    service = (
        f"# {MARK}\n[Unit]\nDescription=partner-analytics: the job {job.name}\n\n[Service]\nType=oneshot\n"
        f"WorkingDirectory={_unit_path(command.folder)}\nExecStart={' '.join(map(_unit_word, command.words(job)))}\n"
    )
    timer = (
        f"# {MARK}\n[Unit]\nDescription=partner-analytics: when the job {job.name} is due\n\n[Timer]\n{when}"
        "Persistent=true\n\n[Install]\nWantedBy=timers.target\n"
    )
    return {f"{name}.service": service.encode(), f"{name}.timer": timer.encode()}


def _calendar(one: Rhythm) -> str:
    at = f"{one.at:%H:%M}:00"
    if one.day_of_month is not None:
        return f"*-*~01 {at}" if one.day_of_month == LAST else f"*-*-{one.day_of_month:02} {at}"
    days = "" if len(one.weekdays) == len(WEEKDAYS) else ",".join(WEEKDAYS[day] for day in one.weekdays) + " "
    return f"{days}*-*-* {at}"


def _unit_word(word: str) -> str:
    """A word of a command of a unit: `%` and `$` mean something there, and quotes are C's."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def _unit_path(path: str) -> str:
    """A path of a unit, which is not quoted."""
    return path.replace("%", "%%")


def cron(job: Job, command: Command) -> dict[str, bytes]:
    """Lines of a table of cron: when it is due, and after a start of the machine, for what was missed."""
    name = identifier(job, command)
    run = f"cd {shlex.quote(command.folder)} && {shlex.join(command.words(job))} >/dev/null 2>&1"
    # In a table of cron a percent sign ends the command.
    run = run.replace("%", r"\%")
    lines = [f"# {MARK}: {name}", *(f"{_cron_time(one)} {run}" for one in job.when), f"@reboot sleep 60 && {run}"]
    return {name: ("\n".join([*lines, f"# end of {name}"]) + "\n").encode()}


def _cron_time(one: Rhythm) -> str:
    at = f"{one.at.minute} {one.at.hour}"
    if one.day_of_month is not None:
        days = ",".join(map(str, LAST_DAYS)) if one.day_of_month == LAST else one.day_of_month
        return f"{at} {days} * *"
    # Sunday is 0, and Monday 1.
    days = "*" if len(one.weekdays) == len(WEEKDAYS) else ",".join(str((day + 1) % 7) for day in one.weekdays)
    return f"{at} * * {days}"


def launchd(job: Job, command: Command) -> dict[str, bytes]:
    """A property list, which runs it when it is due, after sleep, and at the next login for what was missed."""
    name = identifier(job, command)
    said = {
        "Label": name,
        "ProgramArguments": command.words(job),
        "WorkingDirectory": command.folder,
        "StartCalendarInterval": [of for one in job.when for of in _intervals(one)],
        "RunAtLoad": True,
    }
    head, _, rest = plistlib.dumps(said).partition(b"<plist")
    return {f"{name}.plist": head + f"<!-- {MARK} -->\n".encode() + b"<plist" + rest}


def _intervals(one: Rhythm) -> list[dict[str, int]]:
    at = {"Hour": one.at.hour, "Minute": one.at.minute}
    if one.day_of_month is not None:
        return [{"Day": day, **at} for day in (LAST_DAYS if one.day_of_month == LAST else (one.day_of_month,))]
    if len(one.weekdays) == len(WEEKDAYS):
        return [at]
    return [{"Weekday": (day + 1) % 7, **at} for day in one.weekdays]


def windows(job: Job, command: Command) -> dict[str, bytes]:
    """A task, which starts as soon as it can where it was missed."""
    name = identifier(job, command)
    task = ElementTree.Element("Task", version="1.2", xmlns=TASKS)
    _tree(task, "RegistrationInfo", {"Description": MARK})
    triggers = ElementTree.SubElement(task, "Triggers")
    for one in job.when:
        trigger = ElementTree.SubElement(triggers, "CalendarTrigger")
        _tree(trigger, "StartBoundary", f"2026-01-01T{one.at:%H:%M}:00")
        _tree(trigger, "Enabled", "true")
        _trigger(trigger, one)
    settings = {
        "MultipleInstancesPolicy": "IgnoreNew",
        "DisallowStartIfOnBatteries": "false",
        "StopIfGoingOnBatteries": "false",
        "StartWhenAvailable": "true",
        "ExecutionTimeLimit": "PT2H",
    }
    _tree(task, "Settings", settings)
    words = command.words(job)
    run = {"Command": words[0], "Arguments": " ".join(words[1:]), "WorkingDirectory": command.folder}
    _tree(ElementTree.SubElement(task, "Actions"), "Exec", run)
    ElementTree.indent(task)
    text = ElementTree.tostring(task, encoding="unicode")
    return {f"{name}.xml": f'<?xml version="1.0" encoding="UTF-16"?>\n{text}\n'.encode("utf-16")}


def _trigger(trigger: ElementTree.Element, one: Rhythm) -> None:
    if one.day_of_month is not None:
        by_month = ElementTree.SubElement(trigger, "ScheduleByMonth")
        _tree(by_month, "DaysOfMonth", {"Day": "Last" if one.day_of_month == LAST else str(one.day_of_month)})
        _tree(by_month, "Months", dict.fromkeys(MONTHS, ""))
    elif len(one.weekdays) == len(WEEKDAYS):
        _tree(trigger, "ScheduleByDay", {"DaysInterval": "1"})
    else:
        by_week = ElementTree.SubElement(trigger, "ScheduleByWeek")
        _tree(by_week, "DaysOfWeek", dict.fromkeys((LONG_WEEKDAYS[day] for day in one.weekdays), ""))
        _tree(by_week, "WeeksInterval", "1")


def _tree(parent: ElementTree.Element, name: str, said: str | Mapping[str, str]) -> None:
    """An element with a text, or with elements that have texts."""
    element = ElementTree.SubElement(parent, name)
    if isinstance(said, str):
        element.text = said or None
        return
    for key, value in said.items():
        _tree(element, key, value)
