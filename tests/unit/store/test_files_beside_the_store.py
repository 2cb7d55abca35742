"""What lies beside a store is touched only where it is ours, and a store is nobody else's from its first byte on."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from partner_analytics import PartnerAnalyticsError, Portfolio, StoreError, UsageError, store
from partner_analytics.store.opening import writing

fcntl = pytest.importorskip("fcntl", reason="modes, links and locks are those of POSIX")

FACTS = "customer_id,account_manager\n00000000-0000-4000-8000-000000000001,Mei\n"
DAY = "2026-11-02"
KILLED_WITH_A_WAL = """
import duckdb, os, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("create table note as select 'written by another tool' as text")
os._exit(9)
"""


@pytest.fixture(scope="module")
def loaded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loaded")
    (folder / "facts.csv").write_text(FACTS, "utf-8")
    Portfolio(folder / "p.duckdb").load(folder / "facts.csv", snapshot_date=DAY)
    return folder


@pytest.fixture
def db(loaded_once: Path, tmp_path: Path) -> Path:
    for name in ("facts.csv", "p.duckdb"):
        shutil.copy(loaded_once / name, tmp_path)
    return tmp_path / "p.duckdb"


def load_later(db: Path, day: str = "2026-12-01") -> None:
    Portfolio(db).load(db.parent / "facts.csv", snapshot_date=day)


def loads(db: Path) -> int:
    with store.reading(db) as connection:
        return int(store.query(connection, "select count(*) from loads").item())


def left_by_another_tool(db: Path) -> Path:
    """What a DuckDB tool that was killed while it wrote to the store left beside it."""
    subprocess.run([sys.executable, "-c", KILLED_WITH_A_WAL, str(db)], check=False)
    wal = db.with_name(db.name + ".wal")
    assert wal.stat().st_size
    return wal


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.promise("own_files")
def test_files_of_others_that_are_called_like_a_lock_or_a_copy_stay_as_they_are(db: Path) -> None:
    poetry = db.rename(db.with_name("poetry"))
    others = [poetry.with_name(name) for name in ("poetry.lock", "poetry.new", "poetry.new.wal", "poetry.tmp")]
    for other in others:
        other.write_text("nobody else's")
    load_later(poetry)
    assert [other.read_text() for other in others] == ["nobody else's"] * 4


@pytest.mark.parametrize("how", ["link", "hard link", "file", "folder", "pipe"])
def test_what_stands_in_the_place_of_the_lock_and_is_none_of_ours_is_named_and_stays(db: Path, how: str) -> None:
    precious, lock = db.with_name("precious.txt"), db.with_name(".p.duckdb.partner-analytics-lock")
    precious.write_text("precious")
    if how == "link":
        lock.symlink_to(precious)
    elif how == "hard link":
        lock.hardlink_to(precious)
    elif how == "file":
        lock.write_text("precious")
    elif how == "folder":
        lock.mkdir()
    else:
        os.mkfifo(lock)
    with pytest.raises(UsageError, match=r"\.p\.duckdb\.partner-analytics-lock has the name of the store's lock file"):
        load_later(db)
    assert precious.read_text() == "precious"
    assert loads(db) == 1
    assert Portfolio(db).writer == ""


@pytest.mark.promise("own_files")
def test_a_link_that_is_called_like_a_folder_that_a_killed_load_left_is_not_followed(db: Path) -> None:
    precious = db.with_name("precious")
    precious.mkdir(mode=0o700)
    (precious / "held-by-partner-analytics").touch()
    link = db.with_name(".p.duckdb.partner-analytics-abcdefgh")
    link.symlink_to(precious, target_is_directory=True)
    theirs = db.with_name(".p.duckdb.partner-analytics-notes123")
    theirs.mkdir(mode=0o700)
    (theirs / "notes.txt").touch()
    load_later(db)
    assert list(precious.iterdir())
    assert link.is_symlink()
    assert list(theirs.iterdir())


def test_a_folder_in_which_another_load_works_just_now_stays(db: Path) -> None:
    with store.private_folder(db.parent, ".p.duckdb.partner-analytics-") as folder:
        load_later(db)
        assert folder.exists()
    assert not folder.exists()


@pytest.mark.promise("private")
def test_a_new_store_is_for_its_owner_alone_and_one_that_is_there_keeps_its_mode(db: Path) -> None:
    assert mode(db) == 0o600
    db.chmod(0o640)
    load_later(db)
    assert mode(db) == 0o640, "whoever shares it goes on sharing it"
    new = db.with_name("new.duckdb")
    load_later(new)
    assert mode(new) == 0o600
    assert mode(db.with_name(".new.duckdb.partner-analytics-lock")) == 0o600


@contextmanager
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.promise("private")
@pytest.mark.parametrize("name", ["p.duckdb", "new.duckdb"])
def test_nobody_else_can_look_into_a_load_while_it_writes(db: Path, name: str) -> None:
    db.chmod(0o600)
    with usual_umask(), writing(db.with_name(name)) as copy, copy.transaction() as connection:
        connection.execute("insert into empty_answers values (date '2026-11-02', 1, 'somebody')")
        seen = [path for path in db.parent.iterdir() if path.name not in ("facts.csv",)]
        assert {mode(path) for path in seen} <= {0o600, 0o700}
        assert any(path.is_dir() for path in seen), "the copy and its write-ahead file are in there"
    assert mode(db.with_name(name)) == 0o600


def test_what_a_killed_copy_leaves_is_private_and_goes_with_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = (
        "import os\nimport polars as pl\nfrom partner_analytics.store import copy\n"
        "copy.put = lambda *_: os._exit(9)\n"
        "copy.plain_copy({'customers': pl.DataFrame({'n': [1]})}, {'customers': ('One row', {'n': 'a number'})})\n"
    )
    child = subprocess.run([sys.executable, "-c", killed], check=False, env=os.environ | {"TMPDIR": str(tmp_path)})
    assert child.returncode == 9
    (left,) = tmp_path.iterdir()
    assert mode(left) == 0o700
    assert (left / "copy.duckdb").exists()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with store.private_folder() as folder:
        assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.promise("whole")
def test_what_another_tool_left_beside_the_store_is_in_it_after_the_next_load(db: Path) -> None:
    wal = left_by_another_tool(db)
    with store.reading(db) as connection:
        assert store.query(connection, "select text from note").item() == "written by another tool"
    load_later(db)
    assert not wal.exists()
    with store.reading(db) as connection:
        assert store.query(connection, "select text from note").item() == "written by another tool"
    assert loads(db) == 2
    load_later(db, "2026-12-02")
    assert loads(db) == 3


@pytest.mark.parametrize("how", ["of another store", "of an older state", "no such file", "a link"])
def test_what_lies_beside_the_store_and_does_not_belong_to_it_is_named_and_kept(
    db: Path, tmp_path: Path, how: str
) -> None:
    if how == "of another store":
        load_later(db.with_name("other.duckdb"))
        left_by_another_tool(db.with_name("other.duckdb")).rename(db.with_name("p.duckdb.wal"))
    elif how == "of an older state":
        kept = left_by_another_tool(db).read_bytes()
        duckdb.connect(str(db)).close()
        db.with_name("p.duckdb.wal").write_bytes(kept)
    elif how == "no such file":
        db.with_name("p.duckdb.wal").write_bytes(b"nobody else's" * 50)
    else:
        left = left_by_another_tool(db).rename(db.with_name("elsewhere"))
        db.with_name("p.duckdb.wal").symlink_to(left)
    before, beside = db.read_bytes(), db.with_name("p.duckdb.wal").read_bytes()
    with pytest.raises(StoreError, match=r"p\.duckdb\.wal lies beside the store") as raised:
        load_later(db)
    assert "verify" in raised.value.hint
    assert (db.read_bytes(), db.with_name("p.duckdb.wal").read_bytes()) == (before, beside)


def test_a_new_store_is_not_made_beside_what_belongs_to_another(tmp_path: Path) -> None:
    (tmp_path / "facts.csv").write_text(FACTS, "utf-8")
    (tmp_path / "p.duckdb.wal").write_bytes(b"nobody else's")
    with pytest.raises(StoreError, match=r"p\.duckdb\.wal lies beside the store"):
        load_later(tmp_path / "p.duckdb")
    assert (tmp_path / "p.duckdb.wal").read_bytes() == b"nobody else's"
    assert not (tmp_path / "p.duckdb").exists()


def test_what_another_program_writes_during_a_load_is_not_lost(db: Path) -> None:
    def load_while_another_writes() -> None:
        with writing(db) as copy:
            copy.is_changed = True
            with duckdb.connect(str(db)) as another:
                another.execute("create table note as select 1 as n")

    with pytest.raises(StoreError, match="written by another program meanwhile"):
        load_while_another_writes()
    with store.reading(db) as connection:
        assert store.query(connection, "select n from note").item() == 1


def refused(db: Path) -> PartnerAnalyticsError:
    with pytest.raises(PartnerAnalyticsError) as raised:
        load_later(db)
    return raised.value


def test_a_file_system_without_locks_is_not_a_busy_store(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    error = refused(db)
    assert "cannot be locked: No locks available" in error.message
    assert "busy" not in error.message


def test_a_file_system_without_modes_is_no_reason_to_refuse(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_modes(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "chmod", no_modes)
    monkeypatch.setattr(Path, "chmod", no_modes)
    load_later(db)
    assert loads(db) == 2


@pytest.mark.parametrize("where", ["in Python", "in DuckDB"])
def test_a_disk_that_gives_no_bytes_is_not_a_damaged_store(
    db: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        if where == "in Python":
            raise OSError(errno.EIO, "Input/output error")
        raise duckdb.IOException('IO Error: Could not read from file "p.duckdb": Input/output error')

    monkeypatch.setattr(*((Path, "open", fails) if where == "in Python" else (duckdb, "connect", fails)))
    with pytest.raises(StoreError) as raised, store.reading(db):
        pass
    assert "cannot be read from its disk: Input/output error" in raised.value.message
    assert "damaged" not in raised.value.message


def test_a_damaged_store_is_not_to_be_thrown_away(db: Path) -> None:
    db.write_bytes(b"no store at all")
    error = refused(db)
    assert "is damaged" in error.message
    assert f"partner-analytics verify --db {db}" in error.hint
    assert "last good copy" in error.hint


def test_the_names_of_a_folder_are_on_the_disk_after_a_load(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(stat.S_ISDIR(os.fstat(handle).st_mode)))
    load_later(db)
    assert synced[-2:] == [False, True], "first the file, then the folder that names it"


def test_who_writes_to_a_store_behind_a_link_is_found(db: Path) -> None:
    link = db.with_name("link.duckdb")
    link.symlink_to(db)
    with writing(db):
        assert f"process {os.getpid()} has been writing to it since" in Portfolio(link).writer


def test_an_export_takes_the_place_of_another_also_where_the_clock_was_set_back(db: Path) -> None:
    with writing(db) as copy, copy.transaction() as connection:
        connection.execute("update loads set loaded_at = loaded_at + interval 1 day")
    corrected = db.with_name("corrected.csv")
    corrected.write_text(FACTS.replace("Mei", "Jonas"), "utf-8")
    (accounting,) = Portfolio(db).load(corrected, snapshot_date=DAY, replace=True)
    assert (accounting.accepted, accounting.quarantined) == (1, 0)
    assert [Path(file).name for file in accounting.replaced] == ["facts.csv"]
    with store.reading(db) as connection:
        assert store.query(connection, "select account_manager from customer_facts").to_series().to_list() == ["Jonas"]
