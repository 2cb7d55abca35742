"""A store of every earlier version opens: it is read as it is, and brought up to date by a load or by `migrate`."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import duckdb
import pytest

from partner_analytics import Portfolio, StoreError, store
from partner_analytics.store.migrations import OLDEST, newest, steps
from partner_analytics.store.opening import writing
from tests.support.paths import FIXTURES, STORES
from tests.support.terminal import typed

DAY = "2026-11-02"
OLDER = [f"version_{version}" for version in range(OLDEST, newest())]


@pytest.fixture(params=OLDER)
def db(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    return Path(shutil.copy(STORES / f"{request.param}.duckdb", tmp_path / "p.duckdb"))


def held(db: Path) -> tuple[object, ...]:
    """How much of everything a store holds, and a hash of what its rows say."""
    with store.reading(db) as connection:
        return store.query(
            connection,
            "select (select count(*) from loads), (select count(*) from open_quarantine), (select count(*) from corrected), "
            "(select count(*) from replaced), (select count(*) from customers_history), "
            "(select bit_xor(hash(t)) from licenses_history t), (select count(*) from empty_answers), "
            "(select any_value(cells) from refused_rows where line = 4)",
        ).row(0)


def schema(db: Path) -> list[tuple[object, ...]]:
    """Every table with its columns, and every view and function with its text."""
    with duckdb.connect(str(db), read_only=True) as connection:
        return connection.execute(
            """
            select table_name, column_name, data_type, is_nullable, null
            from duckdb_columns() where not internal
            union all
            select view_name, null, null, null, sql from duckdb_views() where not internal
            union all
            select function_name, null, null, null, macro_definition from duckdb_functions() where not internal
            order by all
            """
        ).fetchall()


@pytest.mark.promise("lasts")
def test_the_migrations_are_numbered_and_a_store_of_each_version_before_is_kept() -> None:
    assert list(steps()) == list(range(OLDEST + 1, newest() + 1))
    assert [path.stem for path in sorted(STORES.glob("*.duckdb"))] == OLDER
    named = (STORES / "README.md").read_text("utf-8")
    assert all(f"`{name}.duckdb`" in named for name in OLDER)


def test_an_older_store_is_read_and_stays_as_it_is(db: Path) -> None:
    before = hashlib.sha256(db.read_bytes()).hexdigest()
    folder = {path.name for path in db.parent.iterdir()}
    assert held(db)[:7] == (9, 1, 1, 1, 13, held(db)[5], 1)
    assert {report.name for report in Portfolio(db).reports(as_of=DAY)} >= {"protection_status", "renewals"}
    assert hashlib.sha256(db.read_bytes()).hexdigest() == before
    assert {path.name for path in db.parent.iterdir()} == folder
    assert not list((db.parent / "temporary").iterdir()), "the copy that was read is gone"


def test_who_reads_an_older_store_is_told_how_to_bring_it_up_to_date(db: Path) -> None:
    said = typed(db.parent, "sql", "select count(*) as n from loads", "--db", db, "--as-of", DAY, "--format", "csv")
    assert (said.returncode, said.stdout) == (0, "n\n9\n")
    assert "is of an older version, so a copy is read; to bring it up to date: partner-analytics migrate" in said.stderr


@pytest.mark.promise("lasts")
def test_migrate_makes_of_an_older_store_what_a_new_one_is_and_loses_nothing(db: Path, tmp_path: Path) -> None:
    before = held(db)
    said = typed(db.parent, "migrate", "--db", "p.duckdb")
    assert said.returncode == 0, said.stderr
    assert f"is of version {newest()} now." in said.stdout
    assert held(db) == before
    assert typed(db.parent, "migrate", "--db", "p.duckdb").stdout == "p.duckdb is up to date.\n"
    with writing(tmp_path / "new.duckdb") as copy:
        copy.is_changed = True
    assert schema(db) == schema(tmp_path / "new.duckdb")
    assert Portfolio(db).verify().problems == ()


@pytest.mark.promise("lasts")
def test_a_load_brings_an_older_store_up_to_date_and_knows_the_rows_that_it_holds(db: Path) -> None:
    (accounting,) = Portfolio(db).load(FIXTURES / "customers.csv", snapshot_date=DAY)
    assert (accounting.accepted, accounting.duplicates) == (36, 8), "seven were there, and one stands twice"
    with duckdb.connect(str(db), read_only=True) as connection:
        assert connection.execute("select max(version) from store_version").fetchall() == [(newest(),)]
        assert connection.execute("select count(*) from customers_rows").fetchall() == [(43,)]
    assert Portfolio(db).verify().problems == ()


def test_a_load_that_fails_leaves_an_older_store_as_it_is(db: Path) -> None:
    before = db.read_bytes()
    assert typed(db.parent, "load", "none.csv", "--db", db, "--snapshot-date", DAY).returncode == 10
    assert db.read_bytes() == before


def test_what_another_tool_has_put_into_an_older_store_stays_in_it(db: Path) -> None:
    with duckdb.connect(str(db)) as other:
        other.execute("create table notes as select 'call back' as note")
        other.execute("create view my_customers as select * from customers_rows")
    Portfolio(db).migrate()
    with duckdb.connect(str(db), read_only=True) as other:
        assert other.execute("from notes").fetchall() == [("call back",)]
        assert len(other.execute("from my_customers").fetchall()) == 7


def test_a_store_of_a_newer_version_is_refused_with_the_advice_to_update(db: Path) -> None:
    Portfolio(db).migrate()
    with duckdb.connect(str(db)) as future:
        future.execute("update store_version set version = 99")
    before = db.read_bytes()
    for action in (
        lambda: Portfolio(db).load(FIXTURES / "customers.csv", snapshot_date=DAY),
        Portfolio(db).migrate,
        Portfolio(db).verify,
        lambda: held(db),
    ):
        with pytest.raises(StoreError, match="was written by a newer version of partner-analytics") as raised:
            action()
        assert raised.value.hint == "update partner-analytics; the store stays as it is."
    assert db.read_bytes() == before


def test_no_message_of_the_store_says_to_load_everything_again() -> None:
    texts = [path.read_text("utf-8") for path in Path(store.__file__).parent.glob("*.py")]
    assert not [text for text in texts if "load your exports into a new" in text]
