"""What makes exports look incomplete or spoilt is said when they are loaded, and on every report that rests on them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from partner_analytics import Portfolio

NAMES = ("Anna", "Ben", "Cara", "Dana", "Emil", "Fatma")


def customer(number: int, name: str) -> dict[str, str]:
    return {"id": f"00000000-0000-4000-8000-0000000000{number:02}", "name": name, "billingType": "term"}


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


def test_an_export_of_fewer_customers_is_one_of_a_smaller_scope_and_no_churn(tmp_path: Path) -> None:
    names = tuple(f"{first}{last}" for first in NAMES for last in ("", "-Holding", "-Verein"))
    load(tmp_path, "2026-11-02", customers(*names))
    portfolio, said = load(tmp_path, "2026-11-09", customers(*names[:15]))
    assert said == (
        "3 of the 18 customers of the export of 2026-11-02 are missing from that of 2026-11-09: "
        "was it made by an administrator who sees only some of them?",
    )
    assert said[0] in caveats(portfolio, "2026-11-09")
    report = portfolio.changes(as_of="2026-11-09")
    assert report.frame["change"].to_list() == ["customer_gone"] * 3, "what the exports say is shown"
    assert "3 are missing from the export, perhaps because somebody made it who sees fewer of them" in report.headline
    assert "gone" not in report.headline
    assert any("That is seldom churn" in line for line in report.caveats)
    assert report.figures[1].label == "Customers missing"
    assert set(report.table["sentence"]) == {
        "Missing from the export, perhaps because whoever made it sees fewer customers."
    }
    load(tmp_path, "2026-11-16", customers(*names, "Zoe"))
    report = portfolio.changes(as_of="2026-11-16")
    assert report.figures[0].note == "3 of them are back: an earlier export had them"
    assert report.table["sentence"].to_list().count("New customer.") == 1


def test_one_or_two_customers_that_left_are_gone(tmp_path: Path) -> None:
    load(tmp_path, "2026-11-02", customers(*NAMES[:5]))
    portfolio, said = load(tmp_path, "2026-11-09", customers(*NAMES[:4]))
    assert said == ()
    report = portfolio.changes(as_of="2026-11-09")
    assert report.headline.startswith("Since 2026-11-02, 0 customers are new and 1 is gone;")


def test_an_export_that_comes_late_is_said_on_the_reports_after_its_day(tmp_path: Path) -> None:
    load(tmp_path, "2026-11-02", customers(*NAMES[:5]))
    portfolio, said = load(tmp_path, "2026-11-16", customers(*NAMES))
    assert said == ()
    before = {day: portfolio.protection_status(day).to_html() for day in ("2026-11-02", "2026-11-08", "2026-11-16")}
    portfolio, said = load(tmp_path, "2026-11-09", customers(*NAMES[:5], "Zoe"))
    assert said == (
        "Exports of customers loaded after one of a later day: 1, the newest export_2026-11-09.json of 2026-11-09. "
        "Reports as of that day or later that were written before did not have them.",
    )
    for day in ("2026-11-02", "2026-11-08"):
        assert portfolio.protection_status(day).to_html() == before[day], "days before it are as they were"
    for day in ("2026-11-09", "2026-11-16"):
        assert said[0] in caveats(portfolio, day)
    after = portfolio.protection_status("2026-11-16").to_html()
    portfolio, _ = load(tmp_path, "2026-11-23", customers(*NAMES))
    assert portfolio.protection_status("2026-11-16").to_html() == after, "a load of a later day changes nothing"
