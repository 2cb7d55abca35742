"""The results of a large day, made of some customers at a time: their licenses read, judged and checked, and only what is asked for kept.

One machine holds far more licenses so than it could at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import fields, replace
from datetime import date
from functools import cache, partial
from itertools import pairwise
from math import ceil
from typing import Final

import polars as pl

from partner_analytics import store
from partner_analytics.as_of.checks import check
from partner_analytics.as_of.state import catalogue, check_day
from partner_analytics.errors import CheckError
from partner_analytics.settings import Settings
from partner_analytics.transforms import Exports, results
from partner_analytics.transforms.accounts import accounts
from partner_analytics.transforms.coding import as_text, coded
from partner_analytics.transforms.data_quality import (
    unknown_customers,
    unknown_of_all,
    unmapped_of_all,
    unmapped_of_some,
)
from partner_analytics.transforms.exports import FRAMES, NEEDED
from partner_analytics.transforms.lazily import Lazily, Made
from partner_analytics.transforms.per_customer import LICENSES_OF_A_PART, PER_CUSTOMER, merged
from partner_analytics.transforms.renewals_by_month import renewals_by_month

__all__ = ["MAKES", "judged"]

FEW: Final = 500_000
"""Up to how many licenses a day is judged at once."""

FEWEST_PARTS: Final = 3
"""More need less memory, but each looks through the store."""

BESIDES: Final = tuple(name for name in FRAMES if name != "licenses")
"""What is held of all customers at once."""

MONTHS: Final = "renewals_by_month"
MAKES: Final = frozenset({*PER_CUSTOMER, MONTHS})
"""The results that can be asked for."""

IN_EVERY_REPORT: Final = ("unlinkable_customers",)
"""What words of reports look at besides."""


def judged(
    connection: store.Connection, as_of: date, settings: Settings, names: Collection[str]
) -> tuple[Exports, Lazily] | None:
    """The results of a large day that are asked for, and exports without a row; None for a small day.

    Every check that is about them has found nothing.

    Parameters
    ----------
    names
        Results of `MAKES`.

    Raises
    ------
    UsageError
        If the day lies before the first snapshot.
    CheckError
        If a check returns rows.
    """
    check_day(connection, as_of)
    licenses = store.licenses_held(connection, as_of)
    if licenses <= FEW:
        return None
    licensed, codes, frames = store.at_once(
        connection,
        lambda beside: store.licensed_as_of(beside, as_of),
        lambda beside: store.product_codes_as_of(beside, as_of),
        lambda beside: store.frames_as_of(beside, as_of, BESIDES, NEEDED),
    )
    # Of licenses no more is known yet than who has some.
    known = coded(
        Exports(**frames, licenses=licensed.select("customer_id"), products=catalogue(settings)), product_codes=codes
    )
    customers = accounts(known)
    made: dict[str, list[pl.DataFrame]] = {name: [] for name in _needed(names)}
    unmapped, unknown, judged_licenses = [], [_of_nobody(known, customers)], 0
    hold = partial(_check, as_of=as_of, settings=settings, published=made.keys(), ids=as_text(customers)["customer_id"])
    # While a part is judged, the one before it is checked, and the one after it read.
    with ThreadPoolExecutor(1) as checker:
        checks: list[Future[None]] = []
        for part in _exports(connection, as_of, known, customers, licensed):
            found = results(part, as_of, settings.expiring_days, renewal_days=settings.renewal_days)
            for name, of in made.items():
                of.append(found.made[name].coded)
            unmapped.append(unmapped_of_some(found["license_states"]))
            unknown.append(found["unknown_customers"])
            judged_licenses += part.licenses.height
            while checks:
                checks.pop().result()
            checks.append(checker.submit(hold, part, found))
        checks.pop().result()
    if judged_licenses != licenses:
        raise CheckError(
            f"The reports contradict themselves, so nothing was written: of {licenses:,} licenses "
            f"{judged_licenses:,} were judged.",
            "please report this, it is a defect of partner-analytics; the last good files are untouched.",
        )

    @cache
    def whole(name: str) -> pl.DataFrame:
        # The parts go where they are made one.
        return merged(name, made.pop(name))

    nothing = Exports(**{one.name: getattr(known, one.name).clear() for one in fields(Exports)})
    return nothing, Lazily(
        {
            **{name: partial(whole, name) for name in made},
            "accounts": lambda: customers,
            "unmapped_products": lambda: unmapped_of_all(unmapped),
            "unknown_customers": lambda: unknown_of_all(unknown),
            **({MONTHS: lambda: renewals_by_month(whole("renewals"))} if MONTHS in names else {}),
        }
    )


def _needed(names: Collection[str]) -> set[str]:
    """What is to be made of each part."""
    return {"renewals" if name == MONTHS else name for name in (*names, *IN_EVERY_REPORT)}


def _exports(
    connection: store.Connection, as_of: date, known: Exports, customers: pl.DataFrame, licensed: pl.DataFrame
) -> Iterator[Exports]:
    """What is known of some customers at a time, in their order, with their licenses."""
    ids, codes = customers["customer_id"], known.products["product_code"].dtype
    parts = _parts(customers, licensed)
    columns = [name for name in NEEDED["licenses"] if name != "customer_id"]
    places = as_text(customers.select("customer_id", pl.col("customer_order").alias("place")))
    read = store.licenses_in_parts(connection, as_of, columns, places, parts)
    for (first, after), licenses in zip(parts, read, strict=True):
        placed = licenses.with_columns(pl.col("product_code").cast(codes))
        theirs = placed.select(ids.gather(placed["place"]).alias("customer_id"), pl.exclude("place"))
        yield replace(_placed(known, first, after), licenses=theirs)


def _parts(customers: pl.DataFrame, licensed: pl.DataFrame) -> list[tuple[int, int]]:
    """For each part the place of its first customer, and that after its last; about as many licenses in each."""
    number = max(FEWEST_PARTS, ceil(licensed["licenses"].sum() / LICENSES_OF_A_PART))
    held = as_text(customers.select("customer_id")).join(licensed, on="customer_id", how="left", maintain_order="left")
    upto = held["licenses"].fill_null(0).cum_sum()
    ends = [int(upto.search_sorted(upto[-1] * part / number)) for part in range(1, number)]
    bounds = sorted({0, *ends, customers.height})
    return list(pairwise(bounds))


def _check(
    part: Exports, found: Lazily, *, as_of: date, settings: Settings, published: Collection[str], ids: pl.Series
) -> None:
    """Hold the results of some customers against every check that is about them; customers go by their places."""
    frames = {
        "customers": part.customers.select("customer_id"),
        "licenses": part.licenses.select("customer_id", "license_id", "load_id", "line"),
        "empty_answers": part.empty_answers,
    }
    placed = Lazily({name: partial(_by_place, made) for name, made in found.made.items()})
    with closing(store.holding({name: _with_places(frame) for name, frame in frames.items()})) as connection:
        check(connection, placed, as_of, settings, published, has_ledger=False, ids=ids)


def _by_place(made: Made) -> pl.DataFrame:
    return _with_places(made.coded)


def _with_places(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with numbers in place of the ids of customers: those are compared in less time."""
    return frame.with_columns(pl.col("customer_id").to_physical()) if "customer_id" in frame.columns else frame


def _of_nobody(known: Exports, customers: pl.DataFrame) -> pl.DataFrame:
    """One row per customer and kind of export that names it, though neither the customers nor the licenses do."""
    return as_text(unknown_customers(_placed(known, customers.height, None)))


def _placed(known: Exports, first: int, after: int | None) -> Exports:
    """What is known of the customers from a place on, up to another; a coded id says where its customer stands."""
    place = pl.col("customer_id").to_physical()
    is_theirs = (place >= first) if after is None else place.is_between(first, after, closed="left")
    return replace(known, **{name: getattr(known, name).filter(is_theirs) for name in FRAMES})
