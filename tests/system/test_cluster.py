"""Results that the workers of an engine make: every value as on one machine, and one sentence where something is wrong."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from partner_analytics import Portfolio, UsageError, cluster
from partner_analytics.cluster import parts
from partner_analytics.cluster.engine import connected
from partner_analytics.errors import EngineError
from partner_analytics.publish import parquet
from partner_analytics.settings import Product, Settings
from tests.support.documents import commands
from tests.support.engines import RunningEngine, running
from tests.support.large import large_portfolio
from tests.support.terminal import typed

pytestmark = pytest.mark.cluster

SETTINGS: Final = Settings(expiring_days=45, renewal_days=200, products=(Product("CIXA", "Ours", ("Server",)),))


@pytest.fixture(scope="module")
def engine() -> Iterator[RunningEngine]:
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo in 32 parts, many of them without a customer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet, "ROWS_OF_A_BUCKET", 3)
        return demo(tmp_path_factory.mktemp("store")).copy(
            tmp_path_factory.mktemp("exports") / "demo", format="parquet", exports_only=True
        )


@pytest.fixture
def some_exports(exports: Path, tmp_path: Path) -> Path:
    """Exports of its own for a test that spoils them."""
    return Path(shutil.copytree(exports, tmp_path / "some"))


def demo(folder: Path, settings: Settings = SETTINGS) -> Portfolio:
    return dataclasses.replace(Portfolio.demo(folder), settings=settings)


def asked(*arguments: object) -> subprocess.CompletedProcess[str]:
    """What the command says."""
    command = [sys.executable, "-m", "partner_analytics", "results", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)


def is_as_on_one_machine(made: Path, portfolio: Portfolio, copy: Path) -> None:
    """Every result has each value of the copy, and each file its bytes."""
    portfolio.copy(copy, format="parquet")
    expected = json.loads((copy / "manifest.json").read_text("utf-8"))
    found = json.loads((made / "manifest.json").read_text("utf-8"))
    assert found["as_of"] == expected["as_of"]
    names = {*parts.OF_A_PART, *parts.OF_ALL}
    assert {place.name for place in made.iterdir()} == {*names, "about", "manifest.json"}
    for name in sorted(names):
        assert pl.read_parquet(made / name).equals(pl.read_parquet(copy / name)), name
        assert found["rows"][name] == expected["rows"][name]
    assert found["files"].items() <= expected["files"].items()


@pytest.mark.promise("rules")
def test_the_demo_is_judged_as_on_one_machine(
    exports: Path, engine: RunningEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS_OF_A_BUCKET", 3)
    portfolio = demo(tmp_path / "store")
    made = cluster.results(exports, tmp_path / "made", engine=engine.address, settings=SETTINGS)
    assert (made.parts, made.as_of) == (32, portfolio.today)
    is_as_on_one_machine(tmp_path / "made", portfolio, tmp_path / "copy")


@pytest.mark.promise("rules")
def test_20_000_customers_are_judged_as_on_one_machine(
    engine: RunningEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS_OF_A_BUCKET", 5_000)
    portfolio = large_portfolio(20_000, tmp_path)
    exports = portfolio.copy(tmp_path / "exports", format="parquet", exports_only=True)
    said = asked("--engine", engine.address, "--from", exports, "--out", tmp_path / "made")
    assert (said.returncode, said.stdout) == (0, f"{tmp_path / 'made' / 'manifest.json'}\n"), said.stderr
    assert said.stderr == f"60,000 licenses of 20,000 customers were judged as of {portfolio.today}, in 16 parts.\n"
    is_as_on_one_machine(tmp_path / "made", portfolio, tmp_path / "copy")


def test_a_later_day_than_that_of_the_copy_is_judged_as_of_that_day(
    exports: Path, engine: RunningEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS_OF_A_BUCKET", 3)
    later = date(2027, 1, 15)
    said = asked("--engine", engine.address, "--from", exports, "--out", tmp_path / "made", "--as-of", later)
    assert said.returncode == 0, said.stderr
    portfolio = dataclasses.replace(demo(tmp_path / "store", Settings()), today=later)
    is_as_on_one_machine(tmp_path / "made", portfolio, tmp_path / "copy")


@pytest.mark.promise("private")
def test_what_workers_write_can_be_read_by_its_owner_alone(
    exports: Path, engine: RunningEngine, tmp_path: Path
) -> None:
    cluster.results(exports, tmp_path / "made", engine=engine.address)
    assert {file.stat().st_mode & 0o077 for file in (tmp_path / "made").rglob("*")} == {0}


@pytest.mark.promise("own_files")
def test_where_something_is_nothing_is_written(exports: Path, engine: RunningEngine, tmp_path: Path) -> None:
    mine = tmp_path / "made" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine", "utf-8")
    said = asked("--engine", engine.address, "--from", exports, "--out", mine.parent)
    assert said.returncode == 2
    assert said.stderr == (
        f"Error: Something is in {mine.parent} already, so nothing was written.\nHint: name a new folder: --out FOLDER\n"
    )
    assert [file.name for file in mine.parent.iterdir()] == ["mine.txt"]


@pytest.mark.promise("whole")
def test_a_part_that_is_missing_is_one_sentence(some_exports: Path, engine: RunningEngine, tmp_path: Path) -> None:
    place = some_exports / "evidence" / "customer_bucket=7" / "part.parquet"
    place.unlink()
    said = asked("--engine", engine.address, "--from", some_exports, "--out", tmp_path / "made")
    assert said.returncode == 2
    assert said.stderr == (
        f"Error: A part of the exports is missing: evidence/customer_bucket=7/part.parquet is not in {some_exports}.\n"
        "Hint: write the exports again: partner-analytics copy FOLDER --format parquet --exports-only\n"
    )
    assert not (tmp_path / "made" / "manifest.json").exists()


def test_rows_that_the_manifest_does_not_count_are_one_sentence(
    exports: Path, engine: RunningEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = cluster.results.__globals__["_copied"]

    def one_more(*given: object) -> object:
        found = copied(*given)
        return dataclasses.replace(found, rows=found.rows | {"licenses": found.rows["licenses"] + 1})

    monkeypatch.setitem(cluster.results.__globals__, "_copied", one_more)
    with pytest.raises(EngineError, match=r"The workers read \d+ rows of licenses in .*; its manifest says \d+"):
        cluster.results(exports, tmp_path / "made", engine=engine.address)


@pytest.mark.promise("whole")
def test_an_engine_that_is_killed_half_way_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "ROWS_OF_A_BUCKET", 5_000)
    portfolio = large_portfolio(20_000, tmp_path)
    exports = portfolio.copy(tmp_path / "exports", format="parquet", exports_only=True)
    out = tmp_path / "made"
    with running() as engine:

        def kill_half_way() -> None:
            while len(list(out.glob("renewals/*/part.parquet"))) < 8:
                time.sleep(0.01)
            engine.process.kill()

        killer = threading.Thread(target=kill_half_way)
        killer.start()
        said = asked("--engine", engine.address, "--from", exports, "--out", out)
        killer.join()
    assert said.returncode == 19
    assert said.stderr == (
        f"Error: The engine at {engine.address} broke off before all was made.\n"
        "Hint: what was written is not whole and has no manifest: look at the engine's log, and name another folder.\n"
    )
    assert not (out / "manifest.json").exists()


def test_an_engine_of_a_version_that_is_not_spoken_is_refused(exports: Path, tmp_path: Path) -> None:
    found = find_spec("pyspark")
    assert found
    assert found.origin
    shutil.copytree(Path(found.origin).parent, tmp_path / "first" / "pyspark")
    written = tmp_path / "first" / "pyspark" / "version.py"
    written.write_text(written.read_text("utf-8").replace(version("pyspark-client"), "4.3.0"), "utf-8")
    with running(first_on_path=tmp_path / "first") as engine:
        said = asked("--engine", engine.address, "--from", exports, "--out", tmp_path / "made")
    assert said.returncode == 19
    assert said.stderr == (
        f"Error: The engine at {engine.address} is of version 4.3.0; expected one from 4.0 to below 4.3.\n"
        "Hint: use an engine of such a version.\n"
    )


def test_workers_with_another_version_of_ours_are_refused(exports: Path, tmp_path: Path) -> None:
    about = tmp_path / "first" / "partner_analytics-9.9.9.dist-info" / "METADATA"
    about.parent.mkdir(parents=True)
    about.write_text("Metadata-Version: 2.1\nName: partner-analytics\nVersion: 9.9.9\n", "utf-8")
    with running(first_on_path=tmp_path / "first") as engine:
        said = asked("--engine", engine.address, "--from", exports, "--out", tmp_path / "made")
    assert said.returncode == 19
    assert said.stderr == (
        f"Error: The workers have partner-analytics 9.9.9; expected {version('partner-analytics')}, as here.\n"
        "Hint: install the same version where they run.\n"
    )


def test_workers_without_it_are_one_sentence(exports: Path, tmp_path: Path) -> None:
    first = tmp_path / "first"
    first.mkdir()
    (first / "partner_analytics.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'partner_analytics'\")\n", "utf-8"
    )
    with running(first_on_path=first) as engine:
        said = asked("--engine", engine.address, "--from", exports, "--out", tmp_path / "made")
    assert said.returncode == 19
    assert said.stderr.startswith(f"Error: The workers of the engine at {engine.address} have no partner-analytics.\n")


def test_a_folder_that_is_no_copy_is_one_sentence(engine: RunningEngine, tmp_path: Path) -> None:
    said = asked("--engine", engine.address, "--from", tmp_path, "--out", tmp_path / "made")
    assert said.returncode == 2
    assert said.stderr.startswith(f"Error: Expected a copy as Parquet in {tmp_path}; the workers find none.\n")


def test_a_day_before_that_of_the_exports_is_one_sentence(exports: Path, engine: RunningEngine, tmp_path: Path) -> None:
    said = asked("--engine", engine.address, "--from", exports, "--out", tmp_path / "made", "--as-of", "2020-01-01")
    assert said.returncode == 2
    assert f"The copy in {exports} holds exports of " in said.stderr
    assert "--exports-only --as-of 2020-01-01" in said.stderr


def test_nobody_at_the_address_is_one_sentence(exports: Path, tmp_path: Path) -> None:
    with running() as engine:
        pass
    said = asked("--engine", engine.address, "--from", exports, "--out", tmp_path / "made")
    assert said.returncode == 19
    assert said.stderr == (
        f"Error: No engine answers at {engine.address}.\nHint: see that it runs, and that it speaks Spark Connect.\n"
    )


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "Expected the address of an engine; found none."),
        ("localhost:15002", "Expected the address of an engine, such as sc://host:15002; found another text."),
        ("sc://host:15002/;token=hush", "An address with a token does not stand in a command"),
    ],
)
@pytest.mark.promise("secrets")
def test_what_is_no_address_is_one_sentence_that_repeats_nothing_of_it(
    address: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    with pytest.raises(UsageError, match=said) as refused, connected(address):
        pass
    assert "hush" not in str(refused.value)


def test_an_engine_that_the_environment_names_is_asked(
    exports: Path, engine: RunningEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPARK_REMOTE", engine.address)
    said = asked("--from", exports, "--out", tmp_path / "made")
    assert said.returncode == 0, said.stderr


def test_what_the_page_says_makes_results(engine: RunningEngine, tmp_path: Path) -> None:
    demo(tmp_path).db.rename(tmp_path / "partner.duckdb")
    ours = [words[1:] for words in commands("docs/explanation/past-one-machine.md") if words[0] == "partner-analytics"]
    assert [words[0] for words in ours] == ["copy", "results"]
    for words in ours:
        here = [word.replace("/shared", str(tmp_path)).replace("sc://engine:15002", engine.address) for word in words]
        done = typed(tmp_path, *here)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "results" / "manifest.json").is_file()
