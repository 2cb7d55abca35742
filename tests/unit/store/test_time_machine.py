"""What was, what changed, what is coming: the demo's two snapshots, and stores of one or of several."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from partner_analytics import Portfolio, UsageError
from partner_analytics.demo import DEMO_DAY, DEMO_EARLIER_DAY, DEMO_EARLIER_FILES, DEMO_FILES
from partner_analytics.reports import Report
from partner_analytics.reports.change_sentences import SENTENCES
from partner_analytics.reports.changes import MOST_IMPORTANT_FIRST
from partner_analytics.transforms.trends import chosen_days
from partner_analytics.vocabulary import CHANGES, REPORTS
from tests.support.frames import basis_of, built, frame_of
from tests.support.pages import words_of
from tests.support.paths import FIXTURES

LATER = date(2026, 11, 9)
EARLIER = [FIXTURES / "earlier" / name for name in DEMO_EARLIER_FILES]


@pytest.fixture(scope="module")
def demo() -> Portfolio:
    return Portfolio.demo()


@pytest.fixture(scope="module")
def changes(demo: Portfolio) -> Report:
    return demo.changes()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# What was


@pytest.mark.sampled(0)
@pytest.mark.promise("same_bytes")
def test_reports_as_of_a_past_day_are_the_same_bytes_after_later_loads(tmp_path: Path) -> None:
    portfolio = Portfolio(tmp_path / "partner.duckdb")
    portfolio.load(*EARLIER, snapshot_date=DEMO_EARLIER_DAY)
    for day in ("2026-10-12", "2026-10-30"):
        portfolio.publish(tmp_path / "then" / day, as_of=day)
    portfolio.load(*(FIXTURES / name for name in DEMO_FILES), snapshot_date=DEMO_DAY)
    for day in ("2026-10-12", "2026-10-30"):
        portfolio.publish(tmp_path / "now" / day, as_of=day)
        assert contents(tmp_path / "then" / day) == contents(tmp_path / "now" / day)


# What changed


@pytest.mark.sampled(0)
def test_by_default_the_newest_snapshot_day_is_compared_with_the_one_before(demo: Portfolio) -> None:
    assert demo.changes().basis.since == DEMO_EARLIER_DAY
    assert demo.changes(as_of="2026-12-31").basis.since == DEMO_EARLIER_DAY
    assert demo.changes(since="2026-10-20").basis.since == date(2026, 10, 20)


def test_with_one_snapshot_day_there_is_nothing_to_compare(demo: Portfolio) -> None:
    with pytest.raises(UsageError, match="2026-10-12 is the only snapshot day up to 2026-11-01") as error:
        demo.changes(as_of="2026-11-01")
    assert "--since" in error.value.hint
    together = {report.name: report for report in demo.reports(as_of="2026-11-01")}
    report = together["changes"]
    assert report.headline.startswith(
        "There is only one snapshot day up to 2026-11-01, so there is nothing to report yet"
    )
    assert report.csv_files()["changes_bridge.csv"] == "reason,seats\n", "not even the seats: that is no bridge of 0"
    assert "only one snapshot day" in report.to_html()
    assert {figure.value for figure in report.figures} == {"–"}, "what was not compared is not 0"


def test_where_no_license_was_exported_then_the_seats_then_are_said_not_to_be_known(tmp_path: Path) -> None:
    portfolio = Portfolio(tmp_path / "partner.duckdb")
    portfolio.load(EARLIER[0], snapshot_date=DEMO_EARLIER_DAY)
    portfolio.load(*(FIXTURES / name for name in DEMO_FILES), snapshot_date=DEMO_DAY)
    said = "No license export is known for the earlier day: the seats then are not known, and stand as 0."
    assert said in portfolio.changes(as_of=DEMO_DAY).caveats


def test_the_earlier_day_is_earlier_and_not_before_the_first_snapshot(demo: Portfolio) -> None:
    with pytest.raises(UsageError, match="Expected a day before 2026-11-02 to compare with; found 2026-11-02"):
        demo.changes(since="2026-11-02")
    with pytest.raises(UsageError, match="the first snapshot is of 2026-10-12"):
        demo.changes(since="2026-10-11")


def test_every_change_has_its_sentence_and_its_importance() -> None:
    assert tuple(SENTENCES) == CHANGES
    kinds = set(CHANGES) - {"quantity_changed", "assistance_changed"}
    assert kinds | {"grown", "reduced", "switched_on", "switched_off"} == set(MOST_IMPORTANT_FIRST)


@pytest.mark.parametrize(
    ("change", "before", "after", "sentence"),
    [
        ("customer_renamed", "Anna", "Anna & Son", "Renamed from Anna to Anna & Son."),
        ("account_type_changed", "term", "monthly_usage", "Account type changed from term to monthly usage."),
        ("assistance_changed", "on", "off", "Partner Assistance went from on to off."),
        ("model_changed", "trial", "managed_order", "CIXA went from trial to managed order."),
        ("license_renewed", "2026-11-30", "2027-11-30", "CIXA is renewed: its end was 2026-11-30, and now it is 2027-11-30."),
        ("license_renewed", "2026-11-30", None, "CIXA is renewed: its end was 2026-11-30, and now it has none."),
        ("license_expired", "term", None, "CIXA (term) has expired."),
        ("quantity_changed", "5", "unlimited", "The quantity of CIXA changed from 5 to unlimited."),
        ("quantity_changed", None, "5", "The quantity of CIXA changed from not known to 5."),
        ("dates_changed", "2026-01-01/", "2026-01-01/2026-12-31",
         "The dates of CIXA were 2026-01-01 to no end, and are now 2026-01-01 to 2026-12-31."),
    ],
)  # fmt: skip
def test_a_change_is_a_sentence_with_before_and_after(
    change: str, before: str | None, after: str | None, sentence: str
) -> None:
    row = {"customer_id": "c1", "change": change, "subject": "CIXA", "before": before, "after": after}
    report = built("changes", frame_of("changes", row), basis_of())
    assert report.table["sentence"].to_list() == [sentence]


def test_changes_stand_by_account_manager_most_important_first_with_the_rows_of_both_days(changes: Report) -> None:
    table = changes.table
    managers = table["account_manager"].unique(maintain_order=True).to_list()
    assert managers == ["Amara Lindqvist", "Jonas Castellano", "Mei Okonjo", None]
    first = table.filter(account_manager="Jonas Castellano").row(0, named=True)
    assert first["sentence"] == "Gone: the customer export has it no longer."
    assert first["row_before"] == "customers.csv of 2026-10-12, line 45"
    assert first["row_after"] is None
    renewed = table.filter(change="license_renewed", license_id="DEMO-0006-0001").row(0, named=True)
    assert renewed["row_before"] == "licenses.csv of 2026-10-12, line 11"
    assert renewed["row_after"] == "licenses.csv of 2026-11-02, line 12", "that of the license that follows"
    assert table.height == changes.frame.height


@pytest.mark.promise("origin")
@pytest.mark.parametrize(("side", "day"), [("before", "2026-10-12"), ("after", "2026-11-02")])
def test_the_rows_that_a_change_names_are_those_of_its_customer(side: str, day: str, changes: Report) -> None:
    places = changes.table.drop_nulls(f"row_{side}").select("customer_id", f"row_{side}", "change").rows()
    assert places
    for customer_id, place, change in places:
        named = re.fullmatch(r"(\w+\.csv\w*|licenses\.jsonl) of (\S+), line (\d+)", place)
        assert named, place
        assert named[2] == day or change == "assistance_changed"
        folder = FIXTURES / "earlier" if named[2] == "2026-10-12" else FIXTURES
        if named[1].endswith(".csv"):
            line = (folder / named[1]).read_text("utf-8").split("\n")[int(named[3]) - 1]
            assert customer_id.lower() in line.lower()


def test_the_demo_shows_every_change(changes: Report) -> None:
    assert set(changes.frame["change"]) == set(CHANGES)


def test_the_report_names_the_files_of_both_days(changes: Report) -> None:
    assert {str(day) for day in changes.basis.loads["snapshot_date"]} == {"2026-10-12", "2026-11-02"}
    assert changes.basis.loads.filter(kind="licenses").height == 3


def test_changes_can_be_asked_in_sql(demo: Portfolio) -> None:
    told = demo.sql("select sum(seats_delta) as more from changes")["more"][0]
    bridge = dict(demo.sql("from changes_bridge").iter_rows())
    assert bridge["now"] - bridge["then"] == told == -15


# What is coming


@pytest.mark.sampled(0)
def test_renewals_that_are_renewed_stand_apart(demo: Portfolio) -> None:
    report = demo.renewals()
    assert (report.table["renewal"] == "renewed").is_sorted()
    assert report.frame["days_left"].is_sorted()
    assert {figure.label: figure.value for figure in report.figures} == {
        "To renew within 30 days": "6",
        "To renew in 31 to 60 days": "3",
        "To renew in 61 to 90 days": "4",
        "Can be reactivated": "1",
        "Trials that end": "5",
        "Renewed already": "1",
    }


@pytest.mark.sampled(0)
def test_customers_that_can_be_unlinked_are_named(demo: Portfolio) -> None:
    assert any(line.startswith("1 customer can be unlinked") and "Crèche" in line for line in demo.renewals().caveats)
    earlier = " ".join(demo.renewals(as_of="2026-10-31").caveats)
    assert "Crèche" not in earlier, "60 days after the end of its last license it can still be reactivated"


# Trends


@pytest.fixture(scope="module")
def three_days(tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    """The demo portfolio, and a week later some of it again."""
    portfolio = Portfolio(tmp_path_factory.mktemp("three") / "partner.duckdb")
    portfolio.load(*EARLIER, snapshot_date=DEMO_EARLIER_DAY)
    portfolio.load(*(FIXTURES / name for name in DEMO_FILES), snapshot_date=DEMO_DAY)
    portfolio.load(*(FIXTURES / name for name in DEMO_FILES), snapshot_date=LATER)
    return portfolio


def test_a_trend_has_a_point_for_each_snapshot_day(three_days: Portfolio) -> None:
    report = three_days.protection_status(as_of=LATER)
    assert report.history["day"].unique().sort().to_list() == [DEMO_EARLIER_DAY, DEMO_DAY, LATER]
    now = dict(report.frame.group_by("status").len().iter_rows())
    told = dict(report.history.filter(day=LATER).select("series", "value").iter_rows())
    assert {status: count for status, count in told.items() if count} == now
    assert report.trend is not None
    assert "Trend. Customers&#39; categories by status" in report.to_html()


def test_each_series_of_a_trend_is_a_small_chart_under_its_first_and_last_figure(three_days: Portfolio) -> None:
    report = three_days.protection_status(as_of=LATER)
    assert report.trend is not None
    titles = [panel["title"]["text"] for panel in report.trend.to_dict()["concat"]]
    shown = report.history.filter(pl.col("value") > 0)
    assert len(titles) == shown["series"].n_unique()
    active = report.history.filter(series="active")["value"]
    assert titles[0] == [f"active: {active[0]} → {active[-1]}"]


def test_two_snapshot_days_make_no_trend(demo: Portfolio) -> None:
    report = demo.assistance_coverage()
    assert report.trend is None
    assert "Trend." not in report.to_html()


@pytest.mark.sampled(1)
@pytest.mark.parametrize("name", ["protection_status", "flex_vs_term", "assistance_coverage"])
def test_the_reports_on_customers_have_a_trend(name: str, three_days: Portfolio) -> None:
    assert name in REPORTS
    (report,) = three_days.reports(name, as_of=LATER)
    assert report.history.height


def test_many_days_are_thinned_to_weeks_and_then_to_months() -> None:
    days = [date.fromordinal(date(2024, 1, 1).toordinal() + number) for number in range(1000)]
    assert chosen_days(days[:24], 10_000) == tuple(days[:24])
    weekly = chosen_days(days[:60], 10_000)
    assert len(weekly) == 9
    assert weekly[-1] == days[59]
    monthly = chosen_days(days, 10_000)
    assert len(monthly) == 24
    assert monthly[-1] == days[-1]
    assert {(day.year, day.month) for day in monthly} == {(day.year, day.month) for day in days[-750:]} - {(2024, 9)}
    assert len(chosen_days(days, 1_000_000)) == 2, "a large portfolio has fewer days, so that its reports stay fast"


# Packs


@pytest.mark.sampled(0)
def test_a_pack_tells_the_changes_of_its_customers_those_that_are_gone_too(demo: Portfolio, tmp_path: Path) -> None:
    demo.publish(tmp_path, "changes", "renewals", split_by="account_manager")
    packs = {path.parent.name: path for path in tmp_path.glob("*/changes.csv")}
    named = {name.rpartition("-")[0]: path for name, path in packs.items()}
    assert set(named) == {"amara-lindqvist", "jonas-castellano", "mei-okonjo", "no-account"}
    assert "Vierzehn Kirschkerne Backstube,customer_gone" in named["jonas-castellano"].read_text("utf-8")
    rows = [line for path in packs.values() for line in path.read_text("utf-8").splitlines()[1:]]
    assert sorted(rows) == sorted(demo.changes().to_csv().splitlines()[1:])
    seats = [
        dict(line.split(",") for line in path.with_name("changes_bridge.csv").read_text().split())
        for path in packs.values()
    ]
    assert [sum(int(bridge[day]) for bridge in seats) for day in ("then", "now")] == [707, 692]
    page = words_of(named["jonas-castellano"].with_name("index.html"))
    assert "Since 2026-10-12, 1 customer is new and 1 is gone;" in page
    assert "customers.csv of 2026-10-12, line 45" in page
