"""Refused rows are written as they were, and take their places once they are corrected."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from partner_analytics import ExportError, Portfolio

ANNA, BEN, CARA = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
DAY = "2026-11-02"
LICENSES = f"""Unique ID;Kunde;Product Code;License Type;Start Date;Quantity
L1;{ANNA};CIXA;term;2026-01-01;5
L2;{ANNA};CIXA;term;2026-02-30;many
L3;{BEN};CIXA;abo;2026-01-01;7
L4;{BEN};CIXA
L1;{ANNA};CIXA;term;2026-01-01;6
"""


@pytest.fixture
def portfolio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portfolio:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "partner_analytics.toml").write_text('[columns]\nKunde = "customer_id"\n', "utf-8")
    (tmp_path / "licenses.csv").write_text(LICENSES, "utf-8")
    portfolio = Portfolio.open("partner.duckdb")
    (loaded,) = portfolio.load("licenses.csv", snapshot_date=DAY)
    assert (loaded.rows_read, loaded.accepted, loaded.quarantined, loaded.duplicates) == (5, 1, 4, 0)
    return portfolio


def read(file: str) -> tuple[list[str], list[dict[str, str]]]:
    with Path(file).open(encoding="utf-8-sig", newline="") as text:
        reader = csv.DictReader(text)
        rows = list(reader)
    return list(reader.fieldnames or []), rows


def write(file: str, header: list[str], rows: list[dict[str, str]]) -> None:
    with Path(file).open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, header)
        writer.writeheader()
        writer.writerows(rows)


def quarantined(portfolio: Portfolio) -> list[tuple[str, int]]:
    frame = portfolio.sql("select distinct file, line from open_quarantine order by all")
    return [(Path(file).name, line) for file, line in frame.rows()]


def test_refused_rows_are_written_with_their_own_columns_and_why_in_front(portfolio: Portfolio) -> None:
    ((file, rows),) = portfolio.quarantine("refused.csv")
    assert (str(file), rows) == ("refused.csv", 4)
    header, found = read("refused.csv")
    assert header == ["file", "line", "reason", "snapshot_date", *LICENSES.splitlines()[0].split(";")]
    assert [row["line"] for row in found] == ["3", "4", "5", "6"]
    assert found[0]["reason"] == (
        "quantity must be a whole number, 0 or more; start_date must be a day that exists, written like 2026-11-02"
    )
    assert found[0]["Start Date"] == "2026-02-30"
    assert found[2]["reason"] == "has 3 fields where the header has 6"
    assert found[2]["Product Code"] == "CIXA"
    assert found[3]["reason"] == "license_id has the key of line 2, but other content"


def test_corrected_rows_take_their_places_on_their_own_day(portfolio: Portfolio) -> None:
    portfolio.quarantine("refused.csv")
    header, rows = read("refused.csv")
    rows[0] |= {"Start Date": "2026-02-28", "Quantity": "3"}
    rows[1] |= {"License Type": "usage"}
    rows[2] |= {"License Type": "term", "Start Date": "2026-03-01", "Quantity": "1"}
    rows[3] |= {"Unique ID": "L5"}
    write("refused.csv", header, rows)
    (loaded,) = portfolio.load("refused.csv")
    assert (loaded.kind, loaded.rows_read, loaded.accepted, loaded.quarantined) == ("licenses", 4, 4, 0)
    licenses = portfolio.sql("select license_id, snapshot_date, quantity from licenses order by 1", as_of=DAY)
    assert licenses["license_id"].to_list() == ["L1", "L2", "L3", "L4", "L5"]
    assert licenses["snapshot_date"].cast(pl.String).unique().to_list() == [DAY]
    assert quarantined(portfolio) == []
    assert portfolio.quarantine("again.csv") == ()
    assert not Path("again.csv").exists()
    assert portfolio.protection_status(DAY).basis.rows_refused == 0


@pytest.mark.sampled(0)
def test_a_row_that_is_refused_again_waits_in_the_place_of_the_first(portfolio: Portfolio) -> None:
    portfolio.quarantine("refused.csv")
    header, rows = read("refused.csv")
    for attempt in ("2026-02-31", "2026-02-29"):
        rows[0] |= {"Start Date": attempt, "Quantity": "3"}
        write("fixed.csv", header, rows[:1])
        portfolio.load("fixed.csv")
        assert quarantined(portfolio) == [("fixed.csv", 2), *[("licenses.csv", line) for line in (4, 5, 6)]]
    rows[0] |= {"Start Date": "2026-02-28"}
    write("fixed.csv", header, rows[:1])
    portfolio.load("fixed.csv")
    assert quarantined(portfolio) == [("licenses.csv", line) for line in (4, 5, 6)]


def test_a_corrected_row_that_names_no_refused_one_is_told(portfolio: Portfolio) -> None:
    portfolio.quarantine("refused.csv")
    header, rows = read("refused.csv")
    write("fixed.csv", header, [rows[0] | {"line": "2"}])
    with pytest.raises(ExportError, match=r"Line 2 of fixed\.csv names line 2 of licenses\.csv"):
        portfolio.load("fixed.csv")


def test_what_a_spreadsheet_would_run_comes_back_as_it_was(portfolio: Portfolio) -> None:
    Path("customers.csv").write_text(f'customer_id,account_name,billing_type\n{CARA},"=1+1",rent\n', "utf-8")
    portfolio.load("customers.csv", snapshot_date=DAY)
    ((file, _),) = portfolio.quarantine("refused.csv", kind="customers")
    header, rows = read(str(file))
    assert rows[0]["account_name"] == "'=1+1"
    write("fixed.csv", header, [rows[0] | {"billing_type": "term"}])
    portfolio.load("fixed.csv")
    assert portfolio.sql("select account_name from customers", as_of=DAY).rows() == [("=1+1",)]


def test_each_kind_and_day_has_a_file_of_its_own(portfolio: Portfolio) -> None:
    Path("customers.csv").write_text(f"customer_id,account_name\n{CARA},\n", "utf-8")
    portfolio.load("customers.csv", snapshot_date=DAY)
    portfolio.load("customers.csv", snapshot_date="2026-11-03")
    files = [str(file) for file, _ in portfolio.quarantine("refused.csv")]
    assert files == ["refused.csv", "refused-customers-2026-11-03.csv", "refused-licenses-2026-11-02.csv"]


def test_files_with_other_headers_for_the_same_columns_share_theirs(portfolio: Portfolio) -> None:
    Path("more.csv").write_text(
        f"license_id,customer_id,product_code,license_type,start_date,note\nL9,{CARA},CIXA,term,soon,call\n", "utf-8"
    )
    portfolio.load("more.csv", snapshot_date=DAY)
    portfolio.quarantine("refused.csv")
    header, rows = read("refused.csv")
    assert header[4:] == [*LICENSES.splitlines()[0].split(";"), "note"]
    assert rows[-1]["Unique ID"] == "L9"
    assert rows[-1]["note"] == "call"


@pytest.mark.sampled(1)
@pytest.mark.parametrize("written", ["02.11.2026", "11/02/2026", "02/11/2026"])
def test_the_day_is_understood_as_a_spreadsheet_of_another_country_writes_it(
    written: str, portfolio: Portfolio
) -> None:
    portfolio.quarantine("refused.csv")
    header, rows = read("refused.csv")
    write("fixed.csv", header, [rows[3] | {"Unique ID": "L5", "snapshot_date": written}])
    (loaded,) = portfolio.load("fixed.csv")
    assert loaded.accepted == 1
    assert portfolio.sql("select count(*) from licenses", as_of=DAY).rows() == [(2,)]


def test_a_day_on_which_nothing_was_refused_is_told(portfolio: Portfolio) -> None:
    portfolio.quarantine("refused.csv")
    header, rows = read("refused.csv")
    write("fixed.csv", header, [rows[3] | {"snapshot_date": "2026-11-03"}])
    with pytest.raises(ExportError, match="found '2026-11-03'"):
        portfolio.load("fixed.csv")


def test_a_refused_row_of_a_file_that_names_no_customer_keeps_its_customer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    portfolio = Portfolio(Path("partner.duckdb"))
    for name, customer in (("a.csv", ANNA), ("b.csv", BEN)):
        Path(name).write_text(
            f"license_id,product_code,license_type,start_date\n{name},CIXA,term,2026-02-30\n{name}2,CIXA\n", "utf-8"
        )
        portfolio.load(name, snapshot_date=DAY, customer_id=customer)
    portfolio.quarantine("refused.csv")
    header, rows = read("refused.csv")
    assert [(row["line"], row["customer_id"]) for row in rows] == [("2", ANNA), ("3", ANNA), ("2", BEN), ("3", BEN)]
    assert [row["license_id"] for row in rows] == ["a.csv", "a.csv2", "b.csv", "b.csv2"]
    for row in rows:
        row |= {"license_type": "term", "start_date": "2026-02-28"}
    write("refused.csv", header, rows)
    (loaded,) = portfolio.load("refused.csv")
    assert (loaded.accepted, loaded.quarantined) == (4, 0)
    found = portfolio.sql("select license_id, customer_id from licenses order by all", as_of=DAY)
    assert found.rows() == [("a.csv", ANNA), ("a.csv2", ANNA), ("b.csv", BEN), ("b.csv2", BEN)]


def test_a_refused_row_is_accepted_as_it_is_once_its_words_are_known_and_else_says_again_what_is_wrong(
    portfolio: Portfolio,
) -> None:
    portfolio.quarantine("refused.csv")
    settings = Path("partner_analytics.toml").read_text("utf-8")
    Path("partner_analytics.toml").write_text(settings + '[words]\nabo = "usage"\n', "utf-8")
    (loaded,) = Portfolio.open("partner.duckdb").load("refused.csv")
    assert (loaded.accepted, loaded.quarantined) == (1, 3)
    reasons = dict(loaded.refused.select("line", "reason").unique("line", keep="first").iter_rows())
    assert "is unchanged since it was refused" in reasons[4], "four fields in place of six"
    assert "is as it was" not in reasons[2]
