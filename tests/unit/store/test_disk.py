"""A full disk, a folder that cannot be written, a damaged store: one sentence each, and nothing is lost."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from partner_analytics import PartnerAnalyticsError, Portfolio, StoreError, UsageError
from partner_analytics.demo import DEMO_DAY
from tests.support.large import large_portfolio
from tests.support.paths import FIXTURES

CUSTOMERS = FIXTURES / "customers.csv"
LATER = "2026-12-01"
LOCK = ".p.duckdb.partner-analytics-lock"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits and mounts are those of POSIX")


@pytest.fixture(scope="module")
def demo_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Portfolio.demo(tmp_path_factory.mktemp("demo")).db


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size, as if the disk were full then."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """A file system of its own on a folder; nothing for whoever may not mount one."""
    folder.mkdir(exist_ok=True)
    mount = shutil.which("mount")
    said = (
        subprocess.run([mount or "mount", *options, str(folder)], check=False, capture_output=True) if mount else None
    )
    if said is None or said.returncode:
        pytest.skip("only who may mount a file system can fill one")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def sentence_of(action: Callable[[], object]) -> PartnerAnalyticsError:
    """The error that an action ends with: one sentence and a hint."""
    with pytest.raises(PartnerAnalyticsError) as raised:
        action()
    assert "\n" not in raised.value.message
    assert raised.value.message.endswith(".")
    assert raised.value.hint
    return raised.value


def says_that_it_cannot_be_written(error: PartnerAnalyticsError) -> None:
    assert isinstance(error, (StoreError, UsageError))
    assert "cannot be written" in error.message
    assert "is damaged" not in error.message, "a full disk is no damaged store"


def load_into(db: Path) -> Callable[[], object]:
    return lambda: Portfolio(db).load(CUSTOMERS, snapshot_date=LATER)


@pytest.mark.sampled(1)
@pytest.mark.promise("whole")
@pytest.mark.parametrize("share", [0, 0.2, 0.9, 1.0])
def test_a_load_for_which_there_is_no_room_changes_nothing(share: float, demo_db: Path, tmp_path: Path) -> None:
    db = Path(shutil.copy(demo_db, tmp_path / "p.duckdb"))
    before = db.read_bytes()
    with files_of_at_most(int(len(before) * share)):
        says_that_it_cannot_be_written(sentence_of(load_into(db)))
    assert db.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} <= {"p.duckdb", LOCK}
    assert Portfolio(db, DEMO_DAY).reports()
    load_into(db)()


def test_where_a_later_file_has_no_room_none_of_the_load_is_there_and_none_is_said_to_be(
    demo_db: Path, tmp_path: Path
) -> None:
    db = Path(shutil.copy(demo_db, tmp_path / "p.duckdb"))
    before = db.read_bytes()
    large_portfolio(20_000, tmp_path)
    errors: list[PartnerAnalyticsError] = []
    with files_of_at_most(len(before) + 500_000):
        loaded = Portfolio(db).load(
            CUSTOMERS, tmp_path / "licenses.csv", CUSTOMERS, snapshot_date=LATER, failed=errors.append
        )
    (error,) = errors
    says_that_it_cannot_be_written(error)
    assert loaded == ()
    assert db.read_bytes() == before


@pytest.mark.parametrize("size", [0, 5_000, 300_000, 900_000])
def test_a_first_load_for_which_there_is_no_room_leaves_no_store(size: int, tmp_path: Path) -> None:
    with files_of_at_most(size):
        says_that_it_cannot_be_written(sentence_of(load_into(tmp_path / "p.duckdb")))
    assert {path.name for path in tmp_path.iterdir()} <= {LOCK}
    load_into(tmp_path / "p.duckdb")()


@pytest.mark.sampled(1)
@pytest.mark.promise("whole")
@pytest.mark.parametrize("room", [0.5, 1.02, 1.05, 1.5])
def test_a_full_disk_loses_nothing(room: float, demo_db: Path, tmp_path: Path) -> None:
    size = demo_db.stat().st_size
    with mounted(
        tmp_path / "disk", "-t", "tmpfs", "-o", f"size={int(size * (1 + room)) // 4096 * 4096}", "tmpfs"
    ) as disk:
        db = Path(shutil.copy(demo_db, disk / "p.duckdb"))
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        (disk / "in_the_way").write_bytes(bytes(max(0, free - int(size * room))))
        before = db.read_bytes()
        try:
            load_into(db)()
        except PartnerAnalyticsError as error:
            says_that_it_cannot_be_written(error)
            assert db.read_bytes() == before
        else:
            assert Portfolio(db, DEMO_DAY).sql("select count(*) from loads").row(0) == (10,)
        assert {path.name for path in disk.iterdir()} <= {"p.duckdb", LOCK, "in_the_way"}
        assert Portfolio(db, DEMO_DAY).reports()


@pytest.mark.sampled(0)
@pytest.mark.promise("whole")
@pytest.mark.parametrize("size", [0, 3_000, 9_000, 100_000])
def test_a_report_for_which_there_is_no_room_leaves_the_last_one(size: int, demo_db: Path, tmp_path: Path) -> None:
    portfolio, out = Portfolio(demo_db, DEMO_DAY), tmp_path / "out"
    portfolio.publish(out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with files_of_at_most(size):
        error = sentence_of(lambda: portfolio.publish(out, as_of="2026-12-31"))
    assert error.message.startswith(f"The reports cannot be written to {out}:")
    after = {path.name: path.read_bytes() for path in out.iterdir()}
    assert set(after) == set(before)
    assert after["manifest.json"] == before["manifest.json"]
    assert after["index.html"] == before["index.html"], "the page has no room, and stays whole"


@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """A folder that nobody can write to, not even root."""
    if os.geteuid():
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)
        return
    with mounted(folder, "--bind", str(folder)):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        yield folder


@pytest.mark.sampled(0)
def test_a_store_in_a_folder_that_cannot_be_written_is_read_and_not_loaded_into(demo_db: Path, tmp_path: Path) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    db = Path(shutil.copy(demo_db, folder / "p.duckdb"))
    with read_only(folder):
        assert Portfolio(db, DEMO_DAY).publish(tmp_path / "out")
        assert Portfolio(db, DEMO_DAY).sql("select count(*) from customers").row(0) == (43,)
        says_that_it_cannot_be_written(sentence_of(load_into(db)))
        says_that_it_cannot_be_written(sentence_of(load_into(folder / "new.duckdb")))
        error = sentence_of(lambda: Portfolio(db, DEMO_DAY).publish(folder / "out"))
        assert "cannot be written" in error.message
    assert [path.name for path in folder.iterdir()] == ["p.duckdb"]


def cut_at(share: float) -> Callable[[bytes], bytes]:
    return lambda whole: whole[: int(share * len(whole))]


def spoilt_at(share: float) -> Callable[[bytes], bytes]:
    def spoilt(whole: bytes) -> bytes:
        at = int(share * len(whole))
        return whole[:at] + random.Random(share).randbytes(64) + whole[at + 64 :]

    return spoilt


def everything(db: Path) -> list[tuple[object, ...]]:
    """A sum over all that the demo has loaded."""
    kinds = ("customers", "licenses", "assistance", "customer_facts")
    query = " union all ".join(
        f"select '{kind}', count(*), cast(sum(hash(t)) as varchar) from {kind}_history t where load_id < 10"
        for kind in kinds
    )
    return Portfolio(db, DEMO_DAY).sql(f"{query} order by all").rows()


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    "harm", [*map(cut_at, (0, 3e-6, 0.1, 0.5, 0.9)), *map(spoilt_at, (0.005, 0.02, 0.08, 0.2, 0.4, 0.6, 0.9))]
)
def test_a_damaged_store_is_said_to_be_damaged_unless_nobody_needs_what_is_lost(
    harm: Callable[[bytes], bytes], demo_db: Path, tmp_path: Path
) -> None:
    db, harmed = tmp_path / "p.duckdb", harm(demo_db.read_bytes())
    for action in (load_into(db), Portfolio(db, DEMO_DAY).reports):
        db.write_bytes(harmed)
        with suppress(StoreError):
            action()
            # A load reads little of what is there: what is lost is told when it is read.
            with suppress(StoreError):
                assert everything(db) == everything(demo_db)
            continue
        assert "is damaged" in sentence_of(action).message
        assert db.read_bytes() == harmed


def test_a_store_behind_a_link_is_written_where_the_link_leads(demo_db: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = Path(shutil.copy(demo_db, tmp_path / "real" / "p.duckdb"))
    link = tmp_path / "p.duckdb"
    link.symlink_to(real)
    load_into(link)()
    assert link.is_symlink()
    assert Portfolio(real, DEMO_DAY).sql("select count(*) from loads").row(0) == (10,)
