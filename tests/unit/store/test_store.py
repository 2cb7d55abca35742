"""The store accounts for every row that a load brings."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from partner_analytics import store
from partner_analytics.errors import StoreError, UsageError
from partner_analytics.schemas.validation import Validated

DAY = date(2026, 11, 2)
REFUSED = {"line": pl.Int64, "column_name": pl.String, "value": pl.String, "reason": pl.String}


def facts(*managers: tuple[int, str, str], file: str = "facts.csv") -> store.Load:
    """A load of customer facts: line, customer and account manager of each row."""
    rows = pl.DataFrame(
        {
            "line": [line for line, _, _ in managers],
            "customer_id": [customer for _, customer, _ in managers],
            "is_managed_order": pl.Series([None] * len(managers), dtype=pl.Boolean),
            "trial_started_by": pl.Series([None] * len(managers), dtype=pl.String),
            "account_manager": [manager for _, _, manager in managers],
            "customer_group": pl.Series([None] * len(managers), dtype=pl.String),
        }
    )
    return store.Load(
        file=file,
        kind="customer_facts",
        snapshot_date=DAY,
        sha256=file,
        loaded_at=datetime(2026, 11, 2, 8),
        key=("customer_id",),
        reading=lambda: nullcontext([Validated(rows, pl.DataFrame(schema=REFUSED), rows.height)]),
        as_written=lambda lines: [pl.DataFrame({"line": lines, "cells": [["…"]] * lines.len()})],
        headers=("customer_id",),
        columns=("customer_id",),
        empty_answers=pl.Series([], dtype=pl.String),
    )


def record(db: Path, load: store.Load) -> store.Accounting:
    with store.loading(db) as opened:
        return store.record(opened, load)


def counts(accounting: store.Accounting) -> tuple[int, int, int, int]:
    return (accounting.rows_read, accounting.accepted, accounting.quarantined, accounting.duplicates)


def test_the_same_row_twice_is_a_duplicate_and_other_content_under_its_key_is_refused(tmp_path: Path) -> None:
    db = tmp_path / "p.duckdb"
    load = facts((2, "a", "Mei"), (3, "a", "Mei"), (4, "a", "Jonas"), (5, "b", "Mei"))
    assert counts(record(db, load)) == (4, 2, 1, 1)
    with store.reading(db) as connection:
        refused = store.basis_as_of(connection, DAY)["quarantine"]
    assert refused.select("line", "column_name", "reason").rows() == [
        (4, "customer_id", "has the key of line 2, but other content")
    ]


def test_a_later_file_for_the_same_day_names_the_file_it_conflicts_with(tmp_path: Path) -> None:
    db = tmp_path / "p.duckdb"
    record(db, facts((2, "a", "Mei")))
    assert counts(record(db, facts((7, "a", "Jonas"), (8, "a", "Mei"), file="more.csv"))) == (
        2,
        0,
        1,
        1,
    )
    with store.reading(db) as connection:
        refused = store.basis_as_of(connection, DAY)["quarantine"]
    assert refused["reason"].to_list() == ["has the key of line 2 of facts.csv, but other content"]


def test_a_file_loaded_again_changes_nothing_and_says_so(tmp_path: Path) -> None:
    db = tmp_path / "p.duckdb"
    record(db, facts((2, "a", "Mei")))
    again = record(db, facts((2, "a", "Mei")))
    assert again.already_loaded
    with store.reading(db) as connection:
        assert store.basis_as_of(connection, DAY)["loads"].height == 1


def test_a_store_that_is_not_there_and_a_file_that_is_none_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UsageError), store.reading(tmp_path / "none.duckdb"):
        pass
    damaged = tmp_path / "damaged.duckdb"
    damaged.write_text("no database")
    with pytest.raises(StoreError), store.reading(damaged):
        pass
