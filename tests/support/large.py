"""A portfolio of any size, made column by column: what the page is measured with."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from partner_analytics import Portfolio

DAY: Final = date(2026, 11, 2)
LICENSES: Final = 3
"""How many licenses a customer has."""

FAMILIES: Final = ("Müller", "Okafor", "Lindqvist", "Nakamura", "Castellano", "Petrova", "Haugen", "Dubois")
TRADES: Final = (
    "Brillenwerk GmbH",
    "Veterinary Care",
    "Rowing Club",
    "Architects Ltd",
    "Imports & Sons",
    "Bakery",
    "Notaries",
)
MANAGERS: Final = ("Jonas Castellano", "Mei Okonjo", "Amara Lindqvist", "Ravi Nair", "Chloé Rochat")
CODES: Final = ("CIXA", "CEMA", "CIXAXDR", "SVRCIXAXDR", "CPHISH", "CIXAMTR-ADV-MSP")


def large_portfolio(customers: int, folder: Path) -> Portfolio:
    """A store with so many customers, three licenses each, and about as much to do as in a real portfolio."""
    portfolio = Portfolio(folder / "large.duckdb", DAY)
    for file in large_exports(customers, folder):
        portfolio.load(file, snapshot_date=DAY)
    return portfolio


def large_exports(customers: int, folder: Path) -> tuple[Path, ...]:
    """The exports of so many customers, as CSV files in a folder."""
    made = {"customers": _customers, "customer_facts": _facts, "assistance": _assistance, "licenses": _licenses}
    for kind, make in made.items():
        make(customers).write_csv(folder / f"{kind}.csv")
    return tuple(folder / f"{kind}.csv" for kind in made)


def _one_of(words: tuple[str, ...], number: pl.Expr) -> pl.Expr:
    return number.replace_strict(list(range(len(words))), list(words), return_dtype=pl.String)


def _id(number: pl.Expr) -> pl.Expr:
    return pl.format("00000000-0000-4000-8000-{}", number.cast(pl.String).str.zfill(12))


def _numbered(rows: int) -> pl.LazyFrame:
    return pl.LazyFrame({"n": pl.int_range(rows, eager=True)})


def _customers(customers: int) -> pl.DataFrame:
    n = pl.col("n")
    name = pl.format("{} {} {}", _one_of(FAMILIES, n % 8), _one_of(TRADES, n // 8 % 7), n)
    return (
        _numbered(customers)
        .select(
            customer_id=_id(n),
            account_name=name,
            billing_type=_one_of(("term", "usage", "term", "trial"), n % 4),
            account_status=pl.lit("active"),
            contact_first_name=pl.lit("Valentina"),
            contact_last_name=_one_of(FAMILIES, n % 8),
            contact_email=pl.format("office@customer-{}.example", n),
            contact_phone=pl.format("+49 000 {}", n),
        )
        .collect()
    )


def _facts(customers: int) -> pl.DataFrame:
    n = pl.col("n")
    facts = _numbered(customers).select(customer_id=_id(n), account_manager=_one_of(MANAGERS, n % 5))
    return facts.collect()


def _assistance(customers: int) -> pl.DataFrame:
    n = pl.col("n")
    evidence = _numbered(customers).filter(n % 5 > 0)
    return evidence.select(
        customer_id=_id(n), partner_assistance=_one_of(("on", "off", "on"), n % 3), checked_on=pl.lit("2026-10-20")
    ).collect()


def _licenses(customers: int) -> pl.DataFrame:
    n, customer = pl.col("n"), pl.col("n") // LICENSES
    kind = _one_of(("term", "usage", "term", "trial"), customer % 4)
    quantity = n % 90 + 5
    return (
        _numbered(customers * LICENSES)
        .select(
            license_id=pl.format("L-{}", n),
            customer_id=_id(customer),
            product_code=_one_of(CODES, (n * 7 + customer) % 6),
            license_type=kind,
            quantity=quantity,
            start_date=pl.lit("2025-09-01"),
            # Some have ended, some end soon, and most go on.
            end_date=pl.when(kind != "usage").then(pl.lit(date(2026, 9, 20)) + pl.duration(days=n * 37 % 500)),
            used=quantity - (n % 9) + (n % 29 == 0) * 20,
        )
        .collect()
    )
