"""Installs schedules where the system looks for them, and removes them; what others have written is not touched."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from partner_analytics.deliver.schedules import MARK, Command, cron, identifier, launchd, systemd, windows
from partner_analytics.errors import UsageError
from partner_analytics.jobs.job import Job
from partner_analytics.safety.whole_files import write_in_place

__all__ = ["System", "here", "system"]

SECONDS: Final = 30
LONGEST_TOLD: Final = 160

NO_TABLE: Final = re.compile("no crontab for|no such file", re.IGNORECASE)
"""What is said to who has no table of cron yet: that is an error too."""

Files = Mapping[str, bytes]
Words = Sequence[str]


@dataclass(frozen=True)
class System:
    """A system that runs jobs.

    Parameters
    ----------
    kind
        One of `SCHEDULERS` of the vocabulary.
    make
        What it needs for a job: the text of each file, by name.
    put
        Installs that, by what the system calls the job; says where.
    take
        Removes it; whether it was there.
    has
        Whether it is there as it would be installed now.
    """

    kind: str
    make: Callable[[Job, Command], Files]
    put: Callable[[str, Files], str]
    take: Callable[[str, Files], bool]
    has: Callable[[str, Files], bool]

    def install(self, job: Job, command: Command) -> str:
        """Install a job, in place of what was installed of it; where, in words."""
        return self.put(identifier(job, command), self.make(job, command))

    def remove(self, job: Job, command: Command) -> bool:
        """Remove a job; whether it was there."""
        return self.take(identifier(job, command), self.make(job, command))

    def is_installed(self, job: Job, command: Command) -> bool:
        """Whether a job is installed as it would be now."""
        return self.has(identifier(job, command), self.make(job, command))


def system(kind: str) -> System:
    """The system of a kind, one of `SCHEDULERS` of the vocabulary."""
    if kind == "cron":
        return System(kind, cron, _put_into_table, _take_from_table, _has_in_table)
    if kind == "windows":
        return System(kind, windows, _put_task, _take_task, _has_task)
    if kind == "launchd":
        folder = Path.home() / "Library" / "LaunchAgents"
        told = partial(_launchctl, folder, "load")
        return _of_files(kind, launchd, folder, told, partial(_launchctl, folder, "unload"))
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"
    return _of_files(kind, systemd, folder, _systemctl_enable, _systemctl_disable)


def here() -> str:
    """The kind of system that this machine has.

    Raises
    ------
    UsageError
        If it has none that is known.
    """
    if sys.platform == "win32":
        return "windows"
    if sys.platform == "darwin":
        return "launchd"
    if shutil.which("systemctl") and _asked(["systemctl", "--user", "show-environment"]).returncode == 0:
        return "systemd"
    if shutil.which("crontab"):
        return "cron"
    raise UsageError(
        "Expected systemd for this user, or cron; found neither.",
        "let another program run it: partner-analytics run JOB --due",
    )


# Systems that read files of a folder: systemd and launchd


def _of_files(
    kind: str,
    make: Callable[[Job, Command], Files],
    folder: Path,
    told: Callable[[str], Sequence[Words]],
    forgotten: Callable[[str], Sequence[Words]],
) -> System:
    """A system that reads files of a folder, and is told of them and of their end."""

    def put(name: str, files: Files) -> str:
        _check_ours(folder, files)
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            write_in_place(folder / file, content)
        for words in told(name):
            _called(words)
        return str(folder / next(iter(files)))

    def take(name: str, files: Files) -> bool:
        there = [file for file in files if os.path.lexists(folder / file)]
        _check_ours(folder, there)
        for words in forgotten(name) if there else ():
            # What was never started cannot be stopped.
            _asked(words)
        for file in there:
            (folder / file).unlink()
        return bool(there)

    def has(_name: str, files: Files) -> bool:
        return all(_read(folder / file) == content for file, content in files.items())

    return System(kind, make, put, take, has)


def _systemctl_enable(name: str) -> Sequence[Words]:
    user = ("systemctl", "--user")
    return [(*user, "daemon-reload"), (*user, "enable", "--now", f"{name}.timer")]


def _systemctl_disable(name: str) -> Sequence[Words]:
    return [("systemctl", "--user", "disable", "--now", f"{name}.timer")]


def _launchctl(folder: Path, verb: str, name: str) -> Sequence[Words]:
    return [("launchctl", verb, "-w", str(folder / f"{name}.plist"))]


def _check_ours(folder: Path, files: Collection[str]) -> None:
    for name in files:
        file = folder / name
        if os.path.lexists(file) and MARK.encode() not in _read(file):
            raise UsageError(f"{file} was not written by partner-analytics, so it was not touched.", "move it away.")


def _read(file: Path) -> bytes:
    return file.read_bytes() if file.is_file() and not file.is_symlink() else b""


# The table of cron of this user: our lines stand between two marks


def _put_into_table(name: str, files: Files) -> str:
    (lines,) = files.values()
    _called(["crontab", "-"], _without(_table(), name) + lines.decode())
    return "the table of cron"


def _take_from_table(name: str, _files: Files) -> bool:
    before = _table()
    after = _without(before, name)
    if after != before:
        _called(["crontab", "-"], after)
    return after != before


def _has_in_table(_name: str, files: Files) -> bool:
    (lines,) = files.values()
    try:
        return lines.decode() in _table()
    except UsageError:
        return False


def _table() -> str:
    """The table as it is.

    Raises
    ------
    UsageError
        If it cannot be read: what is not known must not be written over.
    """
    done = _asked(["crontab", "-l"])
    if done.returncode and not NO_TABLE.search(done.stderr):
        what = " ".join(done.stderr.split())[:LONGEST_TOLD] or "it gives no reason"
        raise UsageError(
            f"The table of cron cannot be read: {what}.", "see: partner-analytics schedule show --with cron"
        )
    text = "" if done.returncode else done.stdout
    return text if not text or text.endswith("\n") else text + "\n"


def _without(table: str, name: str) -> str:
    ours = rf"^# {re.escape(MARK)}: {re.escape(name)}\n(?:.*\n)*?# end of {re.escape(name)}\n"
    return re.sub(ours, "", table, flags=re.MULTILINE)


# The task scheduler of Windows


def _put_task(name: str, files: Files) -> str:
    (content,) = files.values()
    file = Path.cwd() / f".{name}.xml"
    write_in_place(file, content)
    try:
        _called(["schtasks", "/Create", "/F", "/TN", name, "/XML", str(file)])
    finally:
        file.unlink()
    return "the task scheduler"


def _take_task(name: str, files: Files) -> bool:
    is_there = _has_task(name, files)
    if is_there:
        _called(["schtasks", "/Delete", "/F", "/TN", name])
    return is_there


def _has_task(name: str, _files: Files) -> bool:
    return _asked(["schtasks", "/Query", "/TN", name]).returncode == 0


def _called(words: Words, content: str | None = None) -> None:
    """Call a program of the system.

    Raises
    ------
    UsageError
        If it does not do it.
    """
    done = _asked(words, content)
    if done.returncode:
        what = " ".join(done.stderr.split())[:LONGEST_TOLD] or "it gives no reason"
        raise UsageError(f"`{words[0]}` refuses the schedule: {what}.", "see: partner-analytics schedule show")


def _asked(words: Words, content: str | None = None) -> subprocess.CompletedProcess[str]:
    """What a program of the system says; one that is not there fails."""
    try:
        return subprocess.run(words, input=content, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603 - words of ours, and no shell
    except (OSError, subprocess.TimeoutExpired):
        return subprocess.CompletedProcess(words, 1, "", "it cannot be called")
