"""Parts of a portfolio, judged each on its own as workers do: together they are what one machine makes of all."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from partner_analytics import CheckError, Portfolio, UsageError
from partner_analytics.cluster import parts
from partner_analytics.cluster.parts import Order, Written
from partner_analytics.errors import EngineError
from partner_analytics.publish import parquet
from partner_analytics.settings import Product, Settings
from partner_analytics.transforms import results
from partner_analytics.transforms.places import NAMED_ALIKE, ORDERS


def order_of(exports: Path, out: Path, settings: Settings, as_of: date) -> Order:
    manifest = json.loads((exports / "manifest.json").read_text("utf-8"))
    return Order(str(exports), str(out), as_of, settings, manifest["files"], "0.0.0")


def places_of(out: Path) -> pl.DataFrame:
    """What an engine does between the parts: it sorts all customers, and counts those of each name."""
    found = pl.read_parquet(out / "unfinished" / "placing")
    orders = []
    for name, columns in ORDERS.items():
        by_this = found.sort(columns, nulls_last=True).select("customer_id").with_row_index(name)
        orders.append(by_this.with_columns(pl.col(name).cast(pl.Int64)))
    for one in orders:
        found = found.join(one, on="customer_id")
    return found.with_columns(shared_with=pl.len().over(NAMED_ALIKE).cast(pl.Int64) - 1)


def made(order: Order, number: int) -> list[Written]:
    out = Path(order.out)
    written = [one for part in range(number) for one in parts.judge(order, part)]
    files = [one for one in written if one.file]
    for (part,), places in places_of(out).partition_by("part", as_dict=True).items():
        files += parts.finish(order, part, places)
    return [*files, *parts.complete(order, number, {"licenses": "2026-11-02"}, files)]


@pytest.mark.sampled(1)
@pytest.mark.promise("same_bytes")
@pytest.mark.parametrize("rows", [250_000, 3], ids=["one part", "32 parts"])
def test_parts_make_the_files_that_a_copy_has_to_the_byte(
    rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS_OF_A_BUCKET", rows)
    demo = Portfolio.demo(tmp_path / "store")
    settings = Settings(expiring_days=45, products=(Product("CIXA", "Ours", ("Server",)),))
    portfolio = dataclasses.replace(demo, settings=settings)
    copy = portfolio.copy(tmp_path / "copy", format="parquet")
    exports = portfolio.copy(tmp_path / "exports", format="parquet", exports_only=True)
    out = tmp_path / "out"
    assert demo.today
    written = made(order_of(exports, out, settings, demo.today), 1 if rows > 3 else 32)
    hashes = json.loads((copy / "manifest.json").read_text("utf-8"))["files"]
    assert {one.relation for one in written} == {*parts.OF_A_PART, *parts.OF_ALL, "about"}
    for one in written:
        if one.relation != "about":
            assert one.sha256 == hashes[one.file], one.file
    for name in ("names_to_correct", "unmapped_products", "unknown_customers", "renewals_by_month"):
        assert pl.read_parquet(out / name).height, f"{name} is proven by its rows"
    assert not (out / "unfinished").exists()


@pytest.fixture
def order(tmp_path: Path) -> Order:
    demo = Portfolio.demo(tmp_path / "store")
    exports = demo.copy(tmp_path / "exports", format="parquet", exports_only=True)
    assert demo.today
    return order_of(exports, tmp_path / "out", Settings(), demo.today)


def test_a_part_that_is_judged_twice_is_the_same(order: Order) -> None:
    assert list(parts.judge(order, 0)) == list(parts.judge(order, 0))


def lose(file: Path) -> None:
    file.unlink()


def change(file: Path) -> None:
    file.write_bytes(file.read_bytes()[::-1])


@pytest.mark.parametrize(
    ("spoil", "said"), [(lose, "A part of the exports is missing"), (change, "is not as it was written")]
)
@pytest.mark.sampled(1)
@pytest.mark.parametrize("name", parts.READ)
def test_a_part_of_the_exports_that_is_not_as_it_was_written_is_one_sentence(
    name: str, spoil: Callable[[Path], None], said: str, order: Order
) -> None:
    spoil(Path(order.exports) / name / "customer_bucket=0" / "part.parquet")
    with pytest.raises(UsageError, match=f"{said}.*{name}/customer_bucket=0") as refused:
        list(parts.judge(order, 0))
    assert "--exports-only" in refused.value.hint
    assert not Path(order.out).exists(), "nothing was written"


@pytest.mark.parametrize("some", [lambda places: places.head(-1), lambda places: pl.concat([places, places.head(1)])])
def test_customers_whom_the_engine_loses_or_gives_twice_are_missed(
    some: Callable[[pl.DataFrame], pl.DataFrame], order: Order
) -> None:
    list(parts.judge(order, 0))
    with pytest.raises(EngineError, match=r"The engine placed \d+ of \d+ customers of part 0 among all"):
        list(parts.finish(order, 0, some(places_of(Path(order.out)))))


def test_a_part_of_the_results_that_another_worker_does_not_see_is_one_sentence(order: Order) -> None:
    list(parts.judge(order, 0))
    places = places_of(Path(order.out))
    (Path(order.out) / "unfinished" / "customer_overview" / "part-0.parquet").unlink()
    with pytest.raises(UsageError, match="A part of the results is missing: unfinished/customer_overview"):
        list(parts.finish(order, 0, places))


@pytest.mark.promise("contradiction")
def test_a_part_whose_results_contradict_themselves_is_not_written(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_one(*given: Any, **named: Any) -> Mapping[str, pl.DataFrame]:
        found = dict(results(*given, **named))
        return found | {"flex_vs_term": found["flex_vs_term"].head(-1)}

    monkeypatch.setattr(parts, "results", without_one)
    with pytest.raises(CheckError, match="every_customer_in_flex_vs_term"):
        list(parts.judge(order, 0))
    assert not Path(order.out).exists()


def test_exports_without_results_hold_exports_and_ledger_alone(order: Order) -> None:
    assert {place.name for place in Path(order.exports).iterdir()} == {
        *("about", "customers", "licenses", "assistance", "customer_facts", "evidence", "empty_answers"),
        *("loads", "quarantine", "manifest.json"),
    }


def test_only_a_copy_as_parquet_leaves_the_results_out(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Only a copy as Parquet leaves the results out"):
        Portfolio.demo(tmp_path).copy(tmp_path / "copy.duckdb", exports_only=True)
