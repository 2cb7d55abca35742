"""What makes exports look incomplete or spoilt is said when they are loaded, and on every report that rests on them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from partner_analytics import Portfolio

NAMES = ("Anna", "Ben", "Cara", "Dana", "Emil", "Fatma")


def customer(number: int, name: str) -> dict[str, str]:
    return {"id": f"00000000-0000-4000-8000-00000000000{number}", "name": name, "billingType": "term"}


def load(folder: Path, day: str, content: object) -> tuple[Portfolio, tuple[str, ...]]:
    """Load one JSON export, and return what is said about it."""
    file = folder / f"export_{day}.json"
    file.write_text(json.dumps(content), "utf-8")
    portfolio = Portfolio(folder / "partner.duckdb")
    (accounting,) = portfolio.load(file, snapshot_date=day)
    return portfolio, accounting.suspicions


def customers(*names: str, **pages: int) -> object:
    items = [customer(number, name) for number, name in enumerate(names)]
    return {"items": items, "pages": pages} if pages else items


def licenses(*customers: int) -> list[object]:
    return [{"tenant": {"id": customer(number, "")["id"]}, "licenses": []} for number in customers]


def caveats(portfolio: Portfolio, day: str) -> str:
    return "\n".join(portfolio.protection_status(day).caveats)


@pytest.mark.parametrize("pages", [{"items": 6}, {"current": 1, "size": 4, "total": 2}])
def test_a_page_that_announces_more_customers_than_there_are(pages: dict[str, int], tmp_path: Path) -> None:
    portfolio, said = load(tmp_path, "2026-11-02", customers(*NAMES[:4], **pages))
    assert "the other pages are missing" in said[0]
    assert said[0] in caveats(portfolio, "2026-11-02")


def test_pages_that_are_all_there_are_nothing_to_say(tmp_path: Path) -> None:
    items = [customer(number, name) for number, name in enumerate(NAMES)]
    pages = [{"items": part, "pages": {"items": 6}} for part in (items[:4], items[4:])]
    portfolio, said = load(tmp_path, "2026-11-02", pages)
    assert "other pages" not in caveats(portfolio, "2026-11-02") + "".join(said)


def test_names_with_a_lost_letter(tmp_path: Path) -> None:
    portfolio, said = load(tmp_path, "2026-11-02", customers("M?ller", "Who?", "? Mark"))
    assert said == (
        "Names of customers with a question mark inside a word: 1, such as M?ller. A letter was perhaps lost.",
    )
    assert said[0] in caveats(portfolio, "2026-11-02")


def test_licenses_of_fewer_customers_than_there_are(tmp_path: Path) -> None:
    load(tmp_path, "2026-11-02", customers(*NAMES))
    portfolio, said = load(tmp_path, "2026-11-03", licenses(0, 1, 2, 3))
    assert "nor the answer that there is none: 2 of 6." in said[0]
    assert said[0] in caveats(portfolio, "2026-11-03")


def test_a_snapshot_much_smaller_than_the_one_before(tmp_path: Path) -> None:
    load(tmp_path, "2026-11-02", customers(*NAMES))
    portfolio, said = load(tmp_path, "2026-11-09", customers(*NAMES[:4]))
    assert said == (
        "The export of customers of 2026-11-09 holds 4 rows, the one of 2026-11-02 held 6: is a part of it missing?",
    )
    assert said[0] in caveats(portfolio, "2026-11-09")
    assert said[0] not in caveats(portfolio, "2026-11-08"), "that day rests on the export before"


def test_an_export_older_than_a_week(tmp_path: Path) -> None:
    portfolio, said = load(tmp_path, "2026-11-02", customers(*NAMES))
    assert said == ()
    assert "is of 2026-11-02" not in caveats(portfolio, "2026-11-09")
    assert "The newest export of customers is of 2026-11-02, 8 days before" in caveats(portfolio, "2026-11-10")


def test_a_newer_export_that_brought_no_row(tmp_path: Path) -> None:
    load(tmp_path, "2026-11-02", customers(*NAMES))
    spoilt = [customer(number, "") for number in range(6)]
    portfolio, said = load(tmp_path, "2026-11-03", spoilt)
    assert said == (
        "The export export_2026-11-03.json of 2026-11-03 brought no row (6 were refused), so that of 2026-11-02 is used.",
    )
    report = portfolio.protection_status("2026-11-03")
    assert said[0] in report.caveats
    assert report.basis.rows_refused == 6
    assert report.frame.height == 6
