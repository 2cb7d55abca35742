"""Two separate readings of the rules give the same files, on histories made to be difficult."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations, cycle
from pathlib import Path

import polars as pl
import pytest

from partner_analytics.as_of.state import catalogue
from partner_analytics.reports import csv_text
from partner_analytics.settings import Settings
from partner_analytics.transforms import Exports, State, compared, results
from partner_analytics.vocabulary import CHANGES
from tests.spec.reference import changes, rules, texts, texts_between
from tests.spec.reference.histories import history
from tests.support.loaded import CATALOGUE, loaded
from tests.support.tables import TYPES

PRODUCTS = catalogue(Settings())


def state_of(exports: rules.Exports, day: date, renewal_days: int = 90) -> State:
    """What is known as of a day: of each kind the rows of the newest snapshot, of evidence all."""
    answered_on = [snapshot for snapshot, _customer in exports.empty_answers]
    license_day = rules.newest_snapshot([*map(snapshot_of, exports.licenses), *answered_on], day)
    answered: list[rules.Row] = [
        {"customer_id": customer} for snapshot, customer in exports.empty_answers if snapshot == license_day
    ]
    evidence: list[rules.Row] = [row | {"source": "assistance"} for row in exports.assistance]
    evidence += [
        row | {"checked_on": row["snapshot_date"], "basis": "stated", "source": "customers"}
        for row in exports.customers
        if row["partner_assistance"]
    ]
    rows: dict[str, list[rules.Row]] = {
        "customers": newest(exports.customers, day),
        "licenses": [row for row in exports.licenses if row["snapshot_date"] == license_day],
        "customer_facts": newest(exports.customer_facts, day),
        "evidence": evidence,
        "empty_answers": answered,
    }
    frames = {
        kind: pl.DataFrame([{name: row.get(name) for name in TYPES[kind]} for row in found], TYPES[kind])
        for kind, found in rows.items()
    }
    known = Exports(**frames, products=PRODUCTS)
    return State(day, known, results(known, day, renewal_days=renewal_days))


def snapshot_of(row: rules.Row) -> date:
    day = row["snapshot_date"]
    assert isinstance(day, date)
    return day


def newest(rows: list[rules.Row], day: date) -> list[rules.Row]:
    snapshot = rules.newest_snapshot(map(snapshot_of, rows), day)
    return [row for row in rows if row["snapshot_date"] == snapshot]


@pytest.mark.sampled(5)
@pytest.mark.promise("rules")
@pytest.mark.parametrize("seed", range(20))
def test_every_value_agrees_between_any_two_days(seed: int) -> None:
    exports, days = history(seed, CATALOGUE)
    known = {day: state_of(exports, day) for day in days}
    for since, as_of in combinations(days, 2):
        found = compared(known[since], known[as_of])
        for name, text in texts_between(exports, since, as_of).items():
            assert csv_text(found[name]).splitlines() == text.splitlines(), (name, since, as_of)


@pytest.mark.sampled(5)
@pytest.mark.promise("rules")
@pytest.mark.parametrize("seed", range(20))
def test_every_value_agrees_on_any_day(seed: int) -> None:
    exports, days = history(seed, CATALOGUE)
    for day, ahead in zip(days, cycle((90, 400)), strict=False):
        known = state_of(exports, day, ahead)
        for name, text in texts(replace(exports, as_of=day), renewal_days=ahead).items():
            assert csv_text(known.results[name]).splitlines() == text.splitlines(), (name, day, ahead)


@pytest.mark.sampled(1)
@pytest.mark.promise("rules")
@pytest.mark.parametrize("seed", range(100, 104))
def test_every_file_agrees_that_is_written_from_a_store(seed: int, tmp_path: Path) -> None:
    exports, days = history(seed, CATALOGUE, customers=20)
    portfolio = loaded(exports, tmp_path)
    today = date.today()
    written = portfolio.changes(since=days[0]).csv_files() | portfolio.renewals().csv_files()
    written |= portfolio.actions().csv_files()
    expected = texts_between(exports, days[0], today)
    expected |= texts(replace(exports, as_of=today), "renewals", "actions")
    for name, text in expected.items():
        assert written[f"{name}.csv"] == text, name
    by_default = portfolio.changes(as_of=days[-1])
    assert by_default.basis.since == days[-2]
    expected = texts_between(exports, days[-2], days[-1])
    assert by_default.to_csv() == expected["changes"]
    assert by_default.csv_files()["changes_bridge.csv"] == expected["changes_bridge"]


def test_the_histories_hold_every_change() -> None:
    seen: set[str] = set()
    for seed in range(3):
        exports, days = history(seed, CATALOGUE)
        for since, as_of in combinations(days, 2):
            a, b = changes.day_of(exports, since), changes.day_of(exports, as_of)
            seen |= {str(row["change"]) for row in changes.changes(a, b)}
    assert seen == set(CHANGES)
