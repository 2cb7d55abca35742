"""Two who load at once take turns, and whoever reads meanwhile is never locked out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from partner_analytics import PartnerAnalyticsError, Portfolio
from partner_analytics.demo import DEMO_DAY
from tests.support.paths import FIXTURES

fcntl = pytest.importorskip("fcntl", reason="the lock is held here as POSIX holds it")

CUSTOMERS = str(FIXTURES / "customers.csv")
REPORT = ("report", "--db", "p.duckdb", "--as-of", "2026-11-02", "--out", "out")


@pytest.fixture(scope="module")
def demo_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Portfolio.demo(tmp_path_factory.mktemp("demo")).db


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "partner_analytics", *arguments]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")


def end_of(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of what was started, when it has ended."""
    out, said = process.communicate(timeout=120)
    return process.returncode, out, said


def load(folder: Path, day: str, file: str = CUSTOMERS) -> subprocess.Popen[str]:
    return start(folder, "load", file, "--db", "p.duckdb", "--snapshot-date", day)


@contextmanager
def held_by_another(db: Path) -> Iterator[None]:
    """The store, held as a writer holds it."""
    with db.with_name(f".{db.name}.partner-analytics-lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write(f"partner-analytics {os.getpid()}")
        lock.flush()
        yield


def days_loaded(db: Path) -> list[str]:
    days = Portfolio(db, DEMO_DAY).sql("select snapshot_date from loads where load_id > 9 order by all")
    return [str(day) for day in days["snapshot_date"]]


@pytest.mark.sampled(0)
@pytest.mark.promise("one_writer")
def test_many_who_load_at_once_are_all_stored_or_told_to_try_again(demo_db: Path, tmp_path: Path) -> None:
    db = Path(shutil.copy(demo_db, tmp_path / "p.duckdb"))
    days = [f"2026-12-0{number}" for number in range(1, 5)]
    processes = {day: load(tmp_path, day) for day in days}
    ends = {day: end_of(process) for day, process in processes.items()}
    stored = [day for day, (code, _, _) in ends.items() if code == 0]
    assert days_loaded(db) == stored
    assert stored
    for day in set(days) - set(stored):
        code, _, said = ends[day]
        assert code == 14, said
        assert "The store p.duckdb is busy: process " in said


@pytest.mark.sampled(0)
def test_who_waits_for_a_writer_is_stored_when_it_has_ended(demo_db: Path, tmp_path: Path) -> None:
    db = Path(shutil.copy(demo_db, tmp_path / "p.duckdb"))
    with held_by_another(db):
        waiting = load(tmp_path, "2026-12-01")
        time.sleep(2)
        assert waiting.poll() is None
    assert end_of(waiting)[0] == 0
    assert days_loaded(db) == ["2026-12-01"]


@pytest.mark.sampled(0)
def test_who_has_waited_in_vain_is_told_who_holds_the_store_and_since_when(demo_db: Path, tmp_path: Path) -> None:
    db = Path(shutil.copy(demo_db, tmp_path / "p.duckdb"))
    before = db.read_bytes()
    with held_by_another(db):
        code, out, said = end_of(load(tmp_path, "2026-12-01"))
    assert (code, out) == (14, "")
    held = rf"Error: The store p.duckdb is busy: process {os.getpid()} has been writing to it since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC\.\nHint: .+\n"
    assert re.fullmatch(held, said)
    assert db.read_bytes() == before


@pytest.mark.sampled(0)
def test_the_same_file_loaded_by_two_at_once_is_loaded_once(demo_db: Path, tmp_path: Path) -> None:
    db = Path(shutil.copy(demo_db, tmp_path / "p.duckdb"))
    with held_by_another(db):
        both = [load(tmp_path, "2026-12-01") for _ in range(2)]
        # Both have looked whether it is known, and found that it is not.
        time.sleep(2.5)
    ends = [end_of(process) for process in both]
    assert days_loaded(db) == ["2026-12-01"]
    codes = sorted(code for code, _, _ in ends)
    assert codes in ([0, 0], [0, 14]), "who has waited too long is told to try again"
    assert sum("was loaded before: nothing changed" in out for _, out, _ in ends) == codes.count(0) - 1


@pytest.mark.sampled(0)
@pytest.mark.promise("one_writer")
def test_readers_see_the_store_before_or_after_each_load_and_are_never_locked_out(
    demo_db: Path, tmp_path: Path
) -> None:
    db = Path(shutil.copy(demo_db, tmp_path / "p.duckdb"))
    seen = []
    for day in ("2026-12-01", "2026-12-02"):
        writer = load(tmp_path, day)
        while writer.poll() is None:
            loads, rows, accounted = (
                Portfolio(db, DEMO_DAY)
                .sql(
                    "select (select count(*) from loads), (select count(*) from customers_history), "
                    "(select sum(accepted) from loads where kind = 'customers')"
                )
                .row(0)
            )
            assert rows == accounted
            seen.append(loads)
        code, _, said = end_of(writer)
        assert code == 0, said
    assert seen == sorted(seen)
    assert set(seen) <= {9, 10, 11}
    assert len(seen) > 2


def test_a_reader_that_has_opened_the_store_keeps_what_it_has_opened(demo_db: Path, tmp_path: Path) -> None:
    db = Path(shutil.copy(demo_db, tmp_path / "p.duckdb"))
    report = Portfolio(db, DEMO_DAY).protection_status()
    Portfolio(db).load(CUSTOMERS, snapshot_date="2026-12-01")
    assert report.basis.loads.height == 7
    assert report.to_csv() == Portfolio(demo_db, DEMO_DAY).protection_status().to_csv()


@pytest.mark.sampled(0)
def test_a_report_is_written_while_another_holds_the_store(demo_db: Path, tmp_path: Path) -> None:
    db = Path(shutil.copy(demo_db, tmp_path / "p.duckdb"))
    with held_by_another(db):
        code, _, said = end_of(start(tmp_path, *REPORT))
        assert code == 0, said
    assert (tmp_path / "out" / "manifest.json").exists()


@pytest.mark.sampled(0)
def test_two_reports_into_one_folder_leave_one_of_them_whole(demo_db: Path, tmp_path: Path) -> None:
    shutil.copy(demo_db, tmp_path / "p.duckdb")
    for code, _, said in map(end_of, [start(tmp_path, *REPORT) for _ in range(2)]):
        assert code == 0, said
    alone = Portfolio(demo_db, DEMO_DAY).publish(tmp_path / "alone")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == {
        path.name: path.read_bytes() for path in alone
    }


def test_a_busy_store_is_said_to_be_busy_also_after_a_file_that_it_knows(tmp_path: Path) -> None:
    portfolio = Portfolio(tmp_path / "p.duckdb")
    portfolio.load(CUSTOMERS, snapshot_date="2026-11-02")
    errors: list[PartnerAnalyticsError] = []
    with held_by_another(portfolio.db):
        (known,) = portfolio.load(
            CUSTOMERS, FIXTURES / "licenses.csv", snapshot_date="2026-11-02", failed=errors.append
        )
    assert known.already_loaded
    assert ["is busy" in error.message for error in errors] == [True]
