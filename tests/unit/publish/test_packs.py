"""Packs: each account manager gets their own customers, and nothing of anybody else's leaks into any file."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_analytics import Portfolio
from partner_analytics.errors import UsageError
from partner_analytics.publish.packs import folder_names
from tests.support.pages import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MANAGERS = {"a": "Mei Okonjo", "b": "mei okonjo", "c": "../Ravi <b>Nair</b>", "d": ""}
FOLDERS = {
    "a": "mei-okonjo-08ddcf064021",
    "b": "mei-okonjo-59c968f1a4a6",
    "c": "ravi-b-nair-b-0008fc6e356c",
    "d": "no-account-manager",
}
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


@pytest.mark.sampled(0)
def test_each_manager_has_a_folder_and_so_have_the_customers_of_nobody(site: Path) -> None:
    folders = sorted(path.name for path in site.iterdir() if path.is_dir())
    assert folders == sorted(FOLDERS.values())
    assert {path.name for path in site.iterdir() if path.is_file()} == {"index.html", "manifest.json"}


@pytest.mark.sampled(1)
@pytest.mark.promise("packs")
@pytest.mark.parametrize("letter", MANAGERS)
def test_nothing_of_others_leaks_into_a_pack(letter: str, site: Path) -> None:
    folder = FOLDERS[letter]
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
    manifest = json.loads((site / FOLDERS["c"] / "manifest.json").read_text("utf-8"))
    assert manifest["pack"] == "../Ravi <b>Nair</b>"
    assert {load["file"]: load["accepted"] for load in manifest["loads"]} == {
        "customers.csv": 2, "licenses.csv": 2, "facts.csv": 2, "assistance.csv": 2,
    }  # fmt: skip
    page = (site / FOLDERS["c"] / "index.html").read_text("utf-8")
    assert "<h1>../Ravi &lt;b&gt;Nair&lt;/b&gt;</h1>" in page
    assert "stands in the report of the whole portfolio" in page


def test_the_index_leads_to_every_pack(site: Path) -> None:
    page = (site / "index.html").read_text("utf-8")
    for folder in FOLDERS.values():
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


@pytest.mark.sampled(0)
def test_the_pack_of_somebody_who_has_left_goes(tmp_path: Path) -> None:
    portfolio = marked(tmp_path)
    out = tmp_path / "out"
    portfolio.publish(out, "customer_overview", as_of="2026-11-02", formats=("csv",), split_by="account_manager")
    rows = "".join(f"{CUSTOMER.format(n, one)},Mei Okonjo\n" for n in range(4) for one in (1, 2))
    (tmp_path / "facts.csv").write_text(f"customer_id,account_manager\n{rows}", "utf-8")
    portfolio.load(tmp_path / "facts.csv", snapshot_date="2026-11-02")
    portfolio.publish(out, "customer_overview", as_of="2026-11-02", formats=("csv",), split_by="account_manager")
    assert sorted(path.name for path in out.iterdir() if path.is_dir()) == [FOLDERS["a"], "no-account-manager"]


ALIKE = (
    "Team", "team", "Team 2", "Max Müller", "Max Muller", "Max Mu\u0308ller", "Max Muller 2", "No account manager",
    "no-account-manager", "李", "王", "con", "NUL", "aux.csv", "..", "index.html", "requests", "not known",
)  # fmt: skip


def loaded_with(folder: Path, managers: dict[int, str], day: str = "2026-11-01") -> Portfolio:
    """A store in which each customer of these numbers has the manager of that name, or none."""
    portfolio = Portfolio(folder / "store.duckdb")
    ids = {number: f"00000000-0000-4000-8000-{number:012}" for number in managers}
    files = {
        "customers.csv": [
            ["customer_id", "account_name"],
            *([ids[number], f"Customer {number}"] for number in managers),
        ],
        "facts.csv": [["customer_id", "account_manager"], *([ids[number], name] for number, name in managers.items())],
    }
    for file, rows in files.items():
        with (folder / file).open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows(rows)
        portfolio.load(folder / file, snapshot_date=day)
    return portfolio


def customers_in(out: Path) -> dict[str | None, list[str]]:
    """The customers of each pack, by the manager that its manifest names."""
    return {
        json.loads((file.parent / "manifest.json").read_text("utf-8"))["pack"]: [
            row["customer_name"] for row in csv.DictReader(io.StringIO(file.read_text("utf-8")))
        ]
        for file in out.glob("*/customer_overview.csv")
    }


def packs_into(out: Path, portfolio: Portfolio) -> None:
    portfolio.publish(out, "customer_overview", as_of="2026-11-02", formats=("csv",), split_by="account_manager")


@pytest.mark.sampled(0)
@pytest.mark.promise("packs")
def test_managers_of_names_that_look_alike_have_a_folder_each_and_nobody_is_no_name(tmp_path: Path) -> None:
    portfolio = loaded_with(tmp_path, dict(enumerate(("", *ALIKE))))
    packs_into(tmp_path / "out", portfolio)
    assert customers_in(tmp_path / "out") == {
        name: [f"Customer {number}"] for number, name in enumerate((None, *ALIKE))
    }
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["packs"].keys() == set(ALIKE)
    assert manifest["without_account_manager"] == "no-account-manager"


@pytest.mark.promise("names")
@given(st.lists(st.one_of(st.sampled_from(ALIKE), st.text(st.characters(codec="utf-8"), min_size=1)), unique=True))
def test_a_folder_depends_on_the_name_alone_and_is_never_anothers(names: list[str]) -> None:
    folders = folder_names([*names, None])
    assert folders[None] == "no-account-manager"
    assert len({folder.casefold() for folder in folders.values()}) == len(names) + 1
    for name in names:
        assert folder_names([name])[name] == folders[name]
        assert re.fullmatch(r"[a-z0-9-]+-[0-9a-f]{12}", folders[name])


@pytest.mark.sampled(0)
def test_a_customer_whose_manager_is_not_known_any_more_leaves_the_pack_of_the_earlier_one(tmp_path: Path) -> None:
    portfolio = loaded_with(tmp_path, {1: "Mei", 2: "Mei"})
    loaded_with(tmp_path, {1: "Mei", 2: ""}, day="2026-11-02")
    portfolio.publish(tmp_path / "out", as_of="2026-11-02", formats=("csv",), split_by="account_manager")
    assert customers_in(tmp_path / "out") == {"Mei": ["Customer 1"], None: ["Customer 2"]}
    (pack,) = (tmp_path / "out").glob("mei-*")
    assert "Customer 2" not in contents(pack)


def test_a_split_that_nobody_knows_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be split by"):
        Portfolio.demo().publish(tmp_path, split_by="city")
