"""What an account manager types, and what comes back: files, exit code, stdout and stderr."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from partner_analytics import Portfolio, errors
from partner_analytics.as_of import checks
from partner_analytics.commands import program as cli
from partner_analytics.demo import DEMO_DAY, DEMO_EARLIER_DAY, DEMO_EARLIER_FILES, DEMO_FILES
from partner_analytics.errors import CheckError, PartnerAnalyticsError
from partner_analytics.languages import languages
from partner_analytics.store.opening import writing
from partner_analytics.vocabulary import REPORTS
from tests.support.paths import FIXTURES
from tests.support.terminal import typed

DAY = "2026-11-02"
PARTNER_ANALYTICS = (sys.executable, "-m", "partner_analytics")
PUBLISHED = {
    *(f"{name}.csv" for name in (*REPORTS, "changes_bridge", "renewals_by_month", "unlinkable_customers")),
    "renewals.ics",
    "index.html",
    "manifest.json",
}


def run(folder: Path, *arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Type a command in a folder."""
    return subprocess.run(
        [*PARTNER_ANALYTICS, *map(str, arguments)],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=120,
        check=False,
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture(scope="module")
def demo_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's store; nobody writes to it."""
    return Portfolio.demo(tmp_path_factory.mktemp("demo")).db


def test_without_a_command_the_help_stands_line_by_line(tmp_path: Path) -> None:
    said = typed(tmp_path)
    assert said.returncode == 2
    assert said.stderr.startswith("Usage: partner-analytics [OPTIONS] COMMAND [ARGS]...\n\n  Reports on")
    assert "\n  load  " in said.stderr


def test_help_names_every_command_and_waits_for_no_library(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "partner_analytics", "--help"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert set(re.findall(r"^  (\w+)  ", said.stdout, re.MULTILINE)) == set(cli.commands.commands)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in said.stderr.splitlines()}
    assert "click" in imported
    assert not imported & {"polars", "duckdb", "altair", "pandera", "jinja2", "vl_convert"}


def test_help_costs_less_than_a_third_of_a_second(tmp_path: Path) -> None:
    def seconds() -> float:
        before = os.times()
        run(tmp_path, "--help")
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    # The processor's time, because other tests run beside this one and make it wait.
    assert min(seconds() for _ in range(3)) < 0.3


@pytest.mark.sampled(0)
def test_the_demo_writes_the_same_files_as_loading_its_exports_by_hand(tmp_path: Path) -> None:
    demo = run(tmp_path, "demo")
    assert demo.returncode == 0, demo.stderr
    assert {Path(line).name for line in demo.stdout.splitlines()} == PUBLISHED
    earlier = [FIXTURES / "earlier" / name for name in DEMO_EARLIER_FILES]
    for day, exports in ((str(DEMO_EARLIER_DAY), earlier), (DAY, [FIXTURES / name for name in DEMO_FILES])):
        load = run(tmp_path, "load", *exports, "--snapshot-date", day)
        assert load.returncode == 0, load.stderr
    report = run(tmp_path, "report", "--as-of", DAY, "--out", "by hand")
    assert report.returncode == 0, report.stderr
    by_hand = contents(tmp_path / "by hand")
    assert set(by_hand) == PUBLISHED
    made = contents(tmp_path / "partner-analytics-demo")
    del made["demo.duckdb"]
    assert made == by_hand


def test_a_report_by_name_and_format_is_all_that_is_written(demo_db: Path, tmp_path: Path) -> None:
    said = run(tmp_path, "report", "flex_vs_term", "--db", demo_db, "--as-of", DAY, "--format", "csv")
    assert (said.returncode, said.stderr) == (0, "")
    assert set(contents(tmp_path / "reports")) == {"flex_vs_term.csv", "manifest.json"}


def test_the_accounting_as_json_is_json_and_nothing_else(tmp_path: Path) -> None:
    def load() -> list[dict[str, object]]:
        said = run(tmp_path, "load", FIXTURES / "customers.csv", "--json", "--snapshot-date", DAY)
        assert said.returncode == 0
        assert "line 46" in said.stderr, "what was refused is a message"
        accounting: list[dict[str, object]] = json.loads(said.stdout)
        return accounting

    expected = {
        "file": str(FIXTURES / "customers.csv"),
        "kind": "customers",
        "rows_read": 45,
        "accepted": 43,
        "quarantined": 1,
        "duplicates": 1,
        "already_loaded": False,
    }
    (first,) = load()
    assert list(first.items()) == list(expected.items())
    store_then = (tmp_path / "partner.duckdb").read_bytes()
    assert load() == [expected | {"already_loaded": True}]
    assert (tmp_path / "partner.duckdb").read_bytes() == store_then


def test_strict_ends_with_11_and_keeps_the_rows_that_were_accepted(tmp_path: Path) -> None:
    said = run(tmp_path, "load", FIXTURES / "customers.csv", "--strict", "--snapshot-date", DAY)
    assert said.returncode == 11
    assert "Error: 1 row was refused, and --strict expects none.\nHint: " in said.stderr
    assert "customers.csv, line 46: account_name is required" in said.stderr
    assert Portfolio(tmp_path / "partner.duckdb", DEMO_DAY).sql("from customers").height == 43


def test_one_bad_file_among_several_does_not_keep_the_others_out(tmp_path: Path) -> None:
    files = [FIXTURES / "customers.csv", FIXTURES / "broken" / "empty.csv", FIXTURES / "assistance.csv"]
    said = run(tmp_path, "load", *files, "--json", "--strict", "--snapshot-date", DAY)
    assert said.returncode == 10, "a file that cannot be read is worse than a row that is refused"
    assert [one["kind"] for one in json.loads(said.stdout)] == ["customers", "assistance"]
    assert "empty.csv is empty; expected an export.\nHint: " in said.stderr
    loads = Portfolio(tmp_path / "partner.duckdb", DEMO_DAY).sql("select kind from loads order by load_id")
    assert loads["kind"].to_list() == ["customers", "assistance"]


def test_explain_says_how_a_file_would_be_read_and_makes_no_store(tmp_path: Path) -> None:
    said = run(tmp_path, "explain", FIXTURES / "licenses.csv")
    assert (said.returncode, said.stderr) == (0, "")
    lines = said.stdout.splitlines()
    assert lines[0] == f"{FIXTURES / 'licenses.csv'}: licenses, CSV, UTF-8, fields separated by ,"
    assert "rows: 87 = 83 accepted + 4 quarantined + 0 duplicates" in lines
    assert "  product_code → product_code: 'CIXA', 'CIXA-MSP', 'SVRCLOUDADV-MSP'" in lines
    assert "would be refused:" in lines
    assert lines[lines.index("would be refused:") + 1].startswith("  line 85: start_date ")
    assert list(tmp_path.iterdir()) == []


def test_explain_can_be_redirected_where_the_encoding_is_not_utf_8(tmp_path: Path) -> None:
    said = run(tmp_path, "explain", FIXTURES / "licenses.csv", PYTHONIOENCODING="cp1252")
    assert "Traceback" not in said.stderr
    assert said.returncode == 0


def closed_early(folder: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and messages of a command whose reader has gone before it writes, as `head -1` may."""
    with subprocess.Popen(
        [*PARTNER_ANALYTICS, *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        messages = process.stderr.read()
    return process.returncode, messages


def test_a_reader_that_has_had_enough_sees_no_traceback(tmp_path: Path) -> None:
    assert closed_early(tmp_path, "sql", "--list")[1] == ""
    assert closed_early(tmp_path, "explain", str(FIXTURES / "licenses.csv"))[1] == ""


def test_a_reader_that_has_had_enough_is_no_failure(tmp_path: Path) -> None:
    assert closed_early(tmp_path, "sql", "--list")[0] == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_behind_stdout_is_said_in_a_sentence(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        said = subprocess.run(
            [*PARTNER_ANALYTICS, "sql", "--list"],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )
    assert "Traceback" not in said.stderr
    assert said.stderr.startswith("Error: ")


@pytest.mark.sampled(0)
def test_a_load_into_a_busy_store_ends_with_14_and_the_store_can_still_be_read(demo_db: Path, tmp_path: Path) -> None:
    db = Path(shutil.copy(demo_db, tmp_path / "partner.duckdb"))
    with writing(db):
        load = run(tmp_path, "load", FIXTURES / "customers.csv", "--snapshot-date", "2026-11-03")
        question = run(tmp_path, "sql", "select 1", "--as-of", DAY)
    assert (load.returncode, load.stdout) == (14, "")
    assert (
        f"Error: The store partner.duckdb is busy: process {os.getpid()} has been writing to it since 20" in load.stderr
    )
    assert "\nHint: " in load.stderr
    assert question.returncode == 0
    assert f"Process {os.getpid()} has been writing to it since 20" in question.stderr
    assert "what is read here is the store as of its last load, 20" in question.stderr
    again = run(tmp_path, "load", FIXTURES / "customers.csv", "--snapshot-date", "2026-11-03")
    assert again.returncode == 0


@pytest.mark.promise("contradiction")
def test_a_report_that_contradicts_itself_ends_with_15_and_leaves_the_last_good_files(
    demo_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "reports"
    Portfolio(demo_db, DEMO_DAY).publish(out, formats=["csv"])
    published = contents(out)
    broken = {"seats_differ": "select 'Ünal' as customer, 3 as seats from loads_as_of($as_of)"}
    monkeypatch.setattr(checks, "check_texts", lambda: broken)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        cli.main(["report", "--db", str(demo_db), "--as-of", DAY, "--format", "csv"])
    assert ended.value.code == CheckError.exit_code == 15
    said = capsys.readouterr()
    assert said.out == ""
    assert "the check `seats_differ` finds 7 rows, first customer Ünal, seats 3.\nHint: " in said.err
    assert contents(out) == published


def test_every_exit_code_is_the_one_that_is_documented() -> None:
    documented = re.findall(r"[├└]── (\w+) +(\d+)  ", errors.__doc__ or "")
    kinds = PartnerAnalyticsError.__subclasses__()
    assert documented == [(kind.__name__, str(kind.exit_code)) for kind in kinds]
    assert len({kind.exit_code for kind in kinds}) == len(kinds)


SETTINGS = """
db = "ours.duckdb"
expiring_days = 31

[products.XQ-7731]
name = "Backup, our own"
categories = ["Server"]
"""


def test_the_settings_name_the_store_a_product_and_the_days_before_an_end(demo_db: Path, tmp_path: Path) -> None:
    shutil.copy(demo_db, tmp_path / "ours.duckdb")
    (tmp_path / "partner_analytics.toml").write_text(SETTINGS, "utf-8")
    said = run(tmp_path, "report", "--as-of", DAY, "--format", "csv")
    assert (said.returncode, said.stderr) == (0, "")
    before = {report.name: report.to_csv() for report in Portfolio(demo_db, DEMO_DAY).reports()}
    after = {name: content.decode() for name, content in contents(tmp_path / "reports").items()}
    customer_5 = "00000000-0000-4000-8000-000000000005,Tolvfjord Tannklinikk,term,"
    assert f"{customer_5}Endpoint,active,2026-12-03,31," in before["protection_status"]
    assert f"{customer_5}Endpoint,expiring,2026-12-03,31," in after["protection_status.csv"]
    customer_21 = "00000000-0000-4000-8000-000000000021,Papagaio Xadrez Brinquedos,"
    assert f"{customer_21}XQ-7731,XQ-7731,flex," in before["license_positions"]
    assert f'{customer_21}XQ-7731,"Backup, our own",flex,' in after["license_positions.csv"]
    assert f"{customer_21}term,Server," not in before["protection_status"]
    assert f"{customer_21}term,Server,active," in after["protection_status.csv"]
    assert json.loads(after["manifest.json"])["expiring_days"] == 31


@pytest.mark.sampled(0)
def test_a_corrected_export_replaces_that_of_its_day_and_the_ledger_keeps_both(tmp_path: Path) -> None:
    shutil.copy(FIXTURES / "customers.csv", tmp_path / "customers.csv")
    day = ("--snapshot-date", DAY, "--json")
    assert run(tmp_path, "load", "customers.csv", *day).returncode == 0
    text = (tmp_path / "customers.csv").read_text("utf-8")
    (tmp_path / "customers.csv").write_text(text.replace("Ünal Mondbrot GmbH", "Ünal Vollmond GmbH"), "utf-8")
    (conflict,) = json.loads(run(tmp_path, "load", "customers.csv", *day).stdout)
    assert (conflict["accepted"], conflict["quarantined"]) == (0, 2), "the day has another row of this key"
    replaced = run(tmp_path, "load", "customers.csv", FIXTURES / "assistance.csv", "--replace", *day)
    assert [one["accepted"] for one in json.loads(replaced.stdout)] == [43, 27]
    assert "customers.csv: takes the place of customers.csv\n" in replaced.stderr
    portfolio = Portfolio(tmp_path / "partner.duckdb", DEMO_DAY)
    assert portfolio.sql("select account_name from customers where account_name like 'Ünal%'").rows() == [
        ("Ünal Vollmond GmbH",)
    ]
    assert portfolio.sql("select load_id, replaced_by from replaced order by all").rows() == [(1, 3), (2, 3)]
    report = portfolio.protection_status()
    assert report.basis.loads["load_id"].to_list() == [3, 4]


@pytest.mark.sampled(0)
def test_two_files_that_replace_a_day_together_do_not_replace_each_other(tmp_path: Path) -> None:
    files = [FIXTURES / "licenses.csv", FIXTURES / "licenses.jsonl"]
    for _ in range(2):
        said = run(tmp_path, "load", *files, "--replace", "--snapshot-date", DAY, "--json")
        assert [one["accepted"] for one in json.loads(said.stdout)] == [83, 8]
    assert Portfolio(tmp_path / "partner.duckdb", DEMO_DAY).sql("from licenses").height == 91


@pytest.mark.sampled(0)
def test_a_report_of_ours_is_not_taken_for_an_export(demo_db: Path, tmp_path: Path) -> None:
    written = Portfolio(demo_db, DEMO_DAY).publish(tmp_path / "out", formats=["csv"])
    for file in written[:-1]:
        said = run(tmp_path, "load", file)
        assert (said.returncode, said.stdout) == (10, "")
        assert "is a report of partner-analytics" in said.stderr


@pytest.mark.parametrize("language", languages())
def test_a_report_for_people_is_not_taken_for_an_export_either(language: str, demo_db: Path, tmp_path: Path) -> None:
    demo = Portfolio(demo_db, DEMO_DAY)
    for name in REPORTS:
        folder = tmp_path / name
        written = demo.publish(folder, name, formats=["csv", "xlsx"], csv_for="excel", language=language)
        for file in written[:-1]:
            said = run(tmp_path, "load", file)
            assert (said.returncode, said.stdout) == (10, ""), file


def test_a_header_that_is_nearly_known_is_named_with_the_one_it_resembles(tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("id,name,biling_type,shelf\n,,,\n", "utf-8")
    said = run(tmp_path, "load", "customers.csv", "--snapshot-date", DAY)
    assert (
        "columns that are not known, and were ignored: `biling_type`, `shelf`; for `biling_type`, did you mean `billing_type`?\n"
        in said.stderr
    )


def test_fields_of_the_vendor_that_no_report_needs_are_ignored_without_a_word(tmp_path: Path) -> None:
    item = {"id": "00000000-0000-4000-8000-000000000001", "name": "Anna", "partner": {"id": "x"}, "externalIds": ["y"]}
    (tmp_path / "customers.json").write_text(json.dumps([item]), "utf-8")
    said = run(tmp_path, "load", "customers.json", "--snapshot-date", DAY)
    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.parametrize("day", ["", "2.11.2026"])
def test_a_day_that_is_none_is_never_taken_for_today(day: str, demo_db: Path) -> None:
    with pytest.raises(errors.UsageError, match="Expected a day"):
        Portfolio(demo_db, DEMO_DAY).protection_status(as_of=day)


def test_explain_counts_the_items_of_an_answer_and_the_lines_of_a_table(tmp_path: Path) -> None:
    license = {"id": "L1", "type": "odd", "product": {"code": "X"}, "startDate": "2026-01-01"}
    answer = {"tenant": {"id": "00000000-0000-4000-8000-000000000001"}, "licenses": [license]}
    (tmp_path / "answer.json").write_text(json.dumps(answer, indent=1), "utf-8")
    assert "  item 1: license_type must be one of" in run(tmp_path, "explain", "answer.json").stdout


@pytest.mark.parametrize(
    ("command", "there"),
    [
        ("copy", "partner.duckdb"),
        ("copy", "customers.csv"),
        ("quarantine --out", "partner.duckdb"),
        ("quarantine --out", "customers.csv"),
    ],
)
def test_nothing_is_written_over_a_store_or_an_export(command: str, there: str, demo_db: Path, tmp_path: Path) -> None:
    shutil.copy(demo_db, tmp_path / "partner.duckdb")
    shutil.copy(FIXTURES / "customers.csv", tmp_path)
    before = (tmp_path / there).read_bytes()
    said = typed(tmp_path, *command.split(), there)
    assert said.returncode == 2
    assert f"Error: {there} exists and is not an earlier " in said.stderr
    assert (tmp_path / there).read_bytes() == before


def test_a_copy_takes_the_place_of_an_earlier_one_and_refused_rows_that_of_earlier_ones(
    demo_db: Path, tmp_path: Path
) -> None:
    shutil.copy(demo_db, tmp_path / "partner.duckdb")
    for _ in range(2):
        assert typed(tmp_path, "copy", "copy.duckdb", "--as-of", DAY).returncode == 0
        assert typed(tmp_path, "quarantine", "--out", "refused.csv").returncode == 0
