"""Customer sheets for a meeting: one page a customer, under the partner's name; a page to print where there is no browser."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from partner_analytics import Portfolio, UsageError
from partner_analytics.publish import printing, sheets
from partner_analytics.settings import Settings
from tests.support.terminal import typed

LETTERHEAD = Settings(partner="Brightwater IT", contact="Lena, +49 30 1234567")


def pages(pdf: Path) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_each_customer_is_a_page_of_the_pdf_and_the_same_sheets_are_the_same_bytes(tmp_path: Path) -> None:
    demo = replace(Portfolio.demo(), settings=LETTERHEAD)
    for folder in ("one", "two"):
        demo.publish(tmp_path / folder, "actions", formats=("csv",), sheets=True)
    made = tmp_path / "one" / "sheets.pdf"
    assert pages(made) == demo.customer_overview().frame.height
    assert made.read_bytes() == (tmp_path / "two" / "sheets.pdf").read_bytes()
    assert "sheets.pdf" in json.loads((tmp_path / "one" / "manifest.json").read_text("utf-8"))["files"]


@pytest.mark.browser
@pytest.mark.usefixtures("browser")
def test_each_account_manager_gets_the_sheets_of_their_own_customers(tmp_path: Path) -> None:
    demo = Portfolio.demo()
    demo.publish(tmp_path, "actions", formats=("csv",), sheets=True, split_by="account_manager")
    counted = sorted(pages(pdf) for pdf in tmp_path.glob("*/sheets.pdf"))
    managers = demo.customer_overview().frame["account_manager"].value_counts()["count"]
    assert counted == sorted(managers.to_list())


def test_a_sheet_holds_letterhead_what_to_do_what_changed_and_where_it_was_read(tmp_path: Path) -> None:
    demo = replace(Portfolio.demo(), settings=LETTERHEAD)
    demo.publish(tmp_path, "actions", formats=("csv",), sheets=True)
    text = (tmp_path / "sheets.html").read_text("utf-8")
    assert "<script" not in text
    each = re.findall(r"<article class=\"sheet\">.*?</article>", text, re.DOTALL)
    assert len(each) == demo.customer_overview().frame.height
    for sheet in each:
        assert "<strong>Brightwater IT</strong><br>Lena, +49 30 1234567" in sheet
        assert "customers.csv" in sheet or "licenses.csv" in sheet or "licenses.jsonl" in sheet
    assert any("quantity" in sheet for sheet in each)


def test_without_a_browser_it_is_said_how_to_print_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_: None)
    assert typed(tmp_path, "demo", "--out", "demo").returncode == 0
    store = ("--db", "demo/demo.duckdb", "--as-of", "2026-11-02")
    said = typed(tmp_path, "report", "actions", *store, "--format", "csv", "--sheets", "--out", "out")
    assert said.returncode == 0
    assert "Open sheets.html in a browser and print it: each customer is a page." in said.stderr
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"actions.csv", "manifest.json", "sheets.html"}


@pytest.mark.parametrize("script", ["exit 1", "exit 0", "sleep 60"])
def test_a_browser_that_prints_nothing_is_as_good_as_none(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "chromium"
    broken.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    broken.chmod(0o755)
    monkeypatch.setattr(printing, "BROWSERS", (str(broken),))
    monkeypatch.setattr(printing, "SECONDS", 0.5)
    assert printing.print_to_pdf(b"<p>x") is None


def test_of_too_many_customers_no_sheets_are_printed_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_SHEETS", 10)
    with pytest.raises(UsageError, match="Expected at most 10 customers to print sheets of; found 44"):
        Portfolio.demo().publish(tmp_path, "actions", sheets=True)
    assert not list(tmp_path.iterdir())
