"""Copies and reports as Parquet: the same rows and types as everywhere, and what they mean goes with them."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from partner_analytics import Portfolio, UsageError
from partner_analytics.publish import parquet
from partner_analytics.transforms import RELATIONS


@pytest.fixture
def portfolio(tmp_path: Path) -> Portfolio:
    return Portfolio.demo(tmp_path / "store")


def read(folder: Path, name: str) -> pl.DataFrame:
    found = pl.read_parquet(folder / name)
    return found.drop("customer_bucket", strict=False)


@pytest.mark.sampled(1)
@pytest.mark.parametrize("rows", [250_000, 3], ids=["one bucket", "many buckets"])
def test_every_relation_has_the_rows_and_types_of_the_copy_in_duckdb(
    rows: int, portfolio: Portfolio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS_OF_A_BUCKET", rows)
    portfolio.copy(tmp_path / "results", format="parquet")
    with duckdb.connect(str(portfolio.copy(tmp_path / "results.duckdb")), read_only=True) as plain:
        tables = [name for (name,) in plain.sql("select table_name from duckdb_tables()").fetchall()]
        assert {file.name for file in (tmp_path / "results").iterdir()} == {*tables, "manifest.json"}
        for name in tables:
            place = tmp_path / "results" / name
            files = f"read_parquet('{place}/**/*.parquet', hive_partitioning = false)"
            assert plain.sql(f"describe select * from {files}").fetchall() == [
                (column, type_, "YES", None, None, None)
                for column, type_, *_ in plain.sql(f'describe select * from "{name}"').fetchall()
            ]
            difference = f'(from {files} except all from "{name}") union all (from "{name}" except all from {files})'
            assert plain.sql(difference).fetchall() == []
    buckets = {file.name for file in (tmp_path / "results" / "licenses").iterdir()}
    assert len(buckets) == (1 if rows > 3 else 32)
    assert buckets == {file.name for file in (tmp_path / "results" / "renewals").iterdir()}, "joined bucket by bucket"


def test_within_a_bucket_customers_are_sorted(portfolio: Portfolio, tmp_path: Path) -> None:
    portfolio.copy(tmp_path / "results", format="parquet")
    for name in ("licenses", "protection_status", "customer_overview"):
        ids = pl.read_parquet(tmp_path / "results" / name)["customer_id"]
        assert ids.is_sorted()


def test_what_a_row_and_its_columns_mean_goes_with_each_file(portfolio: Portfolio, tmp_path: Path) -> None:
    portfolio.copy(tmp_path / "results", format="parquet")
    portfolio.publish(tmp_path / "reports", "renewals", formats=["parquet"])
    for file in (tmp_path / "results/renewals/customer_bucket=0/part.parquet", tmp_path / "reports/renewals.parquet"):
        said = pl.read_parquet_metadata(file)
        assert said["grain"] == RELATIONS["renewals"].grain
        assert json.loads(said["columns"]) == RELATIONS["renewals"].columns


def test_reports_are_the_same_rows_in_the_same_order_as_everywhere(portfolio: Portfolio, tmp_path: Path) -> None:
    portfolio.publish(tmp_path, formats=["parquet"])
    for report in portfolio.reports():
        for name, frame in {report.name: report.frame, **report.further}.items():
            assert pl.read_parquet(tmp_path / f"{name}.parquet").equals(frame)


@pytest.mark.sampled(0)
@pytest.mark.promise("same_bytes")
def test_the_same_exports_make_the_same_files(portfolio: Portfolio, tmp_path: Path) -> None:
    manifests = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        portfolio.copy(folder, format="parquet")
        manifests.append((folder / "manifest.json").read_bytes())
    assert manifests[0] == manifests[1]


@pytest.mark.promise("own_files")
def test_a_copy_takes_the_place_of_an_earlier_one_and_of_nothing_else(portfolio: Portfolio, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    portfolio.copy(folder, format="parquet")
    (folder / "licenses" / "mine.txt").write_text("mine", "utf-8")
    portfolio.copy(folder, format="parquet")
    assert (folder / "licenses" / "mine.txt").read_text("utf-8") == "mine"
    (folder / "about" / "part.parquet").write_bytes(b"changed")
    with pytest.raises(UsageError, match="has changed since it was written"):
        portfolio.copy(folder, format="parquet")


@pytest.mark.promise("packs")
def test_a_copy_of_some_customers_holds_nobody_elses(portfolio: Portfolio, tmp_path: Path) -> None:
    portfolio.account_manager("mei").copy(tmp_path / "mei", format="parquet")
    theirs = set(portfolio.account_manager("mei").customer_overview().frame["customer_id"])
    for place in (tmp_path / "mei").iterdir():
        frame = pl.read_parquet(place) if place.is_dir() else pl.DataFrame()
        if "customer_id" in frame.columns:
            assert set(frame["customer_id"]) <= theirs
    assert not (tmp_path / "mei" / "quarantine").exists()


def test_a_format_that_is_none_is_one_sentence(portfolio: Portfolio, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="A copy cannot be written as 'avro'") as refused:
        portfolio.copy(tmp_path / "x", format="avro")
    assert refused.value.hint == "formats are: duckdb, parquet."
