"""How long a million license rows take to load, with validation, against DuckDB's own typed `read_csv` of the same file.

Run it on an idle machine: `python benchmarks/load_licenses.py`. It prints the table of `benchmarks/README.md`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl

from partner_analytics import ingest
from partner_analytics.settings import Settings

ROWS = 1_000_000
RUNS = 3
TYPES = {
    "license_id": "varchar",
    "license_number": "varchar",
    "customer_id": "varchar",
    "product_code": "varchar",
    "product_name": "varchar",
    "product_generic_code": "varchar",
    "license_type": "varchar",
    "quantity": "bigint",
    "is_unlimited": "boolean",
    "is_perpetual": "boolean",
    "start_date": "date",
    "end_date": "date",
    "used": "bigint",
    "used_on": "date",
}


def write_licenses(file: Path, product_name: str) -> None:
    """A flat license export; a product's name with a comma makes every row a quoted one."""
    number = pl.Series(range(ROWS))
    pl.select(
        license_id=pl.format("L-{}", number),
        license_number=pl.format("D{}", number),
        customer_id=pl.format("00000000-0000-4000-8000-{}", (number // 10).cast(pl.String).str.zfill(12)),
        product_code=pl.lit("CIXA"),
        product_name=pl.lit(product_name),
        product_generic_code=pl.lit("CIXA"),
        license_type=pl.lit("term"),
        quantity=number % 500,
        is_unlimited=pl.lit("false"),
        is_perpetual=pl.lit("false"),
        start_date=pl.lit("2026-01-01"),
        end_date=pl.lit("2026-12-31"),
        used=number % 400,
        used_on=pl.lit("2026-11-01"),
    ).write_csv(file)


def ours(file: Path, db: Path) -> None:
    """Read, parse, validate and store."""
    instructions = ingest.Instructions(date(2026, 11, 2), datetime(2026, 11, 2), Settings())
    (accounting,), _ = ingest.load([(str(file), instructions)], db)
    if accounting.accepted != ROWS:
        raise SystemExit(f"only {accounting.accepted} rows were accepted")


def duckdbs(file: Path, db: Path) -> None:
    """Read with given types, and store."""
    with duckdb.connect(str(db)) as connection:
        connection.execute(
            f"create table licenses as select * from read_csv('{file}', header = true, columns = {TYPES!r})"
        )
        connection.execute("checkpoint")


def seconds(load: Callable[[Path, Path], None], file: Path) -> float:
    """The best of some runs, each into a store of its own."""
    best = float("inf")
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            load(file, Path(folder) / "store.duckdb")
            best = min(best, time.perf_counter() - began)
    return best


def main() -> None:
    """Print the table."""
    lines = ["| export | with validation, s | DuckDB alone, s | ratio |", "|---|---:|---:|---:|"]
    with tempfile.TemporaryDirectory() as folder:
        for title, name in (
            ("without quotes", "Intercept X Advanced"),
            ("a quoted cell a row", "Intercept X, Advanced"),
        ):
            file = Path(folder) / "licenses.csv"
            write_licenses(file, name)
            mine, theirs = seconds(ours, file), seconds(duckdbs, file)
            lines.append(f"| {ROWS:,} licenses, {title} | {mine:.2f} | {theirs:.2f} | {mine / theirs:.1f} |")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
