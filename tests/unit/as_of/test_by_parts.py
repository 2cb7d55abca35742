"""A large day is judged some customers at a time: its files are those of a day that is judged at once, to the byte."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from partner_analytics import CheckError, Portfolio, UsageError
from partner_analytics.as_of import by_parts
from partner_analytics.settings import Product, Settings
from partner_analytics.transforms import results
from partner_analytics.transforms.lazily import Lazily, together

NAMES = ("actions", "protection_status", "flex_vs_term", "license_positions", "assistance_coverage", "renewals")
WITH_SETTINGS = Settings(expiring_days=45, renewal_days=200, products=(Product("CIXA", "Ours", ("Server",)),))


@pytest.fixture
def portfolio(tmp_path: Path) -> Portfolio:
    return replace(Portfolio.demo(tmp_path / "store"), settings=WITH_SETTINGS)


@pytest.fixture
def is_large(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Take the demo for a large portfolio; how many licenses each part held."""
    held: list[int] = []

    def seen(exports: Any, *given: Any, **named: Any) -> Mapping[str, pl.DataFrame]:
        held.append(exports.licenses.height)
        return results(exports, *given, **named)

    monkeypatch.setattr(by_parts, "FEW", 0)
    monkeypatch.setattr(by_parts, "FEWEST_PARTS", 5)
    monkeypatch.setattr(by_parts, "results", seen)
    return held


def files(portfolio: Portfolio, folder: Path, *names: str) -> dict[str, bytes]:
    written = portfolio.publish(folder, *names, formats=["csv", "parquet"])
    return {file.name: file.read_bytes() for file in written}


@pytest.mark.sampled(1)
@pytest.mark.promise("same_bytes")
@pytest.mark.parametrize("names", [NAMES, *((name,) for name in NAMES)], ids="-".join)
def test_its_files_are_those_of_a_day_that_is_judged_at_once(
    names: tuple[str, ...], portfolio: Portfolio, tmp_path: Path, is_large: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_the_part = files(portfolio, tmp_path / "parts", *names)
    assert len(is_large) == 5
    assert min(is_large) > 0
    monkeypatch.undo()
    assert by_the_part == files(portfolio, tmp_path / "once", *names)
    assert len(is_large) == 5, "a small day is judged at once"


def test_its_licenses_are_held_some_at_a_time(portfolio: Portfolio, tmp_path: Path, is_large: list[int]) -> None:
    files(portfolio, tmp_path, "renewals")
    assert max(is_large) < sum(is_large) / 2


@pytest.mark.sampled(0)
@pytest.mark.parametrize("name", ["customer_overview", "changes"])
def test_a_report_that_opens_to_rows_or_compares_is_made_of_all_at_once(
    name: str, portfolio: Portfolio, tmp_path: Path, is_large: list[int]
) -> None:
    files(portfolio, tmp_path, name)
    assert not is_large


def test_a_page_is_made_of_all_at_once(portfolio: Portfolio, tmp_path: Path, is_large: list[int]) -> None:
    portfolio.publish(tmp_path, "renewals")
    assert not is_large


@pytest.mark.promise("contradiction")
def test_a_part_that_contradicts_itself_names_the_customer_and_nothing_is_written(
    portfolio: Portfolio, tmp_path: Path, is_large: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = portfolio.flex_vs_term().frame["customer_id"][0]

    def without_one(*given: Any, **named: Any) -> Lazily:
        found = results(*given, **named)
        models = found.made["flex_vs_term"].coded
        without = models.filter(pl.col("customer_id").cast(pl.String) != customer)
        return together(found, Lazily({"flex_vs_term": lambda: without}))

    monkeypatch.setattr(by_parts, "results", without_one)
    with pytest.raises(CheckError, match=f"every_customer_in_flex_vs_term.*customer_id {customer}"):
        files(portfolio, tmp_path / "reports", "flex_vs_term")
    assert not (tmp_path / "reports").exists()


@pytest.mark.promise("contradiction")
def test_licenses_that_no_part_holds_are_missed(
    portfolio: Portfolio, tmp_path: Path, is_large: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = by_parts._parts
    monkeypatch.setattr(by_parts, "_parts", lambda *given: parts(*given)[1:])
    with pytest.raises(CheckError, match=r"of [\d,]+ licenses [\d,]+ were judged"):
        files(portfolio, tmp_path / "reports", "renewals")


def test_a_day_before_the_first_snapshot_is_one_sentence(portfolio: Portfolio, is_large: list[int]) -> None:
    with pytest.raises(UsageError, match="No export was loaded for 2020-01-01 or before"):
        portfolio.publish("unused", "renewals", as_of="2020-01-01", formats=["csv"])
