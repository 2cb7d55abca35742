"""How a file is understood: customers by name, headers in other languages, days that are remembered, settings checked."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from partner_analytics import ExportError, Portfolio, UsageError
from partner_analytics.commands import load
from partner_analytics.settings import read_settings, remember_date_formats
from tests.support.terminal import typed

ANNA, BEN, CARA, DORA = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3, 4))
DAY = "2026-11-02"
CUSTOMERS = f"""customer_id,account_name,shown_as,billing_type
{ANNA},Anna GmbH,Anna,term
{BEN},Müller & Søn,,term
{CARA},Physio Quellmoos,,term
{DORA},Quellmoos Ltd,Physio Quellmoos,usage
"""


@pytest.fixture
def portfolio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portfolio:
    monkeypatch.chdir(tmp_path)
    Path("customers.csv").write_text(CUSTOMERS, "utf-8")
    return Portfolio.open()


def licenses(header: str, *customers: str) -> None:
    rows = [f"L{number},{customer},CIXA,term,2026-01-01" for number, customer in enumerate(customers, start=1)]
    text = "\n".join([f"license_id,{header},product_code,license_type,start_date", *rows])
    Path("licenses.csv").write_text(text, "utf-8")


@pytest.mark.sampled(0)
@pytest.mark.parametrize("header", ["Customer name", "Tenant", "Account Name", "Kundenname", "Kunde", "顧客名"])
def test_a_file_that_names_its_customers_is_matched_with_the_customer_export(header: str, portfolio: Portfolio) -> None:
    portfolio.load("customers.csv", snapshot_date=DAY)
    licenses(
        header, "Anna", "Anna GmbH", " Müller & Søn ", "Quellmoos Ltd", "Physio Quellmoos", "Müler & Søn", "", "zzz"
    )
    (loaded,) = portfolio.load("licenses.csv", snapshot_date=DAY)
    assert (loaded.rows_read, loaded.accepted, loaded.quarantined) == (8, 4, 4)
    assert portfolio.sql("select license_id, customer_id from licenses order by 1", as_of=DAY).rows() == [
        ("L1", ANNA),
        ("L2", ANNA),
        ("L3", BEN),
        ("L4", DORA),
    ]
    assert loaded.refused.select("line", "column_name", "reason").rows() == [
        (6, "customer_name", f"is the name of several customers: {CARA}, {DORA}"),
        (7, "customer_name", "is not the name of a customer in the customer export; the nearest are: Müller & Søn"),
        (8, "customer_id", "is required, and it is empty"),
        (9, "customer_name", "is not the name of a customer in the customer export"),
    ]


def test_names_are_those_of_the_day(portfolio: Portfolio) -> None:
    portfolio.load("customers.csv", snapshot_date=DAY)
    licenses("customer name", "Anna")
    with pytest.raises(ExportError, match="no customer export of 2026-11-01 or before is loaded"):
        portfolio.load("licenses.csv", snapshot_date="2026-11-01")


def test_a_file_that_has_ids_needs_no_names(portfolio: Portfolio) -> None:
    licenses("tenant,customer name", f"{ANNA},Somebody else")
    (loaded,) = portfolio.load("licenses.csv", snapshot_date=DAY)
    assert (loaded.accepted, loaded.ignored) == (1, "")


def test_a_tenant_is_an_id_or_a_name_row_by_row(portfolio: Portfolio) -> None:
    licenses("tenant", ANNA, "Anna", "Nobody")
    (loaded,) = portfolio.load("licenses.csv", snapshot_date="2026-11-01")
    assert loaded.accepted == 1, "without a customer export only ids lead to customers"
    portfolio.load("customers.csv", snapshot_date=DAY)
    (loaded,) = portfolio.load("licenses.csv", snapshot_date=DAY)
    assert loaded.accepted == 2
    ((line, column, reason),) = loaded.refused.select("line", "column_name", "reason").rows()
    assert (line, column) == (4, "customer_name")
    assert reason.startswith("is not the name of a customer in the customer export")


def test_an_assistance_sheet_can_name_customers_too(portfolio: Portfolio) -> None:
    portfolio.load("customers.csv", snapshot_date=DAY)
    Path("assistance.csv").write_text("Customer name,Partner Assistance,Checked on\nAnna,on,2026-11-01\n", "utf-8")
    (loaded,) = portfolio.load("assistance.csv", snapshot_date=DAY)
    assert (loaded.kind, loaded.accepted) == ("assistance", 1)


def test_the_common_scripts_file_cannot_be_given_a_customer_that_it_names(portfolio: Portfolio) -> None:
    portfolio.load("customers.csv", snapshot_date=DAY)
    licenses("customer name", "Anna")
    with pytest.raises(UsageError, match="names its customers itself"):
        portfolio.load("licenses.csv", customer_id=ANNA)


def test_explain_shows_how_names_are_read_and_what_conflicts(portfolio: Portfolio) -> None:
    portfolio.load("customers.csv", snapshot_date=DAY)
    licenses("tenant", "Anna", "Bertha")
    text = Path("licenses.csv").read_text("utf-8") + "\nL1,Anna,CEMA,term,2026-01-01\nL1,Anna,CIXA,term,2026-01-01\n"
    Path("licenses.csv").write_text(text, "utf-8")
    said = portfolio.explain("licenses.csv")
    assert "  tenant → customer_name: 'Anna', 'Bertha'" in said
    assert "rows: 4 = 1 accepted + 2 quarantined + 1 duplicates" in said
    assert "line 4: license_id has the key of line 2, but other content" in said


def run(*arguments: str) -> tuple[int, str]:
    said = typed(Path.cwd(), *arguments)
    return said.returncode, said.stdout + said.stderr


def test_a_date_format_is_remembered_by_header_and_all_else_in_the_settings_stays(portfolio: Portfolio) -> None:
    Path("partner_analytics.toml").write_text('# ours\ndb = "partner.duckdb" # the store\n', "utf-8")
    for number, day in ((1, "04/05/2026"), (2, "06/07/2026")):
        Path(f"licenses_{number}.csv").write_text(
            f"license_id,customer_id,product_code,license_type,Start Date\nL{number},{ANNA},CIXA,term,{day}\n", "utf-8"
        )
    assert run("load", "licenses_1.csv")[0] == 10
    assert run("load", "licenses_1.csv", "--date-format", "%d/%m/%Y", "--remember")[0] == 0
    assert Path("partner_analytics.toml").read_text("utf-8").startswith('# ours\ndb = "partner.duckdb" # the store\n')
    assert read_settings().date_formats == {"Start Date": "%d/%m/%Y"}
    assert run("load", "licenses_2.csv")[0] == 0
    days = Portfolio.open().sql("select start_date from licenses order by 1")["start_date"]
    assert days.cast(pl.String).to_list() == ["2026-05-04", "2026-07-06"]


def test_a_file_is_accounted_for_although_its_date_format_cannot_be_remembered(portfolio: Portfolio) -> None:
    Path("licenses.csv").write_text(
        f"license_id,customer_id,product_code,license_type,Start Date\nL1,{ANNA},CIXA,term,04/05/2026\n", "utf-8"
    )
    Path("partner_analytics.toml").symlink_to("somewhere_else.toml")
    code, said = run("load", "licenses.csv", "--date-format", "%d/%m/%Y", "--remember", "--json")
    assert code == 13
    assert '"accepted": 1' in said
    assert "Error: partner_analytics.toml cannot be written: it is a link or no file." in said
    assert not Path("somewhere_else.toml").exists()


def test_the_settings_are_written_beside_no_name_that_somebody_else_can_take_and_keep_their_mode(
    portfolio: Portfolio,
) -> None:
    Path("mine.txt").write_text("mine", "utf-8")
    Path("partner_analytics.toml.new").symlink_to("mine.txt")
    Path("partner_analytics.toml").write_text("# ours\n", "utf-8")
    Path("partner_analytics.toml").chmod(0o640)
    before = set(os.listdir())
    remember_date_formats({"Start": "%d/%m/%Y"})
    assert read_settings().date_formats == {"Start": "%d/%m/%Y"}
    assert Path("mine.txt").read_text("utf-8") == "mine"
    assert Path("partner_analytics.toml").stat().st_mode & 0o777 == 0o640
    assert set(os.listdir()) == before
    Path("partner_analytics.toml").unlink()
    remember_date_formats({"Start": "%d/%m/%Y"})
    assert Path("partner_analytics.toml").stat().st_mode & 0o777 == 0o600


def test_explain_needs_no_store_for_a_file_that_names_no_customers(portfolio: Portfolio) -> None:
    Path("customers.csv").write_text(f"customer_id,account_name\n{ANNA},Anna\n", "utf-8")
    Path("partner.duckdb").write_text("no store", "utf-8")
    code, said = run("explain", "customers.csv")
    assert code == 0
    assert "rows: 1 = 1 accepted" in said


def test_nothing_can_be_remembered_that_was_not_said(portfolio: Portfolio) -> None:
    code, said = run("load", "customers.csv", "--remember")
    assert (code, said.splitlines()[-2:]) == (
        2,
        ["Error: Expected a date format to remember; found none.", "Hint: name it: --date-format %d/%m/%Y"],
    )


def test_check_names_everything_in_the_settings_that_is_not_understood(portfolio: Portfolio) -> None:
    Path("partner_analytics.toml").write_text(
        'expiring_day = 30\ndb = 3\n[column]\n[words]\nja = "jes"\n[date_formats]\nStart = "%d"\n'
        '[products.A]\ncategories = ["Sever"]\n',
        "utf-8",
    )
    code, said = run("check")
    assert code == 13
    assert [line for line in said.splitlines() if line.startswith("Error")] == [
        "Error: partner_analytics.toml has a key that is not known: `expiring_day`.",
        "Error: partner_analytics.toml sets `db` to 3; expected a path in quotes.",
        "Error: partner_analytics.toml has a key that is not known: `column`.",
        "Error: partner_analytics.toml says that the word `ja` means `jes`, which is not known.",
        "Error: partner_analytics.toml, `date_formats.Start`: A date format names day, month and year, such as "
        "%d/%m/%Y; found '%d'.",
        "Error: partner_analytics.toml puts the product `A` into the category `Sever`, which is not known.",
    ]
    assert "Hint: did you mean `expiring_days`?" in said
    assert "Hint: did you mean `Server`?" in said


def test_check_says_that_all_is_well_or_that_there_is_no_such_file(portfolio: Portfolio) -> None:
    Path("ours.toml").write_text('[columns]\nKunde = "customer_id"\n', "utf-8")
    assert run("check", "ours.toml") == (0, "ours.toml: all of it is understood.\n")
    Path("ours.toml").write_text('[columns]\nKunde = "customer"\n', "utf-8")
    code, said = run("check", "ours.toml")
    assert (code, said.splitlines()[1]) == (13, "Hint: did you mean `customer_id`?")
    Path("ours.toml").write_text('[columns]\n"Kunde-Nr" = "customer_id"\n"kunde nr" = "account_name"\n', "utf-8")
    code, said = run("check", "ours.toml")
    assert (code, said.splitlines()[0]) == (
        13,
        "Error: The settings map the headers `Kunde-Nr` and `kunde nr`, which are the same but for case, spaces and "
        "punctuation, to two columns, `customer_id` and `account_name`.",
    )
    Path("ours.toml").write_text('[requests]\ntemplates = "no folder"\n[columns]\nKunde = "customer"\n', "utf-8")
    code, said = run("check", "ours.toml")
    assert (code, said.count("Error: ")) == (13, 2)
    code, said = run("check", ".")
    assert (code, said.splitlines()[0]) == (13, "Error: . is a folder; expected a settings file.")
    assert run("check", "theirs.toml")[0] == 13
    assert run("check") == (0, "There is no partner_analytics.toml in this folder: the defaults hold.\n")
    Path("partner-analytics.toml.txt").write_text("", "utf-8")
    code, said = run("check")
    assert (code, said.splitlines()[0]) == (
        13,
        "Error: Settings are read from partner_analytics.toml; found partner-analytics.toml.txt.",
    )


@pytest.mark.sampled(0)
def test_a_large_file_shows_on_a_terminal_how_far_it_is_and_nowhere_else(
    portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = (
        "from partner_analytics.commands import load, program\nload.LARGE = 100\n"
        "program.main(['load', 'customers.csv', '--snapshot-date', '2026-11-02'])"
    )
    assert load.LARGE > 100
    piped = subprocess.run(
        [sys.executable, "-c", begin], capture_output=True, encoding="utf-8", check=True, timeout=120
    )
    assert "Reading" not in piped.stdout + piped.stderr
    terminal, end = pty.openpty()
    Path("partner.duckdb").unlink()
    with subprocess.Popen([sys.executable, "-c", begin], stdout=subprocess.PIPE, stderr=end) as process:
        process.communicate(timeout=120)
    os.close(end)
    shown = os.read(terminal, 100_000).decode()
    os.close(terminal)
    assert "Reading" in shown
    assert "100%" in shown
