"""Time the results of 1,000,000 licenses on an engine with one and two workers, beside one machine; and the sorting of 10,000,000 customers.

    PYTHONPATH=. .venv-cluster/bin/python benchmarks/cluster.py

A worker has one core. What a portfolio of any size takes is counted from its parts: each is judged on its own, and what all customers
together take is measured here at that size.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import polars as pl

from partner_analytics import cluster
from partner_analytics.cluster.engine import connected, grouped
from partner_analytics.cluster.making import places_of
from partner_analytics.cluster.parts import Written
from tests.support import large
from tests.support.engines import running

CUSTOMERS: Final = 100_000
LICENSES: Final = 10
RANKED: Final = 10_000_000
PARTS: Final = 256
RUNS: Final = 3
LICENSES_OF_A_PART: Final = 250_000


def main() -> None:
    """Print the tables."""
    large.LICENSES = LICENSES  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        portfolio = large.large_portfolio(CUSTOMERS, folder)
        exports = portfolio.copy(folder / "exports", format="parquet", exports_only=True)
        here = best(lambda number: portfolio.copy(folder / f"copy-{number}", format="parquet"))
        say(f"{'':24}{'s':>8}{'ratio':>8}")
        say(f"{'one machine, two cores':24}{here:8.1f}{1:8.1f}")
        taken = {}
        for workers in (1, 2):
            with running(workers, cores=set(range(workers))) as engine:
                address = engine.address
                taken[workers] = best(
                    lambda number, at=address, of=workers: cluster.results(
                        exports, folder / f"made-{of}-{number}", engine=at
                    )
                )
            say(f"{f'workers: {workers}':24}{taken[workers]:8.1f}{taken[workers] / here:8.1f}")
        ranked = ranking(folder)
        say(f"{RANKED:,} customers placed: {ranked:.0f} s on two cores")
        a_part = taken[1] / (CUSTOMERS * LICENSES / LICENSES_OF_A_PART)
        parts = 100_000_000 // LICENSES_OF_A_PART
        say(
            f"100,000,000 licenses: {parts} parts of {a_part:.1f} s: {parts * a_part / 60:.0f} minutes of one core, and {ranked:.0f} s"
        )


def ranking(folder: Path) -> float:
    """How long it takes to place so many customers among all, and to hand each part its own."""
    places = folder / "ranked" / "unfinished" / "placing"
    places.mkdir(parents=True)
    for part in range(PARTS):
        number = pl.int_range(part, RANKED, PARTS, eager=True)
        pl.DataFrame({"n": number}).select(
            customer_id=pl.format("00000000-0000-4000-8000-{}", pl.col("n").cast(pl.String).str.zfill(12)),
            called=pl.format("customer {}", pl.col("n").hash() % 9_000_000),
            act_by=pl.date(2026, 11, 1) + pl.duration(days=pl.col("n") % 90),
            to_do=(pl.col("n") % 13).cast(pl.Int64),
            part=pl.lit(part, pl.Int64),
        ).write_parquet(places / f"part-{part}.parquet")
    with running(2) as engine, connected(engine.address) as session:
        began = time.perf_counter()
        counted = grouped(places_of(session, str(folder / "ranked")), "part", Written, count)
        took = time.perf_counter() - began
    if sum(one.rows for one in counted) != RANKED:
        raise SystemExit("customers were lost")
    return took


def count(part: int, places: pl.DataFrame) -> Iterable[Written]:
    """How many customers a part was given."""
    yield Written("places", part, places.height)


def best(run: Callable[[int], object]) -> float:
    """The best time of some runs."""
    times = []
    for number in range(RUNS):
        began = time.perf_counter()
        run(number)
        times.append(time.perf_counter() - began)
    return min(times)


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
