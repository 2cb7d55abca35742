"""A load or a report that is killed at any point leaves everything as it was before, or as it is after."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from partner_analytics import Portfolio
from partner_analytics.portfolio import DEMO_DAY

KILLS = 15
FIXTURES = Path(__file__).parent.parent / "data" / "fixtures"


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


def loads_and_rows(db: Path) -> tuple[int, int, int]:
    """Loads, customer rows of all days, and customer rows that a load accounts for."""
    answer = Portfolio(db, DEMO_DAY).sql(
        "select (select count(*) from loads) as loads, (select count(*) from customers_history) as rows, "
        "(select sum(accepted) from loads where kind = 'customers') as accounted"
    )
    (row,) = answer.rows()
    return row


@pytest.mark.parametrize("part", range(KILLS))
def test_a_load_that_is_killed_is_there_whole_or_not_at_all(part: int, demo_db: Path, tmp_path: Path) -> None:
    shutil.copy(FIXTURES / "customers.csv", tmp_path)
    load = ("load", "customers.csv", "--db", "p.duckdb", "--snapshot-date", "2026-12-01")
    shutil.copy(demo_db, tmp_path / "p.duckdb")
    needed = seconds_of(tmp_path, *load)
    db = Path(shutil.copy(demo_db, tmp_path / "p.duckdb"))
    killed_after(needed * (part + 0.5) / KILLS, tmp_path, *load)
    assert loads_and_rows(db) in ((5, 43, 43), (6, 86, 86))
    assert start(tmp_path, *load).wait(120) == 0, "the lock of a killed load is nobody's"
    assert loads_and_rows(db) == (6, 86, 86)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["customers.csv", "p.duckdb", "p.duckdb.lock"]


@pytest.mark.parametrize("part", range(KILLS))
def test_a_report_that_is_killed_leaves_each_file_whole(part: int, demo_db: Path, tmp_path: Path) -> None:
    shutil.copy(demo_db, tmp_path / "p.duckdb")
    old = ("report", "--db", "p.duckdb", "--as-of", "2026-11-02", "--out", "out")
    new = (*old[:4], "2026-12-31", *old[5:])
    needed = seconds_of(tmp_path, *new)
    after = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert start(tmp_path, *old).wait(120) == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    killed_after(needed * (part + 0.5) / KILLS, tmp_path, *new)
    for name in before:
        assert (tmp_path / "out" / name).read_bytes() in (before[name], after[name]), name


def test_what_a_killed_load_had_committed_to_its_copy_does_not_come_back(demo_db: Path, tmp_path: Path) -> None:
    db = Path(shutil.copy(demo_db, tmp_path / "p.duckdb"))
    killed_before_the_checkpoint = (
        "import os, sys; from pathlib import Path; from partner_analytics.store.connection import writing\n"
        "with writing(Path(sys.argv[1])) as connection:\n"
        "    connection.execute(\"insert into empty_answers values (date '2026-11-02', 1, 'ghost')\")\n"
        "    connection.commit()\n"
        "    os._exit(9)\n"
    )
    child = subprocess.run([sys.executable, "-c", killed_before_the_checkpoint, str(db)], check=False)
    assert child.returncode == 9
    assert (tmp_path / "p.duckdb.new.wal").exists(), "the copy was committed, and not finished"
    Portfolio(db).load(FIXTURES / "customers.csv", snapshot_date="2026-12-01")
    ghosts = Portfolio(db, DEMO_DAY).sql("select * from empty_answers where customer_id = 'ghost'")
    assert ghosts.is_empty()
