"""Three years of daily snapshots of 1,000 customers with 10 licenses each: how large the store gets, and how fast it answers.

Run it on an idle machine: `python benchmarks/three_years.py [DAYS]`; three years take about half an hour. It loads a
customer and a license export for each day as anybody would, then prints the tables of `benchmarks/README.md`: the store
beside a copy of all rows for each day, and beside changed rows only (valid from, valid until).
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from partner_analytics import Portfolio, ingest
from partner_analytics.settings import Settings

CUSTOMERS, EACH, DAYS = 1000, 10, 1095
FIRST = date(2023, 11, 6)
CHANGED, USED = 0.005, 0.05
"""The share of licenses whose quantity or end changes from one day to the next, and of those whose usage count does."""

PRODUCTS = ("CIXA", "CIXAXDR", "CEMA", "CPHISH", "CIXAMTR-ADV-MSP", "SVRCIXAXDR", "CDE-MSP", "ZTNA-MSP")
RUNS = 5


def numbers(chance: random.Random, count: int, low: int, high: int) -> pl.Series:
    """Whole numbers by chance, as many as asked for."""
    return pl.Series(chance.choices(range(low, high), k=count))


def some(chance: random.Random, count: int, share: float) -> pl.Series:
    """True for a share of so many, by chance."""
    return pl.Series([chance.random() < share for _ in range(count)])


def first_licenses(chance: random.Random) -> pl.DataFrame:
    """The licenses of the first day."""
    number = pl.Series(range(CUSTOMERS * EACH))
    count = len(number)
    starts, is_usage = numbers(chance, count, -300, 0), some(chance, count, 0.3)
    return pl.select(
        license_id=pl.format("L-{}", number),
        customer_id=pl.format("00000000-0000-4000-8000-{}", (number // EACH).cast(pl.String).str.zfill(12)),
        product_code=pl.Series(chance.choices(PRODUCTS, k=count)),
        license_type=pl.when(is_usage).then(pl.lit("usage")).otherwise(pl.lit("term")),
        quantity=numbers(chance, count, 1, 200),
        start_date=pl.lit(FIRST) + pl.duration(days=starts),
        end_date=pl.when(is_usage.not_()).then(pl.lit(FIRST) + pl.duration(days=starts + 365)),
        used=numbers(chance, count, 0, 200),
    )


def next_day(licenses: pl.DataFrame, day: date, chance: random.Random) -> pl.DataFrame:
    """The licenses a day later: a few changed, more used, and what ended renewed for a year after at most a week."""
    count = licenses.height
    changed, used = (some(chance, count, share) for share in (CHANGED, USED))
    more = numbers(chance, count, 1, 200)
    is_over = (pl.col("end_date") < pl.lit(day)) & some(chance, count, 0.2)
    return licenses.with_columns(
        quantity=pl.when(changed).then(more).otherwise("quantity"),
        used=pl.when(used).then(more).otherwise("used"),
        end_date=pl.when(is_over).then(pl.col("end_date") + pl.duration(days=365)).otherwise("end_date"),
    )


def customers(day: date) -> pl.DataFrame:
    """The customers of a day, of whom one is renamed every week."""
    number = pl.Series(range(CUSTOMERS))
    renamed = (day - FIRST).days // 7
    return pl.select(
        customer_id=pl.format("00000000-0000-4000-8000-{}", number.cast(pl.String).str.zfill(12)),
        account_name=pl.format("Customer {}", number),
        shown_as=pl.when(number < renamed).then(pl.format("Customer {} & Co", number)),
        billing_type=pl.lit("term"),
    )


def say(text: str) -> None:
    """Print one line, at once: it takes its time."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def best(action: Callable[[], object]) -> float:
    """The seconds of the fastest of some runs."""
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    return min(taken)


def load(folder: Path, days: int) -> Portfolio:
    """The store of so many days, loaded file by file; prints what a load takes at the beginning and at the end."""
    chance = random.Random(5)  # noqa: S311
    licenses, taken = first_licenses(chance), []
    db = folder / "partner.duckdb"
    for number in range(days):
        day = FIRST + timedelta(days=number)
        exports = {"customers": customers(day), "licenses": licenses}
        began = time.perf_counter()
        for kind, frame in exports.items():
            frame.write_csv(folder / f"{kind}.csv")
            file, at = str(folder / f"{kind}.csv"), datetime.combine(day, datetime.min.time())
            ingest.load([(file, ingest.Instructions(day, at, Settings()))], db)
        taken.append(time.perf_counter() - began)
        licenses = next_day(licenses, day + timedelta(days=1), chance)
    first, last = (statistics.median(part) for part in (taken[:20], taken[-20:]))
    say(
        f"{days} days loaded in {sum(taken):.0f} s; a day's two files take {first:.2f} s at first, {last:.2f} s at last\n"
    )
    return Portfolio(db, FIRST + timedelta(days=days - 1))


def alternatives(portfolio: Portfolio, folder: Path, days: int) -> None:
    """Print the store beside other ways to keep the same license rows."""
    columns = "license_id, customer_id, product_code, license_type, quantity, start_date, end_date, used"
    ways = {
        "every row of every day": f"select snapshot_date, {columns} from store.licenses_history",
        "changed rows only": f"""
            with numbered as (
                select *, dense_rank() over (order by snapshot_date) as number from store.licenses_history
            ), islands as (
                select *, number - row_number() over (partition by {columns} order by number) as island from numbered
            )
            select min(snapshot_date) as valid_from, max(snapshot_date) as valid_until, {columns}
            from islands group by all
        """,
    }
    asks = {
        "every row of every day": f"select {columns} from kept where snapshot_date = $day",
        "changed rows only": f"select {columns} from kept where valid_from <= $day and valid_until >= $day",
    }
    middle = FIRST + timedelta(days=days // 2)
    say("| kept | licenses, MB | licenses as of a day in the middle, ms |\n|---|---:|---:|")
    for name, query in ways.items():
        path = folder / f"{name}.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"attach '{portfolio.db}' as store (read_only)")
            connection.execute(f"create table kept as {query} order by 1")
            connection.execute("checkpoint")
            # Read as often as it is asked for: a relation would only be read when it is shown.
            milliseconds = 1000 * best(lambda ask=asks[name]: connection.execute(ask, {"day": middle}).fetchall())
        say(f"| {name} | {path.stat().st_size / 1e6:.1f} | {milliseconds:.0f} |")
    with duckdb.connect(str(portfolio.db), read_only=True) as connection:
        ours = f"select {columns} from licenses_as_of($day)"
        milliseconds = 1000 * best(lambda: connection.execute(ours, {"day": middle}).fetchall())
    say(f"| the store: each content once, and who saw it when (customers too) | "
          f"{portfolio.db.stat().st_size / 1e6:.1f} | {milliseconds:.0f} |\n")  # fmt: skip


def reports(portfolio: Portfolio, days: int) -> None:
    """Print what reports take."""
    moments = {"the first day": 1, "a day in the middle": days // 2, "the last day": days - 1}
    say(
        "| as of | protection status alone, s | changes alone, s | all reports with their trends, s |\n|---|---:|---:|---:|"
    )
    for name, number in moments.items():
        day = FIRST + timedelta(days=number)
        taken = (
            best(lambda day=day, names=names: portfolio.reports(*names, as_of=day))  # type: ignore[misc]
            for names in (("protection_status",), ("changes",), ())
        )
        say(f"| {name} | {' | '.join(f'{seconds:.2f}' for seconds in taken)} |")


def main() -> None:
    """Load, then measure."""
    days = int(sys.argv[1]) if len(sys.argv) > 1 else DAYS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        portfolio = load(folder, days)
        alternatives(portfolio, folder, days)
        reports(portfolio, days)


if __name__ == "__main__":
    main()
