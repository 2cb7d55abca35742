"""Reports, checks and ad-hoc SQL over one store: what is asked of it, read-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from partner_analytics import store
from partner_analytics.errors import CheckError, UsageError
from partner_analytics.reports import Basis, Report, build_report
from partner_analytics.resources import sql_texts
from partner_analytics.transforms import Exports, results
from partner_analytics.vocabulary import EXPIRING_DAYS, KINDS


def catalogue() -> pl.DataFrame:
    """One row per product known: `product_code`, `product_name`, `categories` (a list)."""
    file = Path(__file__).parent / "catalog" / "products.csv"
    return pl.read_csv(file, infer_schema=False).with_columns(pl.col("categories").str.split("; "))


def transformed(db: Path, as_of: date) -> dict[str, pl.DataFrame]:
    """The result of every transform as of a day, by name.

    Raises
    ------
    UsageError
        If the day lies before the first snapshot.
    """
    with store.reading(db) as connection:
        first = store.first_snapshot_day(connection)
        if first is None:
            raise UsageError(f"The store {db} holds no export yet.", "load one: partner-analytics load FILE")
        if as_of < first:
            raise UsageError(
                f"There is nothing as of {as_of}: the first snapshot is of {first}.",
                f"ask for {first} or later.",
            )
        frames = store.frames_as_of(connection, as_of)
    frames["evidence"] = frames.pop("assistance_evidence")
    return results(Exports(**frames, products=catalogue()), as_of)


def reports(db: Path, names: Sequence[str], as_of: date) -> tuple[Report, ...]:
    """Build reports as of a day, after every check of `sql/checks` has found nothing.

    Raises
    ------
    UsageError
        If the day lies before the first snapshot.
    CheckError
        If a check returns rows.
    """
    frames = transformed(db, as_of)
    for name, text in sql_texts("checks").items():
        with store.reading(db) as connection:
            broken = store.query(connection, text, {}, frames)
        if broken.height:
            raise CheckError(
                f"The reports contradict themselves: the check `{name}` finds {broken.height} rows, "
                "so nothing was written.",
                "please report this, it is a defect of partner-analytics.",
            )
    with store.reading(db) as connection:
        basis = store.basis_as_of(connection, as_of)
    days = dict(basis["snapshot_days"].select("kind", "snapshot_date").iter_rows())
    rests_on = Basis(
        as_of=as_of,
        expiring_days=EXPIRING_DAYS,
        snapshot_days=tuple((kind, days[kind]) for kind in KINDS if kind in days),
        loads=basis["loads"],
        quarantine=basis["quarantine"],
        unmapped_products=frames["unmapped_products"],
        unknown_customers=frames["unknown_customers"],
    )
    return tuple(build_report(name, frames[name], rests_on) for name in names)


def sql(db: Path, query: str, parameters: Mapping[str, object], as_of: date) -> pl.DataFrame:
    """The rows of one read-only query over the store and the results of the transforms as of a day."""
    frames = transformed(db, as_of)
    with store.reading(db) as connection:
        return store.query(connection, query, parameters, frames)
