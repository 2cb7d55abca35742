"""The checks that every report is held against: each is silent about what is right, and says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from partner_analytics import CheckError, Portfolio, store
from partner_analytics.as_of import checks, state
from partner_analytics.demo import DEMO_DAY
from partner_analytics.settings import Settings
from partner_analytics.transforms import actions, customer_overview, license_positions, protection_status

Frames = dict[str, pl.DataFrame]
Mistake = tuple[str, str, Callable[[pl.DataFrame], pl.DataFrame]]
CHECKS: Final = checks.check_texts()


@pytest.fixture(scope="module")
def frames() -> Frames:
    """All results of the demo."""
    with store.reading(Portfolio.demo().db) as connection:
        return state.transformed(connection, DEMO_DAY, Settings())


def first(column: str, value: object, **where: object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Give a column another value in the first row of some."""

    def wrong(frame: pl.DataFrame) -> pl.DataFrame:
        rows = frame.with_row_index()
        place = rows.filter(**where)["index"][0]
        return frame.with_columns(
            pl.when(pl.int_range(pl.len()) == place).then(pl.lit(value)).otherwise(column).alias(column)
        )

    return wrong


def without_first(**where: object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Leave the first row of some out."""

    def wrong(frame: pl.DataFrame) -> pl.DataFrame:
        place = frame.with_row_index().filter(**where)["index"][0]
        return frame.filter(pl.int_range(pl.len()) != place)

    return wrong


def twice(**where: object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Have the first row of some a second time."""
    return lambda frame: pl.concat([frame, frame.filter(**where).head(1)])


MISTAKES: Final[dict[str, Mistake]] = {
    "a category stands under another status": (
        "overview_agrees_with_protection", "customer_overview", first("active_in", "Email", active_in="Endpoint")),
    "a category is missing in the overview": (
        "overview_agrees_with_protection", "customer_overview", first("expired_in", None, expired_in="Endpoint")),
    "the categories stand in another order": (
        "overview_agrees_with_protection", "customer_overview", first("active_in", "XDR; Endpoint", active_in="Endpoint; XDR")),
    "a status is another": (
        "overview_agrees_with_protection", "protection_status", first("status", "expiring", status="active")),
    "the next thing to do is not the first": (
        "overview_agrees_with_actions", "customer_overview", first("to_do", "win_back", to_do="renew")),
    "something is to be done by another day": (
        "overview_agrees_with_actions", "customer_overview", first("act_by", None, to_do="renew")),
    "there is less to do than there is": (
        "overview_agrees_with_actions", "customer_overview", first("actions", 0, to_do="renew")),
    "who has nothing to do is said to have something": (
        "overview_agrees_with_actions", "customer_overview", first("to_do", "renew", to_do="nothing")),
    "a customer with something to do is not in the overview": (
        "overview_agrees_with_actions", "customer_overview", without_first(to_do="renew")),
    "somebody less urgent stands first": (
        "overview_agrees_with_actions", "customer_overview", first("urgency", 999, urgency=1)),
    "who has nothing to do stands first": (
        "overview_agrees_with_actions", "customer_overview", first("urgency", 0, to_do="nothing")),
    "something to do is missing": (
        "overview_agrees_with_actions", "actions", without_first(action="add_seats")),
    "seats that end are not to be renewed": (
        "actions_agree_with_renewals", "actions", without_first(action="renew")),
    "more seats are to be renewed than are open": (
        "actions_agree_with_renewals", "actions", first("seats", 999, action="renew")),
    "seats are to be renewed by another day": (
        "actions_agree_with_renewals", "actions", first("due_on", DEMO_DAY.replace(day=28), action="renew")),
    "seats that are to be renewed go on": (
        "actions_agree_with_renewals", "renewals", first("renewal", "renewed", renewal="open", window="30", model="term")),
    "a license that ends is not listed": (
        "every_ending_license_in_renewals", "renewals", without_first()),
    "a license is listed twice": (
        "every_ending_license_in_renewals", "renewals", twice()),
    "a license is listed that does not end": (
        "every_ending_license_in_renewals", "renewals", first("license_id", "nowhere")),
    "a license that ends has another model": (
        "every_ending_license_in_renewals", "renewals", first("model", "flex", model="term")),
    "a license ends on another day": (
        "every_ending_license_in_renewals", "renewals", first("end_date", DEMO_DAY)),
    "a license ends in other days": (
        "every_ending_license_in_renewals", "renewals", first("days_left", 400)),
    "a license that ends has other seats": (
        "every_ending_license_in_renewals", "renewals", first("quantity", 999)),
    "a license that ends is used otherwise": (
        "every_ending_license_in_renewals", "renewals", first("used", 999)),
    "more seats are open than there are": (
        "every_ending_license_in_renewals", "renewals", first("seats_open", 999, renewal="open", model="term")),
    "fewer seats than none are open": (
        "every_ending_license_in_renewals", "renewals", first("seats_open", -1, renewal="open", model="term")),
    "seats are open of what is renewed": (
        "every_ending_license_in_renewals", "renewals", first("seats_open", 1, renewal="renewed", model="term")),
}  # fmt: skip


def hold(frames: Frames) -> None:
    """Hold results against the checks, as every report does."""
    with store.reading(Portfolio.demo().db) as connection:
        checks.check(connection, frames, DEMO_DAY, Settings())


def test_nothing_is_wrong_with_the_demo(frames: Frames) -> None:
    hold(frames)


@pytest.mark.sampled(11)
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_check_finds_that(mistake: str, frames: Frames, monkeypatch: pytest.MonkeyPatch) -> None:
    check, name, wrong = MISTAKES[mistake]
    monkeypatch.setattr(checks, "check_texts", lambda: {check: CHECKS[check]})
    made = wrong(frames[name])
    assert made.schema == frames[name].schema
    asked = {name: frame for name, frame in frames.items() if name in CHECKS[check]}
    with pytest.raises(CheckError, match=f"the check `{check}` finds"):
        hold(asked | {name: made})


ABOUT_EACH: Final = {"accounting", "every_license_in_one_state"}
ABOUT: Final = {
    "protection_status": {"every_customer_in_protection_status"},
    "license_positions": {"seats_in_force_add_up"},
    "flex_vs_term": {"every_customer_in_flex_vs_term", "seats_in_force_add_up"},
    "assistance_coverage": {"every_customer_in_assistance_coverage"},
    "renewals": {"every_ending_license_in_renewals"},
    "actions": {"actions_agree_with_renewals"},
    "changes": {"bridge_adds_up"},
    "customer_overview": CHECKS.keys() - {"bridge_adds_up"},
}
"""The checks that a report alone is held against, besides those that are about each."""


@pytest.mark.sampled(3)
@pytest.mark.promise("contradiction")
@pytest.mark.parametrize("name", ABOUT)
def test_a_report_is_held_against_every_check_that_is_about_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    query = store.query

    def noted(connection: store.Connection, text: str, known: dict[str, object] | None = None) -> pl.DataFrame:
        asked.extend(check for check, of in CHECKS.items() if of == text)
        return query(connection, text, known)

    monkeypatch.setattr(store, "query", noted)
    Portfolio.demo().reports(name)
    assert set(asked) == ABOUT_EACH | ABOUT[name]


def test_what_a_report_does_not_need_is_not_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def nobody_asks(*_: object) -> pl.DataFrame:
        raise AssertionError("this was not asked for")

    for one in (actions, customer_overview, protection_status, license_positions):
        monkeypatch.setattr(one, one.__name__.rpartition(".")[2], nobody_asks)
    demo = Portfolio.demo()
    assert demo.publish(tmp_path, "renewals", "assistance_coverage", formats=["csv", "ics", "html", "parquet"])
    with pytest.raises(AssertionError, match="this was not asked for"):
        demo.reports("flex_vs_term")
