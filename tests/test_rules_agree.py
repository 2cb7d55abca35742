"""Two separate readings of the rules give the same CSV files, on portfolios made to be difficult."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from partner_analytics import Portfolio, UsageError, ingest
from partner_analytics.queries import catalogue
from partner_analytics.settings import Settings
from tests.reference import rules, texts
from tests.reference.actions import TABLE
from tests.reference.portfolios import portfolio, write_exports

CATALOGUE = {code: (name, tuple(categories)) for code, name, categories in catalogue(Settings()).iter_rows()}


def loaded(exports: rules.Exports, folder: Path) -> Portfolio:
    """A store with these exports, loaded file by file."""
    db = folder / "partner.duckdb"
    for file, kind, day in write_exports(exports, folder / "exports"):
        (accounting,), _ = ingest.load([(str(file), ingest.Instructions(day, datetime(2026, 11, 2), Settings()))], db)
        assert accounting.kind == kind
        assert accounting.quarantined == accounting.duplicates == 0
    return Portfolio.open(db)


@pytest.mark.parametrize("seed", range(16))
def test_every_value_of_every_report_agrees(seed: int, tmp_path: Path) -> None:
    exports = portfolio(seed, CATALOGUE)
    days = (90, 400)[seed % 2]
    expected = texts(exports, renewal_days=days)
    opened = loaded(exports, tmp_path)
    ahead = replace(opened, settings=replace(opened.settings, renewal_days=days))
    for report in ahead.reports(*expected, as_of=exports.as_of):
        assert report.to_csv().splitlines() == expected[report.name].splitlines(), report.name
        assert report.to_csv() == expected[report.name]


def test_the_first_day_is_named_when_a_report_asks_for_an_earlier_one(tmp_path: Path) -> None:
    exports = portfolio(0, CATALOGUE)
    first = rules.first_snapshot(exports)
    assert first is not None
    with pytest.raises(UsageError, match=f"the first snapshot is of {first}"):
        loaded(exports, tmp_path).protection_status(as_of=date(first.year - 1, 1, 1))


def test_the_generated_portfolios_hold_every_word() -> None:
    columns = ("status", "mix", "basis", "next_step", "model", "action", "renewal", "window", "to_do")
    seen: dict[str, set[str]] = {column: set() for column in columns}
    for seed in range(8):
        for text in texts(portfolio(seed, CATALOGUE), renewal_days=400).values():
            frame = pl.read_csv(text.encode(), infer_schema=False)
            for column in seen.keys() & set(frame.columns):
                seen[column] |= set(frame[column].drop_nulls())
    assert seen["status"] == {"active", "expiring", "trial", "future", "unknown", "expired", "none", "no_data"}
    assert seen["mix"] == {"flex", "term", "managed_order", "mixed", "trial", "none", "no_data"}
    assert seen["model"] == {"flex", "term", "managed_order", "trial"}
    assert len(seen["basis"]) == 6
    assert len(seen["next_step"]) == 3
    assert seen["action"] == set(TABLE)
    assert seen["to_do"] >= set(TABLE) - {"check_renewal"}
    assert seen["renewal"] == {"renewed", "reduced", "open", "unknown"}
    assert seen["window"] == {"ended", "30", "60", "90", "180", "365", "400"}
