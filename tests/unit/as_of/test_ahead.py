"""How far ahead renewals look: 90 days, what the settings say, or what the command says, and at most 400."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import nullcontext
from pathlib import Path

import polars as pl
import pytest

from partner_analytics import CheckError, Portfolio, UsageError, store
from partner_analytics.as_of import checks, state
from partner_analytics.demo import DEMO_DAY
from partner_analytics.settings import Settings
from tests.support.terminal import typed

SETTINGS = "partner_analytics.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a store, of the demo."""
    shutil.copy(Portfolio.demo().db, tmp_path / "partner.duckdb")
    return tmp_path


def ends_listed(folder: Path, *words: str) -> list[int]:
    """In how many days the licenses end that `report` lists, and its calendar with them."""
    said = typed(folder, "report", "renewals", "--as-of", str(DEMO_DAY), "--format", "csv", "--format", "ics", *words)
    assert (said.returncode, said.stderr) == (0, "")
    renewals = pl.read_csv(folder / "reports" / "renewals.csv", try_parse_dates=True)
    calendar = (folder / "reports" / "renewals.ics").read_text("utf-8").replace("\r\n ", "")
    days = re.findall(r"DTSTART;VALUE=DATE:(\d{8})", calendar)
    # What has ended is in the calendar only while there is something to do for it.
    is_open = (pl.col("model") != "trial") & pl.col("renewal").is_in(["open", "reduced"])
    shown = renewals.filter((pl.col("days_left") >= 0) | is_open)
    assert sorted(days) == sorted(f"{day:%Y%m%d}" for day in shown["end_date"]), "the calendar looks as far"
    return renewals["days_left"].to_list()


@pytest.mark.sampled(0)
def test_a_report_looks_90_days_ahead_or_as_far_as_it_is_told(folder: Path) -> None:
    by_default = ends_listed(folder)
    assert (max(by_default), len(by_default)) == (90, 22)
    assert ends_listed(folder, "--ahead", "90") == by_default
    assert max(ends_listed(folder, "--ahead", "89")) == 68
    assert ends_listed(folder, "--ahead", "0")[-1] == 0
    everything = ends_listed(folder, "--ahead", "400")
    assert (max(everything), len(everything)) == (393, 44)
    assert by_default == [days for days in everything if days <= 90]


@pytest.mark.parametrize("days", ["401", "-1"])
def test_nobody_looks_further_than_400_days_ahead_or_back(days: str, folder: Path) -> None:
    said = typed(folder, "report", "renewals", "--as-of", str(DEMO_DAY), "--ahead", days)
    assert (said.returncode, said.stdout, said.stderr.splitlines()) == (
        2,
        "",
        [
            f"Error: Expected 0 to 400 days for renewals to look ahead; found {days}.",
            "Hint: write for example --ahead 180",
        ],
    )
    assert not (folder / "reports").exists()
    with pytest.raises(UsageError, match=f"Expected 0 to 400 days for renewals to look ahead; found {days}"):
        Portfolio.demo().renewals(ahead=int(days))


def test_a_number_of_days_that_is_none_is_refused(folder: Path) -> None:
    said = typed(folder, "report", "--ahead", "soon")
    assert (said.returncode, said.stdout) == (2, "")
    assert "soon" in said.stderr


@pytest.mark.sampled(0)
def test_the_settings_say_how_far_unless_the_command_does(folder: Path) -> None:
    (folder / SETTINGS).write_text("renewal_days = 180\n", "utf-8")
    assert max(ends_listed(folder)) == 179
    assert max(ends_listed(folder, "--ahead", "30")) == 30
    assert max(ends_listed(folder, "--ahead", "400")) == 393
    portfolio = Portfolio(folder / "partner.duckdb", DEMO_DAY, Settings(renewal_days=180))
    for ahead, last in ((None, 179), (30, 30), (400, 393)):
        assert portfolio.renewals(ahead=ahead).frame["days_left"].max() == last
    assert portfolio.reports("renewals", ahead=7)[0].basis.renewal_days == 7
    assert portfolio.settings.renewal_days == 180


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("0", None),
        ("400", None),
        ("-1", "sets `renewal_days` to -1; expected 0 to 400."),
        ("401", "sets `renewal_days` to 401; expected 0 to 400."),
        ('"90"', "sets `renewal_days` to '90'; expected a whole number of days."),
        ("90.5", "sets `renewal_days` to 90.5; expected a whole number of days."),
        ("true", "sets `renewal_days` to True; expected a whole number of days."),
    ],
)
def test_check_names_a_number_of_days_in_the_settings_that_is_none(
    value: str, said: str | None, tmp_path: Path
) -> None:
    (tmp_path / SETTINGS).write_text(f"renewal_days = {value}\n", "utf-8")
    checked = typed(tmp_path, "check")
    if said is None:
        assert (checked.returncode, checked.stderr) == (0, "")
    else:
        assert checked.returncode == 13
        assert checked.stderr.splitlines()[0] == f"Error: {SETTINGS} {said}"


def test_the_words_and_figures_of_renewals_and_of_sql_follow(folder: Path) -> None:
    demo = Portfolio.demo()
    for ahead in (30, 400):
        report = demo.renewals(ahead=ahead)
        assert f"end within {ahead} days" in report.headline
        to_renew = [figure for figure in report.figures if figure.label.startswith("To renew")]
        ending = report.frame.filter(pl.col("renewal").is_in(["open", "reduced"]), pl.col("model") != "trial")
        assert sum(int(figure.value) for figure in to_renew) == ending.filter(pl.col("days_left") >= 0).height
    (folder / SETTINGS).write_text("renewal_days = 400\n", "utf-8")
    asked = typed(folder, "sql", "select count(*) as n from renewals", "--as-of", str(DEMO_DAY), "--format", "json")
    assert json.loads(asked.stdout) == [{"n": 44}]


def test_what_is_to_be_done_does_not_depend_on_how_far_renewals_look() -> None:
    demo = Portfolio.demo()
    expected = demo.actions().frame
    for ahead in (0, 400):
        assert demo.reports("actions", ahead=ahead)[0].frame.equals(expected)


def test_the_checks_look_as_far_as_the_renewals() -> None:
    demo = Portfolio.demo()
    for looked_ahead, is_found in ((180, False), (90, True), (200, True)):
        with store.reading(demo.db) as connection:
            frames = state.transformed(connection, DEMO_DAY, Settings(renewal_days=180))
            held_against = Settings(renewal_days=looked_ahead)
            finding = pytest.raises(CheckError, match="the check `every_ending_license_in_renewals` finds")
            with finding if is_found else nullcontext():
                checks.check(connection, frames, DEMO_DAY, held_against)
