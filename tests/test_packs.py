"""Packs: each account manager gets their own customers, and nothing of anybody else's leaks into any file."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from partner_analytics import Portfolio
from partner_analytics.errors import UsageError
from tests.test_page import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MANAGERS = {"a": "Mei Okonjo", "b": "mei okonjo", "c": "../Ravi <b>Nair</b>", "d": ""}
CUSTOMER = "0000000{}-0000-4000-8000-00000000000{}"


def marked(folder: Path) -> Portfolio:
    """Two customers of each manager, each with a mark of its own in every cell that can hold one."""
    customers, licenses, facts, assistance = [], [], [], []
    for number, (letter, manager) in enumerate(MANAGERS.items()):
        for one in (1, 2):
            mark, customer = f"MARK{letter}{one}x", CUSTOMER.format(number, one)
            customers.append(
                [customer, f"{mark} account", f"{mark} shown", f"{mark} person", f"{mark}@b.example", "DE"]
            )
            licenses.append(
                [f"{mark}-L", customer, f"{mark}-CODE", f"{mark} product", "term", "2026-01-01", "2026-11-20"]
            )
            facts.append([customer, manager, f"{mark} group"])
            assistance.append([customer, "off", "2026-10-01"])
    # Refused, unknown and renamed: what could leak beside the reports.
    licenses.append(["MARKa9x-L", CUSTOMER.format(0, 1), "MARKa9x-CODE", "", "term", "2026-02-30", ""])
    licenses.append(["MARKz1x-L", CUSTOMER.format(9, 9), "MARKz1x-CODE", "", "term", "2026-01-01", ""])
    facts.append([CUSTOMER.format(9, 9), "", "MARKz1x group"])
    heads = {
        "customers.csv": ("customer_id,account_name,shown_as,contact_first_name,contact_email,country_code", customers),
        "licenses.csv": ("license_id,customer_id,product_code,product_name,license_type,start_date,end_date", licenses),
        "facts.csv": ("customer_id,account_manager,customer_group", facts),
        "assistance.csv": ("customer_id,partner_assistance,checked_on", assistance),
    }
    portfolio = Portfolio(folder / "store.duckdb")
    for name, (head, rows) in heads.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(head.split(","))
            writer.writerows(rows)
        portfolio.load(folder / name, snapshot_date="2026-11-01")
    # A file about one customer alone, whose very name tells of it.
    only = folder / "licenses of MARKb1x.csv"
    only.write_text(
        f"license_id,customer_id,product_code,license_type,start_date\nMARKb1x-M,{CUSTOMER.format(1, 1)},X,term,2026-01-01\n"
    )
    portfolio.load(only, snapshot_date="2026-11-01")
    return portfolio


def contents(folder: Path) -> str:
    """Everything that the files of a folder and their names say, workbooks unpacked and mails decoded."""
    import email
    from email import policy

    said = []
    for file in sorted(folder.rglob("*")):
        said.append(str(file.relative_to(folder)))
        if file.suffix == ".xlsx":
            with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as book:
                said += [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
        elif file.suffix == ".eml":
            message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
            said += [str(value) for value in message.values()] + [str(message.get_content())]
        elif file.is_file():
            said.append(file.read_text("utf-8"))
    return "\n".join(said)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("packs")
    portfolio = marked(folder)
    portfolio.publish(
        folder / "out", as_of="2026-11-02", formats=("csv", "html", "xlsx"), requests=True, split_by="account_manager"
    )
    return folder / "out"


def test_each_manager_has_a_folder_and_so_have_the_customers_of_nobody(site: Path) -> None:
    folders = sorted(path.name for path in site.iterdir() if path.is_dir())
    assert folders == ["mei-okonjo", "mei-okonjo-2", "no-account-manager", "ravi-b-nair-b"]
    assert {path.name for path in site.iterdir() if path.is_file()} == {"index.html", "manifest.json"}


@pytest.mark.parametrize(
    ("folder", "letter"),
    [("mei-okonjo", "a"), ("mei-okonjo-2", "b"), ("ravi-b-nair-b", "c"), ("no-account-manager", "d")],
)
def test_nothing_of_others_leaks_into_a_pack(folder: str, letter: str, site: Path) -> None:
    text = contents(site / folder).casefold()
    for other, manager in MANAGERS.items():
        for one in (1, 2):
            mark = f"mark{other}{one}x"
            assert (mark in text) == (other == letter), f"{mark} in {folder}"
        number = list(MANAGERS).index(other)
        assert (CUSTOMER.format(number, 1) in text) == (other == letter)
        if manager and other != letter and manager.casefold() != MANAGERS[letter].casefold():
            assert manager.casefold() not in text
    assert "marka9x" not in text, "a refused row"
    assert ("markz1x" in text) == (letter == "d"), "a customer that no customer export has"


def test_every_customer_is_in_exactly_one_pack(site: Path) -> None:
    seen = [
        row["customer_id"]
        for file in site.glob("*/customer_overview.csv")
        for row in csv.DictReader(io.StringIO(file.read_text("utf-8")))
    ]
    assert len(seen) == len(set(seen)) == 9


def test_a_pack_says_that_it_is_one_and_counts_only_its_rows(site: Path) -> None:
    manifest = json.loads((site / "ravi-b-nair-b" / "manifest.json").read_text("utf-8"))
    assert manifest["pack"] == "../Ravi <b>Nair</b>"
    assert {load["file"]: load["accepted"] for load in manifest["loads"]} == {
        "customers.csv": 2, "licenses.csv": 2, "facts.csv": 2, "assistance.csv": 2,
    }  # fmt: skip
    page = (site / "ravi-b-nair-b" / "index.html").read_text("utf-8")
    assert "<h1>../Ravi &lt;b&gt;Nair&lt;/b&gt;</h1>" in page
    assert "stands in the report of the whole portfolio" in page


def test_the_index_leads_to_every_pack(site: Path) -> None:
    page = (site / "index.html").read_text("utf-8")
    for folder in ("mei-okonjo", "mei-okonjo-2", "no-account-manager", "ravi-b-nair-b"):
        assert f'href="{folder}/index.html"' in page
        assert (site / folder / "index.html").is_file()


@pytest.mark.browser
def test_axe_finds_nothing_in_the_index(browser: Browser, site: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab, said = opened(browser, site)
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()
    assert said == []
    tab.close()


def test_the_pack_of_somebody_who_has_left_goes(tmp_path: Path) -> None:
    portfolio = marked(tmp_path)
    out = tmp_path / "out"
    portfolio.publish(out, "customer_overview", as_of="2026-11-02", formats=("csv",), split_by="account_manager")
    rows = "".join(f"{CUSTOMER.format(n, one)},Mei Okonjo\n" for n in range(4) for one in (1, 2))
    (tmp_path / "facts.csv").write_text(f"customer_id,account_manager\n{rows}", "utf-8")
    portfolio.load(tmp_path / "facts.csv", snapshot_date="2026-11-02")
    portfolio.publish(out, "customer_overview", as_of="2026-11-02", formats=("csv",), split_by="account_manager")
    assert sorted(path.name for path in out.iterdir() if path.is_dir()) == ["mei-okonjo", "no-account-manager"]


def test_a_split_that_nobody_knows_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not split by"):
        Portfolio.demo().publish(tmp_path, split_by="city")
