"""`verify` reads a store to its last byte and holds every invariant; it says what is wrong, and where."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import duckdb
import pytest

from partner_analytics import Portfolio, store
from partner_analytics.resources import sql_texts
from partner_analytics.schemas.kinds import KINDS
from tests.support.paths import STORES
from tests.support.terminal import typed

STORE = STORES / "version_2.duckdb"


@pytest.fixture(scope="module")
def loaded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    db = Path(shutil.copy(STORE, tmp_path_factory.mktemp("verified") / "p.duckdb"))
    Portfolio(db).migrate()
    return db


@pytest.fixture
def db(loaded_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(loaded_once, tmp_path / "p.duckdb"))


def test_a_store_that_is_whole_is_said_to_be_and_stays_as_it_is(db: Path) -> None:
    before = db.read_bytes()
    said = typed(db.parent, "verify", "--db", "p.duckdb")
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == f"p.duckdb is whole: 9 loads, 36 stored rows, {len(before):,} bytes.\n"
    assert db.read_bytes() == before
    assert [path.name for path in db.parent.iterdir()] == ["p.duckdb"]


HARM = {
    "accepted_rows": ("delete from occurrences where load_id = 2 and line = 3", "load_id 2, file customers.csv, accepted 7, stored 6"),
    "quarantined_rows": ("delete from quarantine where line = 4", "load_id 7, file more.csv, quarantined 2, kept 1"),
    "refused_rows": ("delete from refused_rows where line = 4", "load_id 7, line 4"),
    "loads_in_order": ("delete from loads where load_id = 5", "load_id 5"),
    "loads_described": ("delete from headers where load_id = 8", "load_id 8, in_ledger 1, with_headers 0, with_options 1"),
    "rows_of_loads": ("update occurrences set snapshot_date = date '2026-01-01' where load_id = 4", "stands_in occurrences, load_id 4"),
    "contents_of_rows": ("delete from assistance_rows where row_id = 1", "kind assistance, load_id 4, line 2"),
    "contents_once": ("insert into customers_rows from customers_rows where row_id = 1", "kind customers, row_id 1, times 2"),
    "lines_once": ("update occurrences set line = 2 where load_id = 2 and line = 3", "load_id 2, line 2, times 2"),
    "keys_once": (
        "update occurrences set row_id = (select row_id from occurrences where load_id = 2 and line = 3) where load_id = 2 and line = 4",
        "kind customers, snapshot_date 2026-11-02, load_id 2, line 3, times 2",
    ),
    "snapshots_listed": ("update loads set kind = 'assistance' where load_id = 5", "kind customer_facts, snapshot_date 2026-11-02"),
    "replaced_loads": ("update replaced set replaced_by = 2", "load_id 3, replaced_by 2"),
    "corrected_rows": ("update corrected set line = 99", "load_id 7, line 99, corrected_by 9"),
    "erasures": ("insert into erasures values (1, timestamp '2026-11-02', null, null)", "erasure_id 1"),
}  # fmt: skip


@pytest.mark.sampled(2)
@pytest.mark.promise("lasts")
@pytest.mark.parametrize("invariant", HARM)
def test_each_invariant_is_held_and_where_it_is_broken_is_said(db: Path, invariant: str) -> None:
    statement, where = HARM[invariant]
    with duckdb.connect(str(db)) as harmful:
        harmful.execute(statement)
    (problem,) = [one for one in Portfolio(db).verify().problems if one.startswith(f"{invariant}: ")]
    assert where in problem


def test_every_invariant_is_tried() -> None:
    # The table itself holds that what was read adds up.
    assert {*HARM, "accounting"} == set(sql_texts("invariants"))


@pytest.mark.promise("lasts")
@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("update customers_rows set account_name = 'Another' where row_id = 2", "1 row of customers is not as it was stored: load_id 1, line 3"),
        ("update licenses_rows set quantity = 1000 where row_id = 1", "1 row of licenses is not as it was stored"),
        ("update licenses_rows set fingerprint = fingerprint + 1 where row_id = 1", "1 row of licenses"),
    ],
)  # fmt: skip
def test_a_row_that_was_altered_is_found(db: Path, statement: str, where: str) -> None:
    with duckdb.connect(str(db)) as harmful:
        harmful.execute(statement)
    said = typed(db.parent, "verify", "--db", "p.duckdb")
    assert said.returncode == 14
    assert f"fingerprints: {where}" in said.stdout
    assert said.stderr == (
        "Error: The store p.duckdb is damaged: verify found 1 problem.\n"
        "Hint: keep the file; go on with the last good copy of the store, and load into it what came since.\n"
    )


def test_fingerprints_of_another_version_of_duckdb_are_not_compared_and_made_anew_by_migrate(db: Path) -> None:
    with duckdb.connect(str(db)) as other:
        other.execute("update store_version set hashes = 1")
        other.execute("update customers_rows set fingerprint = 1")
    found = Portfolio(db).verify()
    assert found.problems == ()
    assert "another version of DuckDB" in found.notes[0]
    Portfolio(db).migrate()
    again = Portfolio(db).verify()
    assert (again.problems, again.notes) == ((), ())


def everything(db: Path) -> list[tuple[object, ...]]:
    with store.reading(db) as connection:
        query = " union all ".join(f"select '{kind}', bit_xor(hash(t)) from {kind}_history t" for kind in KINDS)
        return store.query(connection, query).rows()


@pytest.mark.sampled(1)
@pytest.mark.promise("lasts")
@pytest.mark.parametrize("place", range(6))
def test_a_damaged_block_is_found_unless_it_holds_nothing(db: Path, loaded_once: Path, place: int) -> None:
    chance = random.Random(place)
    whole = db.read_bytes()
    at = chance.randrange(3 * 4096, len(whole) - 64)
    db.write_bytes(whole[:at] + chance.randbytes(64) + whole[at + 64 :])
    said = typed(db.parent, "verify", "--db", "p.duckdb")
    if said.returncode:
        assert said.returncode == 14
        assert "damaged" in said.stdout
    else:
        assert everything(db) == everything(loaded_once)


@pytest.mark.sampled(0)
def test_a_damaged_block_of_a_key_is_found_before_a_load_meets_it(db: Path) -> None:
    whole, missed = db.read_bytes(), 0
    with duckdb.connect(str(db), read_only=True) as connection:
        ((block, blocks, free),) = connection.execute(
            "select block_size, total_blocks, free_blocks from pragma_database_size() where database_name = 'p'"
        ).fetchall()
    for number in range(blocks - 10, blocks):
        at = 3 * 4096 + number * block + block // 2
        db.write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
        missed += not Portfolio(db).verify().problems
    assert missed <= free


@pytest.mark.parametrize("harm", ["cut short", "grown", "empty", "no store"])
def test_a_file_that_is_not_as_long_as_it_should_be_is_found(db: Path, harm: str) -> None:
    whole = db.read_bytes()
    harmed = {"cut short": whole[:-16384], "grown": whole + bytes(100), "empty": b"", "no store": b"anything"}
    db.write_bytes(harmed[harm])
    said = typed(db.parent, "verify", "--db", "p.duckdb")
    assert said.returncode == 14
    assert said.stdout.strip()
    assert "Traceback" not in said.stdout + said.stderr


def test_what_lies_beside_the_store_and_does_not_belong_to_it_is_named(db: Path) -> None:
    db.with_name("p.duckdb.wal").write_bytes(b"nobody's" * 60)
    said = typed(db.parent, "verify", "--db", "p.duckdb")
    assert said.returncode == 14
    assert "p.duckdb.wal lies beside the store" in said.stdout


def test_a_store_that_is_not_there_is_a_wrong_argument(tmp_path: Path) -> None:
    said = typed(tmp_path, "verify", "--db", "none.duckdb")
    assert (said.returncode, said.stdout) == (2, "")
