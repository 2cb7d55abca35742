"""Refused rows of any dirty sheet go out, and come back: corrected they are accepted, untouched they are refused again."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from partner_analytics import Portfolio
from partner_analytics.store import Accounting
from tests.support.dirty_files import BEN, CARA, DORA, EMIL, FATMA, GITA, Writing, every_pair

DAY = "2026-11-02"
Cells = list[list[str]]


def refused_rows(portfolio: Portfolio, out: Path) -> Cells:
    ((file, count),) = portfolio.quarantine(out)
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.reader(text))
    assert len(rows) == count + 1
    return rows


def load_back(
    portfolio: Portfolio, file: Path, rows: Cells, written: Callable[[Cells], bytes] | None = None
) -> Accounting:
    if written is None:
        with file.open("w", encoding="utf-8", newline="") as text:
            csv.writer(text).writerows(rows)
    else:
        file.write_bytes(written(rows))
    (loaded,) = portfolio.load(file, snapshot_date="2026-12-24")
    return loaded


def waiting(portfolio: Portfolio) -> int:
    frame = portfolio.sql("select count(distinct (load_id, line)) from open_quarantine", as_of=DAY)
    return int(frame.item())


@pytest.fixture(params=every_pair()[::6], ids=str)
def writing(request: pytest.FixtureRequest) -> Writing:
    found: Writing = request.param
    return found


@pytest.fixture
def portfolio(writing: Writing, tmp_path: Path) -> Portfolio:
    (tmp_path / "customers.csv").write_bytes(writing.content)
    portfolio = Portfolio(tmp_path / "partner.duckdb")
    (loaded,) = portfolio.load(tmp_path / "customers.csv", snapshot_date=DAY)
    assert loaded.quarantined == writing.accounting[2]
    return portfolio


def test_every_refused_row_goes_out_with_its_line(writing: Writing, portfolio: Portfolio, tmp_path: Path) -> None:
    rows = refused_rows(portfolio, tmp_path / "refused.csv")
    assert [int(row[1]) for row in rows[1:]] == sorted({line for line, _ in writing.refused})
    assert all(row[2] for row in rows[1:])
    assert {row[3] for row in rows[1:]} == {DAY}


@pytest.mark.sampled(1)
def test_rows_that_come_back_untouched_are_refused_again(
    writing: Writing, portfolio: Portfolio, tmp_path: Path
) -> None:
    rows = refused_rows(portfolio, tmp_path / "refused.csv")
    loaded = load_back(portfolio, tmp_path / "refused.csv", rows)
    assert (loaded.rows_read, loaded.accepted, loaded.quarantined) == (writing.accounting[2], 0, writing.accounting[2])
    assert len(refused_rows(portfolio, tmp_path / "again.csv")) == len(rows)


def as_excel_saves(rows: Cells) -> bytes:
    return "\r\n".join(
        ";".join('"' + cell.replace('"', '""') + '"' if set(cell) & set(';"\n\r') else cell for cell in row)
        for row in rows
    ).encode("cp1252", "replace")


@pytest.mark.sampled(0)
@pytest.mark.parametrize("written", [None, as_excel_saves])
def test_rows_that_come_back_corrected_take_their_places(
    written: Callable[[Cells], bytes] | None, portfolio: Portfolio, tmp_path: Path
) -> None:
    header, *rows = refused_rows(portfolio, tmp_path / "refused.csv")
    for number, row in enumerate(rows):
        row[4:] = [f"00000000-0000-4000-9000-{number:012}", f"Corrected {number}", "term"]
    loaded = load_back(portfolio, tmp_path / "refused.csv", [header, *rows], written)
    assert (loaded.rows_read, loaded.accepted, loaded.quarantined, loaded.duplicates) == (len(rows), len(rows), 0, 0)
    assert waiting(portfolio) == 0
    assert portfolio.quarantine(tmp_path / "none.csv") == ()
    names = portfolio.sql("select account_name from customers", as_of=DAY)["account_name"]
    assert set(names) >= {f"Corrected {number}" for number in range(len(rows))}


@pytest.mark.sampled(1)
def test_rows_that_do_not_come_back_wait_on(portfolio: Portfolio, tmp_path: Path) -> None:
    header, *rows = refused_rows(portfolio, tmp_path / "refused.csv")
    rows[0][4:] = [GITA, "Corrected", "usage"]
    loaded = load_back(portfolio, tmp_path / "refused.csv", [header, rows[0]])
    assert (loaded.rows_read, loaded.accepted) == (1, 1)
    assert waiting(portfolio) == len(rows) - 1
    assert len(refused_rows(portfolio, tmp_path / "left.csv")) == len(rows)


@pytest.mark.sampled(1)
def test_a_correction_that_conflicts_is_refused_and_waits_on(portfolio: Portfolio, tmp_path: Path) -> None:
    header, *rows = refused_rows(portfolio, tmp_path / "refused.csv")
    before = len(rows)
    for row, customer in zip(rows, (BEN, CARA, DORA, EMIL, FATMA, GITA, DORA), strict=True):
        row[4:] = [customer, "Another", "term"]
    loaded = load_back(portfolio, tmp_path / "refused.csv", [header, *rows])
    assert (loaded.rows_read, loaded.accepted, loaded.quarantined, loaded.duplicates) == (before, 2, 4, 1)
    assert waiting(portfolio) == 4
