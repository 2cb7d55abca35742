"""What reports do to a folder that holds something already: nothing that is not theirs is touched, and they leave nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from partner_analytics import Portfolio, StoreError, UsageError
from partner_analytics.demo import DEMO_DAY, is_demo_store
from partner_analytics.notebook.copies import copy_notebooks
from partner_analytics.publish import copy_file, folders, write_reports
from partner_analytics.publish.manifests import hash_of, sealed
from tests.support.folders import put
from tests.support.pages import reports_of
from tests.support.paths import ROOT

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes, links and locks are those of POSIX")


def everything(folder: Path) -> dict[str, bytes | str]:
    """Every file of a folder with its content, and where each link leads."""
    return {
        path.relative_to(folder).as_posix(): os.readlink(path) if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def written(folder: Path, *formats: str, drafts: Mapping[str, bytes] | None = None, name: str = "Acme") -> None:
    chosen = [report for report in reports_of(name) if report.name in ("customer_overview", "protection_status")]
    write_reports(chosen, folder, formats or ("csv", "html"), version="1", beside=drafts)


def is_refused(folder: Path, named: str, *formats: str) -> None:
    """Hold that nothing in the folder is touched, and that the sentence names what is in the way."""
    before = everything(folder)
    with pytest.raises(UsageError, match="cannot be written") as refused:
        written(folder, *formats, name="Another")
    assert f": {named} " in refused.value.message
    assert str(folder / named) in refused.value.hint
    assert everything(folder) == before


FOREIGN_MANIFESTS: Mapping[str, Callable[[str], object]] = {
    "of another program": lambda _: {"name": "my extension", "version": "1", "files": ["precious.txt"]},
    "that looks like ours": lambda found: {
        "as_of": "2026-01-01", "version": "1", "snapshot_days": {}, "files": {"precious.txt": "0" * 64, "a.csv": found},
    },
    "that leads out of the folder": lambda found: {
        "as_of": "2026-01-01", "version": "1", "snapshot_days": {}, "files": {"../precious.txt": found},
    },
    "that claims to be made by us": lambda found: {
        "made_by": "partner-analytics", "as_of": "2026-01-01", "version": "1", "snapshot_days": {},
        "files": {"precious.txt": "0" * 64}, "seal": found,
    },
    "that is a list": lambda _: ["precious.txt"],
}  # fmt: skip


@pytest.mark.promise("own_files")
@pytest.mark.parametrize("which", FOREIGN_MANIFESTS)
def test_a_manifest_of_somebody_else_lets_nothing_be_removed(which: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for file in (out / "precious.txt", tmp_path / "precious.txt", out / "a.csv"):
        file.write_text("precious")
    (out / "manifest.json").write_text(json.dumps(FOREIGN_MANIFESTS[which](hash_of(b"precious"))), "utf-8")
    is_refused(out, "manifest.json")


def test_a_manifest_with_our_seal_removes_nothing_outside_and_nothing_that_has_changed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "precious.txt").write_text("precious")
    form = {"as_of": "2026-01-01", "version": "1", "snapshot_days": {}}
    (out / "manifest.json").write_bytes(sealed(form | {"files": {"../precious.txt": hash_of(b"precious")}}))
    is_refused(out, "manifest.json")
    (out / "precious.txt").write_text("precious")
    (out / "manifest.json").write_bytes(sealed(form | {"files": {"precious.txt": "0" * 64}}))
    is_refused(out, "precious.txt")


@pytest.mark.promise("own_files")
@pytest.mark.parametrize("name", ["index.html", "protection_status.csv"])
def test_a_file_of_somebody_else_is_not_overwritten(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine")
    is_refused(tmp_path, name)


@pytest.mark.promise("own_files")
@pytest.mark.parametrize("name", ["index.html", "manifest.json", "requests/acme.eml"])
@pytest.mark.parametrize("formats", [("csv", "html"), ("csv",)], ids=["written again", "not written again"])
def test_a_file_that_was_changed_since_is_neither_overwritten_nor_removed(
    name: str, formats: tuple[str, ...], tmp_path: Path
) -> None:
    written(tmp_path, drafts={"requests/acme.eml": b"draft"})
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes().replace(b"a", b"A", 1))
    is_refused(tmp_path, name, *formats)


@pytest.mark.promise("own_files")
@posix
@pytest.mark.parametrize("name", ["index.html", "requests", "manifest.json", ".partner-analytics"])
def test_no_link_is_followed_and_none_is_replaced(name: str, tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    written(out, drafts={"requests/acme.eml": b"draft"})
    elsewhere.mkdir()
    target = (out / name).rename(elsewhere / "there") if (out / name).exists() else elsewhere
    (out / name).symlink_to(target)
    before = everything(tmp_path)
    with pytest.raises(UsageError):
        written(out, drafts={"requests/acme.eml": b"another draft"}, name="Another")
    assert everything(tmp_path) == before


def test_what_an_earlier_run_wrote_and_this_one_does_not_goes_and_all_else_stays(tmp_path: Path) -> None:
    written(tmp_path, "csv", "html", "xlsx", drafts={"requests/acme.eml": b"draft"})
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "requests" / "mine.txt").write_text("mine")
    written(tmp_path, "html")
    assert set(everything(tmp_path)) == {"index.html", "manifest.json", "mine.txt", "requests/mine.txt"}


def test_a_folder_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path) -> None:
    written(tmp_path, drafts={"requests/acme.eml": b"draft"})
    (tmp_path / "requests").chmod(0o755)
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    del manifest["made_by"], manifest["seal"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest, indent=2), "utf-8")
    written(tmp_path, "csv", drafts={"requests/other.eml": b"draft"}, name="Another")
    assert {"index.html", "requests/acme.eml"}.isdisjoint(everything(tmp_path))
    assert "Another" in (tmp_path / "protection_status.csv").read_text("utf-8")
    assert sys.platform == "win32" or (tmp_path / "requests").stat().st_mode & 0o777 == 0o700


# Private


@pytest.mark.promise("private")
@posix
def test_what_is_published_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        written(tmp_path / "out", "csv", "html", "xlsx", drafts={"requests/acme.eml": b"draft"})
        copy_file(tmp_path / "out" / "index.html", tmp_path / "copies")
    finally:
        os.umask(before)
    for path in (tmp_path / "out", *tmp_path.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


# Kills


KILLED = """
import os, sys
from pathlib import Path
from partner_analytics.publish import folders
from tests.support.folders import put

moves, real = int(sys.argv[2]), os.replace
def replace(source, target):
    global moves
    if moves == 0:
        os._exit(9)
    moves -= 1
    real(source, target)
os.replace = replace
put(Path(sys.argv[1]), {"a.csv": b"new", "team-1/b.csv": b"new", "team-1/manifest.json": b"new"})
"""


@pytest.mark.sampled(1)
@pytest.mark.promise("whole")
@posix
@pytest.mark.parametrize("moves", [0, 1, 2, 4])
def test_what_a_killed_run_wrote_and_the_next_does_not_goes(moves: int, tmp_path: Path) -> None:
    put(tmp_path, {"a.csv": b"old", "team-0/c.csv": b"old"})
    (tmp_path / "mine.txt").write_text("mine")
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(moves)]
    assert subprocess.run(command, check=False, cwd=ROOT).returncode == 9
    left = [path for path in tmp_path.rglob("*") if path.name != "mine.txt"]
    assert any(path.name == ".partner-analytics" for path in left)
    for path in left:
        assert path.stat().st_mode & 0o077 == 0, f"{path} is private"
    put(tmp_path, {"d.csv": b"newest"})
    assert set(everything(tmp_path)) == {"d.csv", "manifest.json", "mine.txt"}
    assert {path.name for path in tmp_path.iterdir()} == {"d.csv", "manifest.json", "mine.txt"}


# One writer


@pytest.mark.promise("one_writer")
@posix
def test_the_second_writer_waits_and_is_told_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    written(tmp_path)
    before = everything(tmp_path)
    monkeypatch.setattr(folders, "WAIT_SECONDS", 0.2)
    with (tmp_path / folders.LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(StoreError, match="is busy") as busy:
            written(tmp_path, name="Another")
        assert busy.value.exit_code == 14
        (tmp_path / folders.LOCK).unlink()
    assert everything(tmp_path) == before
    written(tmp_path, name="Another")


@pytest.mark.promise("one_writer")
def test_many_writers_at_once_leave_the_files_of_one_of_them(tmp_path: Path) -> None:
    failed: list[BaseException] = []

    def run(number: int) -> None:
        try:
            put(tmp_path, {"a.csv": bytes([number]) * 1000, f"team-{number}/b.csv": b"x"})
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    files = json.loads((tmp_path / "manifest.json").read_text("utf-8"))["files"]
    found = {name: hash_of(content) for name, content in everything(tmp_path).items() if isinstance(content, bytes)}
    assert {name: hash_ for name, hash_ in found.items() if name != "manifest.json"} == files


# Single files


@posix
def test_a_copy_or_a_notebook_does_not_take_the_place_of_a_link(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "start_here.ipynb").symlink_to(tmp_path / "mine")
    (tmp_path / "copy.duckdb").symlink_to(tmp_path / "nowhere")
    _, kept = copy_notebooks(tmp_path)
    assert kept == (tmp_path / "start_here.ipynb",)
    with pytest.raises(UsageError, match="not an earlier copy"):
        Portfolio.demo().copy(tmp_path / "copy.duckdb", as_of=DEMO_DAY)
    assert (tmp_path / "mine").read_text() == "mine"
    assert (tmp_path / "copy.duckdb").is_symlink()


def test_the_demo_takes_the_place_of_an_earlier_demo_and_of_no_other_store(tmp_path: Path) -> None:
    demo = Portfolio.demo(tmp_path)
    assert is_demo_store(demo.db)
    export = tmp_path / "customers.csv"
    export.write_text("customer_id,account_name\n00000000-0000-4000-8000-000000009999,Mine\n", "utf-8")
    demo.load(export, snapshot_date="2026-11-03")
    assert not is_demo_store(demo.db)
    command = [sys.executable, "-m", "partner_analytics", "demo", "--out", str(tmp_path)]
    before = demo.db.read_bytes()
    refused = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")
    assert refused.returncode == 2, refused.stderr
    assert "not an earlier demo" in refused.stderr
    assert demo.db.read_bytes() == before
