"""A load or a report that is killed at any point leaves everything as it was before, or as it is after."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from partner_analytics import Portfolio, store
from partner_analytics.demo import DEMO_DAY
from tests.support.effort import full
from tests.support.paths import FIXTURES

KILLS, GROUPS = full(30, 4), 2
"""Kills of a load, and as many of a report. Half fall anywhere, half while something is written.
"""

LOAD = ("load", "customers.csv", "licenses.csv", "--db", "p.duckdb", "--snapshot-date", "2026-12-01")
OLD_REPORT = ("report", "--db", "p.duckdb", "--as-of", "2026-11-02", "--out", "out")
NEW_REPORT = ("report", "--db", "p.duckdb", "--as-of", "2026-12-31", "--out", "out")


@pytest.fixture(scope="module")
def demo_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Portfolio.demo(tmp_path_factory.mktemp("demo")).db


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "partner_analytics", *arguments]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def seconds_of(folder: Path, *arguments: str) -> float:
    began = time.monotonic()
    assert start(folder, *arguments).wait(120) == 0
    return time.monotonic() - began


def killed_after(seconds: float, folder: Path, *arguments: str) -> None:
    process = start(folder, *arguments)
    time.sleep(seconds)
    process.kill()
    process.wait(120)


def files_in(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file of a folder that does not go while we look."""
    found = {}
    for path in folder.glob("**/*"):
        try:
            found[path.name] = (path.stat().st_size, path.stat().st_mtime_ns)
        except FileNotFoundError:
            continue
    return found


def killed_while_writing(seconds: float, folder: Path, *arguments: str) -> None:
    """Kill some time after the first file of the folder has changed."""
    before = files_in(folder)
    process = start(folder, *arguments)
    while process.poll() is None and files_in(folder) == before:
        time.sleep(0.002)
    time.sleep(seconds)
    process.kill()
    process.wait(120)


def kill(number: int, needed: float, folder: Path, *arguments: str) -> None:
    """One of the kills, each at its own random point."""
    chance = random.Random(number).random()
    if number % 2:
        killed_while_writing(0.4 * needed * (number // 2 + chance) / (KILLS // 2), folder, *arguments)
    else:
        killed_after(needed * (number // 2 + chance) / (KILLS // 2), folder, *arguments)


@dataclass(frozen=True)
class Held:
    """What a store holds, and what its ledger says that it holds."""

    loads: int
    customers: int
    licenses: int
    accounted: int
    refused: int
    accounted_refused: int


def held(db: Path) -> Held:
    with store.reading(db) as connection:
        answer = store.query(
            connection,
            "select (select count(*) from loads), (select count(*) from customers_history), "
            "(select count(*) from licenses_history), "
            "(select sum(accepted) from loads where kind in ('customers', 'licenses')), "
            "(select count(distinct (load_id, line)) from quarantine), (select sum(quarantined) from loads)",
        )
    return Held(*answer.row(0))


@pytest.mark.sampled(0)
@pytest.mark.promise("whole")
@pytest.mark.parametrize("group", range(GROUPS))
def test_a_load_that_is_killed_is_there_whole_or_not_at_all(group: int, demo_db: Path, tmp_path: Path) -> None:
    for name in ("customers.csv", "licenses.csv"):
        shutil.copy(FIXTURES / name, tmp_path)
    db = Path(shutil.copy(demo_db, tmp_path / "p.duckdb"))
    before = held(db)
    needed = seconds_of(tmp_path, *LOAD)
    after = held(db)
    assert (before.loads, after.loads) == (9, 11)
    for number in range(group, KILLS, GROUPS):
        shutil.copy(demo_db, db)
        kill(number, needed, tmp_path, *LOAD)
        found = held(db)
        assert found.loads in (9, 11), "both files, or none of them"
        assert found.customers + found.licenses == found.accounted, "every row that the ledger counts, and no other"
        assert found.refused == found.accounted_refused
        assert found.loads != 9 or found == before
        assert found.loads != 11 or found == after
    assert start(tmp_path, *LOAD).wait(120) == 0, "the lock of a killed load is nobody's"
    assert held(db) == after
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == [".p.duckdb.partner-analytics-lock", "customers.csv", "licenses.csv", "p.duckdb"], (
        "nothing is left of the killed ones"
    )


@pytest.mark.sampled(0)
@pytest.mark.promise("whole")
@pytest.mark.parametrize("group", range(GROUPS))
def test_a_report_that_is_killed_leaves_each_file_whole(group: int, demo_db: Path, tmp_path: Path) -> None:
    shutil.copy(demo_db, tmp_path / "p.duckdb")
    needed = seconds_of(tmp_path, *NEW_REPORT)
    after = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert start(tmp_path, *OLD_REPORT).wait(120) == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    for number in range(group, KILLS, GROUPS):
        for name, content in before.items():
            (tmp_path / "out" / name).write_bytes(content)
        kill(number, needed, tmp_path, *NEW_REPORT)
        found = {name: (tmp_path / "out" / name).read_bytes() for name in before}
        for name, content in found.items():
            assert content in (before[name], after[name]), name
        if json.loads(found["manifest.json"])["as_of"] == "2026-12-31":
            assert found == after, "the manifest comes last"


def test_what_a_killed_report_left_beside_a_file_goes_an_hour_later(demo_db: Path, tmp_path: Path) -> None:
    old, new, other = (tmp_path / name for name in (".index.html.1.tmp", ".index.html.2.tmp", ".page.html.1.tmp"))
    for left in (old, new, other):
        left.write_text("half a page", "utf-8")
    os.utime(old, (0, 0))
    os.utime(other, (0, 0))
    Portfolio(demo_db, DEMO_DAY).publish(tmp_path, formats=["html"])
    assert not old.exists()
    assert new.exists(), "somebody may be writing it just now"
    assert other.exists(), "what is not ours stays"


@pytest.mark.sampled(0)
def test_what_a_killed_load_had_committed_to_its_copy_does_not_come_back(demo_db: Path, tmp_path: Path) -> None:
    db = Path(shutil.copy(demo_db, tmp_path / "p.duckdb"))
    killed_before_the_checkpoint = (
        "import os, sys; from pathlib import Path; from partner_analytics.store.opening import writing\n"
        "with writing(Path(sys.argv[1])) as copy:\n"
        "    with copy.transaction() as connection:\n"
        "        connection.execute(\"insert into empty_answers values (date '2026-11-02', 1, 'ghost')\")\n"
        "    os._exit(9)\n"
    )
    child = subprocess.run([sys.executable, "-c", killed_before_the_checkpoint, str(db)], check=False)
    assert child.returncode == 9
    (folder,) = tmp_path.glob(".p.duckdb.partner-analytics-*/")
    assert (folder / "store.wal").exists(), "the copy was committed, and not finished"
    assert folder.stat().st_mode & 0o777 == 0o700, "what is left is for nobody else to look into"
    Portfolio(db).load(FIXTURES / "customers.csv", snapshot_date="2026-12-01")
    ghosts = Portfolio(db, DEMO_DAY).sql("select * from empty_answers where customer_id = 'ghost'")
    assert ghosts.is_empty()
    assert not folder.exists(), "what a killed load left goes with the next one"
