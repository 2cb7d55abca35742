"""What is given to a system so that it runs a job: read back by that system's own reader, or held to its form."""

from __future__ import annotations

import plistlib
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from partner_analytics.deliver.schedules import TASKS, Command, cron, identifier, launchd, systemd, windows
from partner_analytics.jobs.job import Job
from partner_analytics.jobs.when import rhythm
from tests.support.systems import needed

FOLDER = '/srv/Berichte "100 %" & $HOME'
COMMAND = Command("/usr/bin/python3", FOLDER)
ALL = ("Mon 07:00", "weekdays 06:30", "daily 05:00", "1st 08:00", "last 18:00")


def job(*when: str) -> Job:
    return Job("monday", said_when=when, when=tuple(map(rhythm, when)))


def test_two_folders_have_jobs_of_their_own() -> None:
    names = {identifier(job("Mon 07:00"), Command("python", folder)) for folder in ("/a", "/b")}
    assert len(names) == 2


@pytest.mark.parametrize(
    ("when", "calendar"),
    [
        ("Mon 07:00", "Mon *-*-* 07:00:00"),
        ("weekdays 06:30", "Mon,Tue,Wed,Thu,Fri *-*-* 06:30:00"),
        ("daily 05:00", "*-*-* 05:00:00"),
        ("1st 08:00", "*-*-01 08:00:00"),
        ("last 18:00", "*-*~01 18:00:00"),
    ],
)
def test_systemd_is_told_the_same_moments(when: str, calendar: str) -> None:
    timer = next(text for name, text in systemd(job(when), COMMAND).items() if name.endswith(".timer")).decode()
    assert f"OnCalendar={calendar}\n" in timer
    assert "Persistent=true\n" in timer, "what was missed is caught up"
    needed("systemd-analyze")
    subprocess.run(["systemd-analyze", "calendar", calendar], check=True, capture_output=True)


def test_systemd_itself_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    needed("systemd-analyze")
    folder = tmp_path / 'Berichte "100 %" $HOME'
    folder.mkdir()
    files = systemd(job(*ALL), Command(shutil.which("python3") or "", str(folder)))
    for name, text in files.items():
        (tmp_path / name).write_bytes(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", *(tmp_path / name for name in files)],
        capture_output=True,
        text=True,
        check=False,
        env={"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    ours = [line for line in done.stderr.splitlines() if "partner-analytics" in line]
    assert not ours, ours


@pytest.mark.parametrize(
    ("when", "time"),
    [
        ("Mon 07:00", "0 7 * * 1"),
        ("Sun 07:05", "5 7 * * 0"),
        ("weekdays 06:30", "30 6 * * 1,2,3,4,5"),
        ("daily 05:00", "0 5 * * *"),
        ("1st 08:00", "0 8 1 * *"),
        ("last 18:00", "0 18 28,29,30,31 * *"),
    ],
)
def test_cron_is_told_the_same_moments(when: str, time: str) -> None:
    (text,) = cron(job(when), COMMAND).values()
    first, at, boot, last = text.decode().splitlines()
    assert first.startswith("# Written by partner-analytics schedule install: ")
    assert at.startswith(f"{time} cd ")
    assert boot.startswith("@reboot ")
    assert last.startswith("# end of ")
    assert r"\%" in at, "a percent sign would end the command"


def test_a_shell_goes_into_the_folder_whatever_it_is_called(tmp_path: Path) -> None:
    folder = tmp_path / 'it\'s "100 %" & $HOME; `x`'
    folder.mkdir()
    (text,) = cron(job("daily 05:00"), Command("pwd", str(folder))).values()
    line = text.decode().splitlines()[1].removeprefix("0 5 * * * ").replace(r"\%", "%")
    command = line.partition(" && ")[0]
    assert subprocess.run(["sh", "-c", f"{command} && pwd"], capture_output=True, text=True, check=True).stdout == f"{folder}\n"  # fmt: skip


def test_launchd_gets_a_property_list_with_the_same_moments() -> None:
    (text,) = launchd(job(*ALL), COMMAND).values()
    said = plistlib.loads(text)
    assert said["ProgramArguments"] == ["/usr/bin/python3", "-m", "partner_analytics", "run", "monday", "--due"]
    assert said["WorkingDirectory"] == FOLDER
    assert said["RunAtLoad"] is True
    intervals = said["StartCalendarInterval"]
    assert intervals[0] == {"Weekday": 1, "Hour": 7, "Minute": 0}
    assert {"Hour": 5, "Minute": 0} in intervals
    assert {"Day": 1, "Hour": 8, "Minute": 0} in intervals
    assert [one["Day"] for one in intervals if one["Hour"] == 18] == [28, 29, 30, 31]
    for one in intervals:
        assert one.keys() <= {"Minute", "Hour", "Day", "Weekday", "Month"}
        assert 0 <= one.get("Weekday", 0) <= 7


ORDER = {
    "Task": ["RegistrationInfo", "Triggers", "Settings", "Actions"],
    "CalendarTrigger": ["StartBoundary", "Enabled", "ScheduleByDay|ScheduleByWeek|ScheduleByMonth"],
    "ScheduleByWeek": ["DaysOfWeek", "WeeksInterval"],
    "ScheduleByMonth": ["DaysOfMonth", "Months"],
    "Exec": ["Command", "Arguments", "WorkingDirectory"],
}
"""Which elements follow each other in those of a task, as its schema has them."""


def test_windows_gets_a_task_with_the_same_moments_in_the_order_of_its_schema() -> None:
    (text,) = windows(job(*ALL), COMMAND).values()
    assert text.startswith((b"\xff\xfe", b"\xfe\xff")), "the task scheduler reads UTF-16 alone"
    task = ElementTree.fromstring(text.decode("utf-16"))
    for element in task.iter():
        name = element.tag.removeprefix(f"{{{TASKS}}}")
        if name in ORDER:
            found = [child.tag.removeprefix(f"{{{TASKS}}}") for child in element]
            assert len(found) == len(ORDER[name]), name
            assert all(one in place.split("|") for one, place in zip(found, ORDER[name], strict=True)), found
    space = {"t": TASKS}
    assert len(task.findall(".//t:CalendarTrigger", space)) == len(ALL)
    assert [one.tag.rpartition("}")[2] for one in task.find(".//t:DaysOfWeek", space) or ()] == ["Monday"]
    assert [one.text for one in task.findall(".//t:DaysOfMonth/t:Day", space)] == ["1", "Last"]
    assert task.findtext(".//t:StartWhenAvailable", None, space) == "true", "what was missed is caught up"
    assert task.findtext(".//t:WorkingDirectory", None, space) == FOLDER
