"""What reports of a large portfolio cost, as whole processes beside the same figures in plain SQL.

Run it on an idle machine: `PYTHONPATH=. python benchmarks/reports.py`. It prints the tables of `benchmarks/README.md`.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from partner_analytics import Portfolio
from partner_analytics.resources import resource
from partner_analytics.vocabulary import CATEGORIES
from tests.support import large

CUSTOMERS: Final = 100_000
LICENSES: Final = 10
RUNS: Final = 5
FIVE: Final = ("protection_status", "license_positions", "flex_vs_term", "assistance_coverage", "renewals")
WANTED: Final = {"five reports": FIVE, **{name: (name,) for name in FIVE}, "actions": ("actions",)}
START: Final = "import sys; from partner_analytics.commands.program import main; main(sys.argv[1:])"
HERE: Final = Path(__file__).parent
KINDS: Final = ("customers", "licenses", "assistance", "customer_facts")

PLAIN: Final = """
import sys, duckdb
from datetime import date
text, db, day, categories = sys.argv[1:]
connection = duckdb.connect(db, read_only=True)
for statement in duckdb.extract_statements(text):
    said = {"as_of": date.fromisoformat(day), "categories": categories.split(";")}
    connection.execute(statement, {name: said[name] for name in statement.named_parameters})
"""


def measured(command: list[str]) -> tuple[float, float]:
    """The seconds that a command takes, and how many MB its process held at most."""
    began = time.perf_counter()
    command = [sys.executable, "-c", *command]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command[3]} ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - began, used.ru_maxrss / 1024


def plain_tables(folder: Path) -> Path:
    """A database of typed tables, without a store around them."""
    file = folder / "plain.duckdb"
    with duckdb.connect(str(file)) as connection:
        for kind in KINDS:
            source = str(folder / f"{kind}.csv")
            connection.execute(f"create table {kind} as from read_csv(?, types = {{'customer_id': 'UUID'}})", [source])
        catalogue = str(resource("catalog", "products.csv"))
        connection.execute(
            "create table products as select product_code, product_name, str_split(categories, '; ') as categories "
            "from read_csv(?, all_varchar = true)",
            [catalogue],
        )
    return file


def reports(db: Path, names: tuple[str, ...], out: Path, day: object, *formats: str) -> list[str]:
    """The command that writes reports."""
    wanted = [word for name in formats for word in ("--format", name)]
    return [START, "report", *names, "--db", str(db), "--as-of", str(day), "--out", str(out), *wanted]


def beside_plain_sql(folder: Path, db: Path) -> None:
    """Print what reports cost, each run in turn with the plain one."""
    plain = folder / "plain"
    plain.mkdir()
    text = (HERE / "five_reports.sql").read_text("utf-8").replace("{out}", str(plain))
    floor = [PLAIN, text, str(plain_tables(folder)), str(large.DAY), ";".join(CATEGORIES)]
    sys.stdout.write("| reports | s | plain SQL, s | ratio | MB |\n|---|---:|---:|---:|---:|\n")
    for title, names in WANTED.items():
        ours = reports(db, names, folder / "out", large.DAY, "csv")
        pairs = [(measured(floor), measured(ours)) for _ in range(RUNS)]
        ratio = statistics.median(mine[0] / theirs[0] for theirs, mine in pairs)
        seconds, memory = (statistics.median(mine[of] for _, mine in pairs) for of in (0, 1))
        floor_seconds = statistics.median(theirs[0] for theirs, _ in pairs)
        sys.stdout.write(f"| {title} | {seconds:.1f} | {floor_seconds:.1f} | {ratio:.1f} | {memory:,.0f} |\n")
        sys.stdout.flush()
        for name in names:
            mine, theirs = ((place / f"{name}.csv") for place in (folder / "out", plain))
            if theirs.exists() and mine.read_bytes().split(b"\n", 1)[1] != theirs.read_bytes().split(b"\n", 1)[1]:
                raise SystemExit(f"{name} differs from the same in plain SQL")


def over_days(folder: Path, portfolio: Portfolio, days: int = 5) -> None:
    """Print what a page over several days costs: the first time, and when their figures are remembered."""
    licenses = pl.read_csv(folder / "licenses.csv", try_parse_dates=True)
    for number in range(1, days):
        other = (pl.int_range(pl.len()) * 7 + number) % 200 == 0
        licenses.with_columns(quantity=pl.col("quantity") + other.cast(pl.Int64) * number).write_csv(
            folder / "next.csv"
        )
        for name in ("customers.csv", "customer_facts.csv", "next.csv"):
            portfolio.load(folder / name, snapshot_date=large.DAY + timedelta(number))
    last = large.DAY + timedelta(days - 1)
    sys.stdout.write(
        "\n| | over a day, s | over 5, first, s | again, s | ratio | MB |\n|---|---:|---:|---:|---:|---:|\n"
    )
    for title, names in {"`protection_status`": ("protection_status",), "all reports": ()}.items():
        for file in folder.glob(".*-trends"):
            file.unlink()
        first, again, one = (
            measured(reports(portfolio.db, names, folder / "page", day)) for day in (last, last, large.DAY)
        )
        sys.stdout.write(
            f"| {title} | {one[0]:.1f} | {first[0]:.1f} | {again[0]:.1f} | {again[0] / one[0]:.1f} | {again[1]:,.0f} |\n"
        )
        sys.stdout.flush()


def main() -> None:
    """Print the tables."""
    large.LICENSES = LICENSES  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        portfolio = large.large_portfolio(CUSTOMERS, folder)
        beside_plain_sql(folder, portfolio.db)
        over_days(folder, portfolio)


if __name__ == "__main__":
    main()
