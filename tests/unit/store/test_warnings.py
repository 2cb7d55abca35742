"""What makes exports look incomplete or spoilt is said when they are loaded, and on every report that rests on them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from partner_analytics import Portfolio
from partner_analytics.errors import UsageError
from partner_analytics.vocabulary import REPORTS
from tests.support.pages import words_of
from tests.support.paths import FIXTURES
from tests.support.terminal import typed

NAMES = ("Anna", "Ben", "Cara", "Dana", "Emil", "Fatma")


def customer(number: int, name: str) -> dict[str, str]:
    return {"id": f"00000000-0000-4000-8000-0000000000{number:02}", "name": name, "billingType": "term"}


def load(folder: Path, day: str, content: object) -> tuple[Portfolio, tuple[str, ...]]:
    """Load one JSON export, and return what is said about it."""
    file = folder / f"export_{day}.json"
    file.write_text(json.dumps(content), "utf-8")
    portfolio = Portfolio(folder / "partner.duckdb")
    (accounting,) = portfolio.load(file, snapshot_date=day)
    return portfolio, accounting.warnings


def customers(*names: str, **pages: int) -> object:
    items = [customer(number, name) for number, name in enumerate(names)]
    return {"items": items, "pages": pages} if pages else items


def licenses(*customers: int) -> list[object]:
    return [{"tenant": {"id": customer(number, "")["id"]}, "licenses": []} for number in customers]


def caveats(portfolio: Portfolio, day: str) -> str:
    return "\n".join(portfolio.protection_status(day).caveats)


@pytest.mark.promise("other_day")
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
    assert "licenses were not exported: 2 of 6." in said[0]
    assert said[0] in caveats(portfolio, "2026-11-03")


@pytest.mark.promise("other_day")
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


@pytest.mark.sampled(0)
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


EVERY = set(REPORTS)


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("kind", "reports"),
    [
        ("customers", EVERY),
        ("licenses", EVERY - {"assistance_coverage"}),
        ("assistance", {"customer_overview", "actions", "assistance_coverage", "changes"}),
        ("customer_facts", EVERY),
    ],
)
def test_an_export_of_any_kind_that_comes_late_is_said_on_each_report_that_rests_on_it_and_on_the_page(
    kind: str, reports: set[str], tmp_path: Path
) -> None:
    portfolio = Portfolio(tmp_path / "partner.duckdb", date(2026, 11, 2))
    portfolio.load(
        *(FIXTURES / f"{name}.csv" for name in dict.fromkeys(("customers", kind))), snapshot_date="2026-11-02"
    )
    (late,) = portfolio.load(FIXTURES / "earlier" / f"{kind}.csv", snapshot_date="2026-10-12")
    sentence = f"Exports of {kind} loaded after one of a later day: 1, the newest {kind}.csv of 2026-10-12."
    assert [said for said in late.warnings if said.startswith(sentence)]
    found = portfolio.reports()
    assert {one.name for one in found if any(line.startswith(sentence) for line in one.caveats)} == reports
    portfolio.publish(tmp_path / "out", formats=["html"])
    assert sentence in words_of(tmp_path / "out" / "index.html")


def test_a_day_is_a_snapshot_once_a_row_was_loaded_for_it(tmp_path: Path) -> None:
    load(tmp_path, "2026-11-02", customers(*NAMES))
    load(tmp_path, "2026-11-03", [customer(number, "") for number in range(6)])
    portfolio, _ = load(tmp_path, "2026-11-04", customers(*NAMES, "Zoe"))
    assert portfolio.protection_status("2026-11-03").basis.snapshot_days == (("customers", date(2026, 11, 2)),)
    report = portfolio.changes(as_of="2026-11-04")
    assert report.basis.since == date(2026, 11, 2), "on the day between all rows were refused"
    assert report.frame["change"].to_list() == ["customer_new"]
    load(tmp_path, "2026-10-26", [customer(number, "") for number in range(6)])
    with pytest.raises(UsageError, match="the first snapshot is of 2026-11-02"):
        portfolio.protection_status("2026-10-27")


def test_an_answer_without_licenses_makes_its_day_a_snapshot(tmp_path: Path) -> None:
    load(tmp_path, "2026-11-02", customers(*NAMES))
    portfolio, _ = load(tmp_path, "2026-11-03", licenses(0, 1))
    assert ("licenses", date(2026, 11, 3)) in portfolio.protection_status("2026-11-03").basis.snapshot_days


@pytest.mark.parametrize("name", ["", "Anna\n"], ids=["only a header", "all rows refused"])
def test_a_file_without_a_row_replaces_nothing(name: str, tmp_path: Path) -> None:
    day = ("--db", "partner.duckdb", "--snapshot-date", "2026-11-02")
    (tmp_path / "good.csv").write_text(f"customer_id,account_name\n{customer(1, '')['id']},Anna\n", "utf-8")
    assert typed(tmp_path, "load", "good.csv", *day).returncode == 0
    before = (tmp_path / "partner.duckdb").read_bytes()
    (tmp_path / "empty.csv").write_text(f"customer_id,account_name\n{'no id,' + name if name else ''}", "utf-8")
    refused = typed(tmp_path, "load", "empty.csv", "--replace", "--kind", "customers", *day)
    assert refused.returncode == 10
    assert (
        "Error: empty.csv has no accepted row, so it replaces nothing.\nHint: see why: partner-analytics explain"
        in refused.stderr
    )
    assert (tmp_path / "partner.duckdb").read_bytes() == before


def test_licenses_evidence_and_facts_of_customers_that_the_customer_export_lacks_are_counted(tmp_path: Path) -> None:
    portfolio, _ = load(tmp_path, "2026-11-02", customers(*NAMES[:2]))
    of = [str(customer(number, "")["id"]) for number in range(5)]
    sheets = {
        "licenses": ["license_id,customer_id,product_code,license_type,start_date", f"L1,{of[2]},CIXA,term,2026-01-01"],
        "assistance": ["customer_id,partner_assistance", f"{of[0]},on", f"{of[2]},on", f"{of[3]},off"],
        "customer_facts": ["customer_id,account_manager", f"{of[1]},Mei", f"{of[3]},Mei", f"{of[4]},Mei"],
    }
    for kind, lines in sheets.items():
        (tmp_path / f"{kind}.csv").write_text("\n".join(lines) + "\n", "utf-8")
        portfolio.load(tmp_path / f"{kind}.csv", snapshot_date="2026-11-02")
    assert portfolio.sql("select customer_id, kind, rows from unknown_customers", as_of="2026-11-02").rows() == [
        (of[2], "licenses", 1),
        (of[2], "assistance", 1),
        (of[3], "assistance", 1),
        (of[3], "customer_facts", 1),
        (of[4], "customer_facts", 1),
    ]
    sentence = (
        "3 customers appear in other exports but not in the customer export: 1 with licenses, reported by id and with "
        "account type unknown, and 2 without, which make no row."
    )
    reports = portfolio.reports(as_of="2026-11-02")
    assert all(sentence in report.caveats for report in reports)
    overview = next(report for report in reports if report.name == "customer_overview")
    assert set(overview.frame["customer_id"]) == set(of[:3])
