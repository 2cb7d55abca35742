"""What a snapshot day contributes to a trend is judged once and remembered, and forgotten when it is no longer so."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest

from partner_analytics import Portfolio, store
from partner_analytics.as_of import trend_days
from partner_analytics.settings import Product

DAYS: Final = tuple(date(2026, 11, 2) + timedelta(7 * number) for number in range(5))
IDS: Final = tuple(f"00000000-0000-4000-8000-00000000000{number}" for number in range(4))
TRENDS: Final = ("protection_status", "flex_vs_term", "assistance_coverage")


def export(folder: Path, day: int, seats: int = 10) -> tuple[Path, Path]:
    """A customer export and a license export of a day; each day has a customer more, and other seats."""
    folder.mkdir(exist_ok=True)
    customers, licenses = folder / f"customers-{day}.csv", folder / f"licenses-{day}-{seats}.csv"
    ids = IDS[: day % 4 + 1]
    customers.write_text(
        "".join(["customer_id,account_name,billing_type\n", *(f"{one},Name {one},term\n" for one in ids)])
    )
    header = "license_id,customer_id,product_code,type,quantity,start_date,end_date\n"
    rows = (f"L-{one},{one},CIXA,term,{seats + day},2026-01-01,2026-1{day % 3}-28\n" for one in ids)
    licenses.write_text(header + "".join(rows))
    return customers, licenses


def loaded(folder: Path, days: int = 5) -> Portfolio:
    """A portfolio of some days."""
    portfolio = Portfolio(folder / "partner.duckdb", DAYS[-1])
    for number in range(days):
        portfolio.load(*export(folder / "exports", number), snapshot_date=DAYS[number])
    return portfolio


def told(portfolio: Portfolio) -> dict[str, list[tuple[object, ...]]]:
    """The trend of each report that has one."""
    return {report.name: report.history.rows() for report in portfolio.reports(*TRENDS)}


def anew(portfolio: Portfolio) -> dict[str, list[tuple[object, ...]]]:
    """The same, when nothing is remembered."""
    file = sidecar(portfolio)
    content = file.read_bytes()
    file.unlink()
    found = told(portfolio)
    file.write_bytes(content)
    return found


def sidecar(portfolio: Portfolio) -> Path:
    return portfolio.db.with_name(f".{portfolio.db.name}.partner-analytics-trends")


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """The days that are judged, as they are."""
    days: list[date] = []
    real = trend_days._judged

    def noted(know: object, asked: object, day: date, *rest: object) -> object:
        days.append(day)
        return real(know, asked, day, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(trend_days, "_judged", noted)
    return days


def test_a_day_is_judged_once(tmp_path: Path, judged: list[date]) -> None:
    portfolio = loaded(tmp_path)
    first = told(portfolio)
    assert judged == list(DAYS)
    judged.clear()
    assert told(portfolio) == first
    assert not judged
    assert {day for day, *_ in first["flex_vs_term"]} == set(DAYS)


def test_a_new_day_alone_is_judged(tmp_path: Path, judged: list[date]) -> None:
    portfolio = replace(loaded(tmp_path, 4), today=DAYS[3])
    told(portfolio)
    judged.clear()
    portfolio.load(*export(tmp_path / "exports", 4), snapshot_date=DAYS[4])
    now = told(replace(portfolio, today=DAYS[4]))
    assert judged == [DAYS[4]]
    assert now == anew(replace(portfolio, today=DAYS[4]))


@pytest.mark.sampled(0)
def test_another_report_asks_only_for_what_is_not_remembered(tmp_path: Path, judged: list[date]) -> None:
    portfolio = loaded(tmp_path)
    portfolio.protection_status()
    judged.clear()
    portfolio.flex_vs_term()
    assert judged == list(DAYS)
    judged.clear()
    assert told(portfolio)
    assert judged == list(DAYS), "those about Partner Assistance"


CHANGES: Final[dict[str, tuple[Callable[[Portfolio, Path], object], int]]] = {
    "another load of a day": (
        lambda portfolio, folder: portfolio.load(export(folder / "more", 1, 90)[1], snapshot_date=DAYS[1], replace=True), 1),
    "a day that was not there": (
        lambda portfolio, folder: portfolio.load(*export(folder / "more", 3, 70), snapshot_date=DAYS[2] + timedelta(1)), 3),
    "a customer that is erased": (lambda portfolio, _folder: portfolio.erase(IDS[0], yes=True), 0),
    "days that are forgotten": (lambda portfolio, _folder: portfolio.forget(DAYS[1], yes=True), 1),
}  # fmt: skip
"""What is done to a store, and the number of the first day of which figures may be others after it."""


@pytest.mark.sampled(0)
@pytest.mark.parametrize("change", CHANGES)
def test_what_has_changed_is_judged_anew_and_the_days_before_it_are_not(
    change: str, tmp_path: Path, judged: list[date]
) -> None:
    do, first = CHANGES[change]
    portfolio = loaded(tmp_path)
    before = told(portfolio)
    judged.clear()
    do(portfolio, tmp_path)
    now = told(portfolio)
    assert set(DAYS[first:]) <= set(judged)
    if change in ("another load of a day", "a day that was not there"):
        assert not set(DAYS[:first]) & set(judged)
    assert now == anew(portfolio)
    assert now != before


@pytest.mark.sampled(0)
def test_other_rules_other_settings_and_other_products_are_judged_anew(
    tmp_path: Path, judged: list[date], monkeypatch: pytest.MonkeyPatch
) -> None:
    portfolio = loaded(tmp_path)
    told(portfolio)
    for others in ({"expiring_days": 60}, {"products": (Product("CIXA", "Mine", ("Server",)),)}):
        judged.clear()
        other = replace(portfolio, settings=replace(portfolio.settings, **others))
        assert told(other) == anew(other)
        assert set(judged) == set(DAYS)
    judged.clear()
    monkeypatch.setattr(trend_days, "_files", lambda: "other rules")
    told(portfolio)
    assert judged == list(DAYS)


DAMAGED: Final[dict[str, Callable[[bytes], bytes]]] = {
    "nothing": lambda _: b"",
    "half of it": lambda content: content[: len(content) // 2],
    "no JSON": lambda _: b"\xff\x00",
    "a figure more": lambda content: re.sub(rb'("active",\s*)', rb"\g<1>1", content, count=1),
    "a list": lambda _: b"[]",
    "deep brackets": lambda _: b"[" * 100_000,
}


@pytest.mark.sampled(0)
@pytest.mark.parametrize("damage", DAMAGED)
def test_a_file_that_is_not_as_it_was_written_is_not_believed_and_not_replaced(damage: str, tmp_path: Path) -> None:
    portfolio = loaded(tmp_path)
    first, file = told(portfolio), sidecar(portfolio)
    damaged = DAMAGED[damage](file.read_bytes())
    assert damaged != file.read_bytes()
    file.write_bytes(damaged)
    assert told(portfolio) == first
    assert file.read_bytes() == damaged, "whose it is cannot be told"


@pytest.mark.sampled(0)
def test_it_is_for_its_owner_alone_and_holds_numbers_only(tmp_path: Path) -> None:
    portfolio = loaded(tmp_path)
    told(portfolio)
    file = sidecar(portfolio)
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600
    text = file.read_text("utf-8")
    assert not any(one in text for one in (*IDS, "Name"))
    words = {name for figures in json.loads(text)["figures"].values() for name in figures}
    assert words == {"statuses", "seats", "assistance"}


@pytest.mark.sampled(0)
def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    portfolio = loaded(tmp_path)
    elsewhere = tmp_path / "precious"
    sidecar(portfolio).symlink_to(elsewhere)
    told(portfolio)
    assert not elsewhere.exists()


@pytest.mark.sampled(0)
def test_what_is_erased_is_not_remembered(tmp_path: Path) -> None:
    portfolio = loaded(tmp_path)
    told(portfolio)
    portfolio.erase(IDS[0], yes=True)
    assert not sidecar(portfolio).exists()


def test_nothing_is_judged_for_a_trend_that_nobody_sees(tmp_path: Path, judged: list[date]) -> None:
    portfolio = loaded(tmp_path)
    portfolio.publish(tmp_path / "out", formats=("csv", "ics"))
    assert not judged
    portfolio.publish(tmp_path / "out")
    assert judged == list(DAYS)


@pytest.mark.sampled(0)
def test_a_part_of_the_portfolio_has_its_own_trend_of_the_same_days(tmp_path: Path) -> None:
    portfolio = loaded(tmp_path)
    whole = told(portfolio)
    of_one = told(portfolio.customers(IDS[0]))
    for name in TRENDS:
        assert {day for day, *_ in of_one[name]} == {day for day, *_ in whole[name]}
    assert sum(value for _, _, value in of_one["assistance_coverage"]) == len(DAYS)  # type: ignore[misc]
    assert told(portfolio) == whole


@pytest.mark.sampled(0)
def test_the_contents_of_a_day_are_others_once_anything_before_it_is(tmp_path: Path) -> None:
    portfolio = loaded(tmp_path)

    def contents() -> dict[date, str]:
        with store.reading(portfolio.db) as connection:
            return store.contents_by_day(connection)

    before = contents()
    assert list(before) == list(DAYS)
    portfolio.load(export(tmp_path / "more", 2, 55)[1], snapshot_date=DAYS[2], replace=True)
    after = contents()
    assert [before[day] == after[day] for day in DAYS] == [True, True, False, False, False]
