"""The machine's own scheduler is given the jobs, and really runs them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from partner_analytics import Portfolio
from partner_analytics.deliver.schedules import MARK
from tests.support.paths import FIXTURES
from tests.support.systems import needed
from tests.support.terminal import typed

MINE = "# mine\n5 4 * * * /usr/bin/true\n"


def described(folder: Path, when: str = "Mon 07:00") -> None:
    text = f'[jobs.monday]\nwhen = "{when}"\nload = ["*.csv"]\nsnapshot_date = "today"\nformats = ["html"]\n'
    (folder / "partner_analytics.toml").write_text(text, "utf-8")


def test_show_prints_what_would_be_installed_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    described(tmp_path)
    for kind in ("systemd", "cron", "launchd", "windows"):
        said = typed(tmp_path, "schedule", "show", "monday", "--with", kind)
        assert said.returncode == 0, said.stderr
        assert MARK in said.stdout
        assert str(tmp_path) in said.stdout
    assert sorted(file.name for file in tmp_path.iterdir()) == ["partner_analytics.toml"]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Programs of a system that note how they are called, in place of those of this machine."""
    folder = tmp_path / "bin"
    folder.mkdir()
    table = tmp_path / "table"
    table.write_text(MINE, "utf-8")
    for name, text in {
        "systemctl": f'echo "$@" >> {tmp_path}/called',
        "launchctl": f'echo "$@" >> {tmp_path}/called',
        "schtasks": f'echo "$@" >> {tmp_path}/called; [ "$1" != /Create ] || cat "$6" > {tmp_path}/task',
        "crontab": f'if [ "$1" = -l ]; then cat {table}; else cat > {table}; fi',
    }.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n", "utf-8")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.promise("own_files")
def test_systemd_is_given_units_that_are_updated_and_removed_and_nothing_of_others_is(programs: Path) -> None:
    units = programs / "config" / "systemd" / "user"
    units.mkdir(parents=True)
    (units / "mine.timer").write_text("mine", "utf-8")
    described(programs)
    assert typed(programs, "schedule", "install", "--with", "systemd").returncode == 0
    assert "is installed so" in typed(programs, "schedule", "show", "--with", "systemd").stderr
    described(programs, "daily 06:30")
    assert "is not installed so" in typed(programs, "schedule", "show", "--with", "systemd").stderr
    assert typed(programs, "schedule", "install", "--with", "systemd").returncode == 0
    (timer,) = units.glob("partner-analytics-*.timer")
    assert timer.read_text("utf-8").count("OnCalendar=") == 1
    assert f"--user enable --now {timer.name}" in (programs / "called").read_text("utf-8")
    timer.write_text("somebody else's", "utf-8")
    said = typed(programs, "schedule", "install", "--with", "systemd")
    assert said.returncode == 2
    assert "was not written by partner-analytics, so it was not touched" in said.stderr
    timer.unlink()
    assert typed(programs, "schedule", "install", "--with", "systemd").returncode == 0
    assert "monday: removed" in typed(programs, "schedule", "remove", "--with", "systemd").stdout
    assert [file.name for file in units.iterdir()] == ["mine.timer"]
    assert "monday: was not installed" in typed(programs, "schedule", "remove", "--with", "systemd").stdout


@pytest.mark.promise("own_files")
def test_cron_keeps_the_lines_of_others(programs: Path) -> None:
    described(programs)
    for when in ("Mon 07:00", "daily 06:30"):
        described(programs, when)
        assert typed(programs, "schedule", "install", "--with", "cron").returncode == 0
    table = (programs / "table").read_text("utf-8")
    assert table.startswith(MINE)
    assert table.count("run monday --due") == 2, "when it is due, and after a start"
    assert "30 6 * * * cd " in table
    assert typed(programs, "schedule", "remove", "--with", "cron").returncode == 0
    assert (programs / "table").read_text("utf-8") == MINE


@pytest.mark.promise("own_files")
@pytest.mark.parametrize(
    ("said", "code"), [("no crontab for anna", 0), ("crontab: can't open 'anna': No such file or directory", 0), ("denied", 2)]
)  # fmt: skip
def test_a_table_that_cannot_be_read_is_not_written_over(said: str, code: int, programs: Path) -> None:
    (programs / "said").write_text(said, "utf-8")
    (programs / "bin" / "crontab").write_text(
        f'#!/bin/sh\nif [ "$1" = -l ]; then cat {programs}/said >&2; exit 1; fi\ncat > {programs}/table\n', "utf-8"
    )
    described(programs)
    assert typed(programs, "schedule", "install", "--with", "cron").returncode == code
    table = (programs / "table").read_text("utf-8")
    assert (table == MINE) == (code == 2)
    assert typed(programs, "schedule", "show", "--with", "cron").returncode == 0


def test_launchd_is_given_a_property_list_and_told_of_it(programs: Path) -> None:
    described(programs)
    assert typed(programs, "schedule", "install", "--with", "launchd").returncode == 0
    (file,) = (programs / "home" / "Library" / "LaunchAgents").iterdir()
    assert (programs / "called").read_text("utf-8") == f"load -w {file}\n"
    assert "is installed so" in typed(programs, "schedule", "show", "--with", "launchd").stderr
    assert "monday: removed" in typed(programs, "schedule", "remove", "--with", "launchd").stdout
    assert not file.exists()
    assert (programs / "called").read_text("utf-8").endswith(f"unload -w {file}\n")


def test_the_task_scheduler_is_given_a_task_and_no_file_stays(programs: Path) -> None:
    described(programs)
    assert typed(programs, "schedule", "install", "--with", "windows").returncode == 0
    assert MARK in (programs / "task").read_bytes().decode("utf-16")
    assert not list(programs.glob(".*.xml"))
    assert "monday: removed" in typed(programs, "schedule", "remove", "--with", "windows").stdout
    calls = [line.split()[0] for line in (programs / "called").read_text("utf-8").splitlines()]
    assert calls == ["/Create", "/Query", "/Delete"]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is one scheduler on this system")
def test_the_scheduler_is_the_one_that_the_machine_has(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    described(programs)
    assert ", by systemd: " in typed(programs, "schedule", "install").stdout
    (programs / "bin" / "systemctl").write_text("#!/bin/sh\nexit 1\n", "utf-8")
    assert ", by cron: " in typed(programs, "schedule", "install").stdout
    monkeypatch.setenv("PATH", str(programs / "nothing"))
    said = typed(programs, "schedule", "install")
    assert said.returncode == 2
    assert said.stderr.startswith("Error: Expected systemd for this user, or cron; found neither.\nHint: ")


def test_without_a_when_there_is_nothing_to_schedule(programs: Path) -> None:
    (programs / "partner_analytics.toml").write_text("[jobs.monday]\npull = true\n", "utf-8")
    said = typed(programs, "schedule", "install", "--with", "cron")
    assert (said.returncode, said.stderr.splitlines()[0]) == (2, "Error: No job says when it is due.")


@pytest.fixture
def cron_daemon() -> Iterator[None]:
    """The daemon of cron, and the table of this user as it was before."""
    needed("crontab")
    if os.geteuid() != 0:
        pytest.skip("only root starts the daemon of cron")
    before = subprocess.run(["crontab", "-l"], capture_output=True, check=False)
    daemon = subprocess.Popen([needed("cron"), "-f"], stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        if before.returncode == 0:
            subprocess.run(["crontab", "-"], input=before.stdout, check=True)
        else:
            subprocess.run(["crontab", "-r"], check=False, capture_output=True)
        daemon.terminate()
        daemon.wait(20)


@pytest.mark.sampled(0)
@pytest.mark.usefixtures("cron_daemon")
def test_a_daemon_of_cron_runs_a_job_when_it_is_due(tmp_path: Path) -> None:
    folder = tmp_path / 'Berichte "100 %"'
    folder.mkdir()
    (folder / "customers.csv").write_bytes((FIXTURES / "customers.csv").read_bytes())
    os.utime(folder / "customers.csv", (time.time() - 300,) * 2)
    # A minute at least is left to install it.
    due = datetime.now() + timedelta(seconds=120)
    described(folder, f"daily {due:%H:%M}")
    # What was due before it was installed is done by hand, else it would be caught up.
    command = [sys.executable, "-m", "partner_analytics", "run", "monday"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (folder / "done" / date.today().isoformat() / "customers.csv").rename(folder / "customers.csv")
    assert typed(folder, "schedule", "install", "--with", "cron").returncode == 0
    until = time.monotonic() + 200
    while time.monotonic() < until:
        runs = (folder / "partner-analytics-runs" / "runs.jsonl").read_text("utf-8")
        if runs.count('"step": "run", "outcome": "done"') == 2:
            break
        time.sleep(1)
    else:
        pytest.fail("cron did not run it")
    assert typed(folder, "schedule", "remove", "--with", "cron").returncode == 0
    found = Portfolio.open(folder / "partner.duckdb").sql(
        "select count(distinct due_at) from runs where job = 'monday'"
    )
    assert found.item() == 2
