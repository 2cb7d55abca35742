"""A customer that is erased, and days that are forgotten, are gone to the last byte; the ledger still accounts for every row."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from partner_analytics import Portfolio, UsageError
from partner_analytics.store import opening
from tests.support.terminal import typed

ANNA, BEN, CARA = (f"5eed0000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
OCTOBER, NOVEMBER = "2026-10-12", "2026-11-02"
CUSTOMERS = f"""customer_id,account_name,shown_as,billing_type,contact_email,contact_phone
{ANNA},Anna Blumenwiese GmbH,Blumenwiese am Markt,term,anna@blumenwiese.example,+49 111 222333
{BEN},Ben Steinbruch KG,,usage,ben@steinbruch.example,+49 444 555666
{CARA},Cara Leuchtturm AG,,term,cara@leuchtturm.example,+49 777 888999
"""
LICENSES = f"""license_id,customer_id,product_code,license_type,start_date,quantity,product_name
L-ANNA-1,{ANNA},CIXA,term,2026-01-01,5,Intercept X Advanced
L-ANNA-2,{ANNA},CIXA,term,2026-02-30,many,Intercept X Advanced
L-BEN-1,{BEN},CIXA,usage,2026-01-01,,Intercept X Advanced
L-BEN-2,{BEN},CIXA,abo,2026-01-01,7,Blumenwiese am Markt
L-ANNA-1,{ANNA},CIXA,term,2026-01-01,5,Intercept X Advanced
"""
FILES = {
    "customers.csv": CUSTOMERS,
    "october.csv": CUSTOMERS.replace("Anna Blumenwiese GmbH", "Anna Blumenacker GmbH"),
    "licenses.csv": LICENSES,
    "blumenwiese-am-markt.csv": "license_id,product_code,license_type,start_date\nL-ANNA-3,CIXA,term,2026-03-01\nL-ANNA-4,CIXA,rent,2026-03-01\n",
    "facts.csv": f"customer_id,account_manager\n{ANNA},Mei Okonjo\n{BEN},Jonas Castellano\n",
    "assistance.csv": f"customer_id,partner_assistance,checked_on\n{ANNA},on,2026-10-05\n{BEN},off,2026-10-05\n",
    "answer.jsonl": '{"tenant": {"id": "' + ANNA + '"}, "licenses": []}\n',
}
OF_ANNA = (
    *(ANNA, "Anna Blumenwiese GmbH", "Blumenwiese am Markt", "Anna Blumenacker GmbH", "anna@blumenwiese.example"),
    *("+49 111 222333", "L-ANNA-1", "L-ANNA-2", "L-ANNA-3", "L-ANNA-4", "blumenwiese-am-markt"),
)
OF_OTHERS = (
    BEN,
    "Ben Steinbruch KG",
    "ben@steinbruch.example",
    "+49 444 555666",
    "L-BEN-1",
    "L-BEN-2",
    "Jonas Castellano",
)


@pytest.fixture(autouse=True)
def uncompressed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let DuckDB write texts as they are, so that a text that is in a file can be found in its bytes."""
    connect = duckdb.connect

    def plainly(*arguments: Any, **options: Any) -> duckdb.DuckDBPyConnection:
        connection = connect(*arguments, **options)
        connection.execute("set force_compression = 'uncompressed'")
        return connection

    monkeypatch.setattr(duckdb, "connect", plainly)


@pytest.fixture(scope="module")
def loaded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loaded")
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    connect = duckdb.connect

    def plainly(*arguments: Any, **options: Any) -> duckdb.DuckDBPyConnection:
        connection = connect(*arguments, **options)
        connection.execute("set force_compression = 'uncompressed'")
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb, "connect", plainly)
        portfolio = Portfolio(folder / "p.duckdb")
        portfolio.load(folder / "october.csv", snapshot_date=OCTOBER)
        named = [
            folder / name for name in ("customers.csv", "licenses.csv", "facts.csv", "assistance.csv", "answer.jsonl")
        ]
        portfolio.load(*named, snapshot_date=NOVEMBER)
        portfolio.load(folder / "blumenwiese-am-markt.csv", snapshot_date=NOVEMBER, customer_id=ANNA)
    return folder


@pytest.fixture
def portfolio(loaded_once: Path, tmp_path: Path) -> Portfolio:
    shutil.copytree(loaded_once, tmp_path, dirs_exist_ok=True)
    return Portfolio(tmp_path / "p.duckdb")


def found_in(db: Path, texts: tuple[str, ...]) -> list[str]:
    """The texts that stand somewhere in the bytes of a file."""
    content = db.read_bytes()
    return [text for text in texts if text.encode() in content]


def ledger(portfolio: Portfolio) -> list[tuple[Any, ...]]:
    return portfolio.sql("select kind, rows_read, accepted, quarantined, duplicates from loads order by load_id").rows()


def test_without_yes_it_is_said_what_would_be_removed_and_nothing_is(portfolio: Portfolio) -> None:
    before = portfolio.db.read_bytes()
    said = typed(portfolio.db.parent, "erase", "am markt", "--db", "p.duckdb")
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith(
        f"Would remove the customer Blumenwiese am Markt ({ANNA}): 6 stored rows, 2 refused rows, 1 empty license answer, "
        "of 7 loads.\n"
    )
    assert "assistance: 1 row of 1 day" in said.stdout
    assert "customers: 2 rows of 2 days" in said.stdout
    for name in FILES:
        assert name in said.stdout, "the files that it was read from lie outside the store"
    assert "reports, drafts" in said.stdout
    assert said.stderr == "Nothing was changed; to do it, add --yes.\n"
    assert portfolio.db.read_bytes() == before


@pytest.mark.promise("erased")
def test_after_an_erasure_no_byte_of_the_customer_is_in_the_file_and_all_of_the_others(portfolio: Portfolio) -> None:
    assert found_in(portfolio.db, OF_ANNA) == list(OF_ANNA), "the bytes can be found where they are"
    removal = portfolio.erase(ANNA, yes=True)
    assert removal.is_done
    assert found_in(portfolio.db, OF_ANNA) == []
    assert found_in(portfolio.db, OF_OTHERS) == list(OF_OTHERS)
    assert sorted(path.name for path in portfolio.db.parent.iterdir()) == sorted(
        [*FILES, "p.duckdb", ".p.duckdb.partner-analytics-lock"]
    )


def test_bytes_of_rows_that_are_only_deleted_would_be_found(
    portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "write_anew", shutil.copyfile)
    portfolio.erase(ANNA, yes=True)
    assert "anna@blumenwiese.example" in found_in(portfolio.db, OF_ANNA)


@pytest.mark.sampled(0)
@pytest.mark.promise("erased")
def test_the_ledger_says_that_and_when_and_its_counts_stay_true(portfolio: Portfolio) -> None:
    before = ledger(portfolio)
    portfolio.erase(ANNA, yes=True)
    assert ledger(portfolio) == before
    assert portfolio.sql("select erasure_id, customer_sha256 is not null, forgotten_before from erasures").rows() == [
        (1, True, None)
    ]
    taken = portfolio.sql("select load_id, accepted, quarantined, answers from erased order by load_id").rows()
    assert taken == [(1, 1, 0, 0), (2, 1, 0, 0), (3, 1, 1, 0), (4, 1, 0, 0), (5, 1, 0, 0), (6, 0, 0, 1), (7, 1, 1, 0)]
    assert portfolio.verify().problems == ()
    reports = portfolio.reports(as_of=NOVEMBER)
    (overview,) = [report for report in reports if report.name == "customer_overview"]
    assert overview.frame["customer_name"].sort().to_list() == ["Ben Steinbruch KG", "Cara Leuchtturm AG"]
    said = overview.basis.warnings["warning"].to_list()
    day = r"\d{4}-\d\d-\d\d\."
    assert [
        one
        for one in said
        if re.fullmatch(f"1 of the 3 rows that the customers export of {NOVEMBER} brought was erased on {day}", one)
    ]
    assert [
        one
        for one in said
        if re.fullmatch(f"4 of the 6 rows that the licenses export of {NOVEMBER} brought were erased on {day}", one)
    ]


def test_a_refused_row_of_another_customer_stays_without_the_name_that_it_holds(portfolio: Portfolio) -> None:
    portfolio.erase(ANNA, yes=True)
    ((file, rows),) = portfolio.quarantine(portfolio.db.parent / "refused.csv")
    assert rows == 1
    assert f"L-BEN-2,{BEN},CIXA,abo,2026-01-01,7,(erased)" in file.read_text("utf-8-sig")


def test_a_file_that_is_loaded_again_says_what_was_erased_and_brings_it_back_only_when_it_is_told_to(
    portfolio: Portfolio,
) -> None:
    folder = portfolio.db.parent
    portfolio.erase(ANNA, yes=True)
    load = ("load", "customers.csv", "--db", "p.duckdb", "--snapshot-date", NOVEMBER)
    again = typed(folder, *load)
    assert "was loaded before: nothing changed" in again.stdout
    assert (
        "customers.csv: 1 of its rows were erased since, and stay erased; --replace brings them back\n" in again.stderr
    )
    assert found_in(portfolio.db, OF_ANNA) == []
    back = typed(folder, *load, "--replace")
    assert re.search(
        r"customers\.csv: holds rows of a customer who was erased on \d{4}-\d\d-\d\d: they are in the store again\n",
        back.stderr,
    )
    assert portfolio.sql("select count(*) from customers").item() == 3
    assert portfolio.verify().problems == ()


def test_a_file_whose_options_named_the_customer_is_still_known(portfolio: Portfolio) -> None:
    portfolio.erase(ANNA, yes=True)
    (accounting,) = portfolio.load(
        portfolio.db.parent / "blumenwiese-am-markt.csv", snapshot_date=NOVEMBER, customer_id=ANNA
    )
    assert accounting.already_loaded
    assert accounting.erased_rows == 2


def test_a_customer_that_could_be_several_or_nobody_is_not_guessed(portfolio: Portfolio) -> None:
    before = portfolio.db.read_bytes()
    for text, sentence in (("a", "matches 2 customers"), ("zebra", "No customer has `zebra`")):
        said = typed(portfolio.db.parent, "erase", text, "--db", "p.duckdb", "--yes")
        assert said.returncode == 2
        assert sentence in said.stderr
    assert portfolio.db.read_bytes() == before


@pytest.mark.sampled(0)
@pytest.mark.promise("erased")
def test_days_that_are_forgotten_are_gone_to_the_last_byte_and_the_ledger_keeps_their_loads(
    portfolio: Portfolio,
) -> None:
    before = ledger(portfolio)
    assert found_in(portfolio.db, ("Anna Blumenacker GmbH",))
    said = typed(portfolio.db.parent, "forget", "--before", NOVEMBER, "--db", "p.duckdb")
    assert said.stdout.startswith(f"Would remove all of days before {NOVEMBER}: 3 stored rows, 0 refused rows")
    assert found_in(portfolio.db, ("Anna Blumenacker GmbH",))
    said = typed(portfolio.db.parent, "forget", "--before", NOVEMBER, "--db", "p.duckdb", "--yes")
    assert said.returncode == 0, said.stderr
    assert "october.csv" in said.stdout
    assert found_in(portfolio.db, ("Anna Blumenacker GmbH",)) == []
    assert ledger(portfolio) == before
    assert portfolio.sql("select distinct snapshot_date from customers_history").height == 1
    assert portfolio.verify().problems == ()
    with pytest.raises(UsageError, match="No export was loaded for 2026-10-12"):
        portfolio.reports(as_of=OCTOBER)
    with pytest.raises(UsageError, match="holds nothing of a day before"):
        portfolio.forget(NOVEMBER, yes=True)


def test_it_is_said_of_which_kinds_no_snapshot_would_be_left(portfolio: Portfolio) -> None:
    said = str(portfolio.forget("2026-12-01"))
    assert f"Of customer_facts no snapshot is left: the newest is of {NOVEMBER}." in said


@pytest.mark.parametrize("act", [lambda one: one.erase(ANNA, yes=True), lambda one: one.forget(NOVEMBER, yes=True)])
def test_tables_of_another_tool_stay_and_are_named(portfolio: Portfolio, act: Callable[[Portfolio], object]) -> None:
    with duckdb.connect(str(portfolio.db)) as other:
        other.execute("create table \"my notes\" as select 'call Anna' as note")
    assert "The table my notes was not made by partner-analytics, and stays as it is." in str(act(portfolio))
    with duckdb.connect(str(portfolio.db), read_only=True) as other:
        assert other.execute('from "my notes"').fetchall() == [("call Anna",)]
