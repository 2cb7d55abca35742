"""What a worker does with a part of the customers: their exports read, judged by the rules, checked, and written.

A part is a bucket of customers of the copy. All that a worker writes it writes again when it is asked twice: the same
bytes in the same place.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import Final

import polars as pl

from partner_analytics import store
from partner_analytics.as_of.checks import check
from partner_analytics.as_of.state import catalogue
from partner_analytics.cluster import storage
from partner_analytics.errors import EngineError, UsageError
from partner_analytics.publish.copy import ABOUT, about_copy, as_copied
from partner_analytics.publish.manifests import MANIFEST, hash_of, sealed
from partner_analytics.publish.parquet import bucket_file, bucket_place, parquet_file, whole_place
from partner_analytics.settings import Settings
from partner_analytics.transforms import COMPARED, RELATIONS, Exports, results
from partner_analytics.transforms.categories import categories
from partner_analytics.transforms.data_quality import unmapped_of_all, unmapped_of_some
from partner_analytics.transforms.exports import FRAMES
from partner_analytics.transforms.names_to_correct import to_correct
from partner_analytics.transforms.places import placed, placing
from partner_analytics.transforms.renewals_by_month import counted_by_month, months_of_all

__all__ = [
    "COPY",
    "FINISHED_LATER",
    "OF_ALL",
    "OF_A_PART",
    "PLACING",
    "READ",
    "Look",
    "Order",
    "Written",
    "complete",
    "finish",
    "judge",
    "look",
]

READ: Final = FRAMES
"""The relations of the exports that are read."""

PLACED: Final = ("accounts", "customer_overview")
"""The results that say where a customer stands among all."""

FINISHED_LATER: Final = (*PLACED, "names_to_correct")
"""The results that are known only when all customers are judged."""

OF_ALL: Final = ("categories", "unmapped_products", "renewals_by_month")
"""The results that are about no customer."""

OF_A_PART: Final = tuple(name for name in RELATIONS if name not in COMPARED and name not in OF_ALL)
"""The results that have rows of customers; those about two days are made on one machine only."""

UNFINISHED: Final = "unfinished"
"""The folder of what is still to be finished; it goes when all is."""

PLACING: Final = "placing"
ALL: Final = -1
"""In place of the number of a part: all customers."""

COPY: Final = "partner-analytics copy FOLDER --format parquet --exports-only"
AGAIN: Final = f"write the exports again: {COPY}"

MEANINGS: Final = {name: (one.grain, one.columns) for name, one in RELATIONS.items()} | {"about": ABOUT}

TOTALS: Final = {
    "unmapped_products": ("license_states", unmapped_of_some, unmapped_of_all),
    "renewals_by_month": ("renewals", counted_by_month, months_of_all),
}
"""From which result a total is made, how for the customers of a part, and how from what all parts have come to."""


@dataclass(frozen=True)
class Order:
    """What is to be made, of what, and where to.

    Parameters
    ----------
    exports, out
        Paths as the workers see them.
    settings
        What of them the rules ask for: products and days.
    hashes
        The hash of each file of the exports that is read, by its path.
    version
        The version that is asked for.
    """

    exports: str
    out: str
    as_of: date
    settings: Settings
    hashes: Mapping[str, str]
    version: str


@dataclass(frozen=True)
class Look:
    """What a worker sees before anything is made.

    Parameters
    ----------
    version
        The version that it has.
    manifest
        The manifest of the exports; empty where there is none.
    is_taken
        Whether something stands where the results are to go.
    """

    version: str
    manifest: bytes
    is_taken: bool


@dataclass(frozen=True)
class Written:
    """A file that a worker has written, or a relation that it has read.

    Parameters
    ----------
    relation
        What it holds.
    part
        Of which customers; -1 for all.
    rows
        How many rows.
    file, sha256
        Where it is and its hash; empty for what was read.
    """

    relation: str
    part: int
    rows: int
    file: str = ""
    sha256: str = ""


def look(exports: str, out: str) -> Look:
    """What a worker sees."""
    try:
        manifest = storage.read(exports, MANIFEST)
    except FileNotFoundError:
        manifest = b""
    return Look(version("partner-analytics"), manifest, storage.holds_something(out))


def judge(order: Order, part: int) -> Iterator[Written]:
    """Apply the rules to the customers of a part, and write what they come to.

    Raises
    ------
    UsageError
        If a file of the exports is not there, or is not the one that was written.
    CheckError
        If a check returns rows.
    """
    frames = {name: _exported(order, bucket_place(name, part)) for name in READ}
    yield from (Written(name, part, frame.height) for name, frame in frames.items())
    settings = order.settings
    exports = Exports(**frames, products=catalogue(settings))
    found = results(exports, order.as_of, settings.expiring_days, renewal_days=settings.renewal_days)
    with closing(store.holding(frames)) as connection:
        check(connection, found, order.as_of, settings, has_ledger=False)
    for name in OF_A_PART:
        # Where nobody is, nothing is left to be known.
        if name not in FINISHED_LATER or not found["accounts"].height:
            yield _written(order, name, part, as_copied(name, found[name]))
    for name in PLACED:
        _put(order, _unfinished(name, part), found[name])
    for name, (source, of_some, _) in TOTALS.items():
        _put(order, _unfinished(name, part), of_some(found[source]))
    places = placing(found["accounts"], found["customer_overview"])
    _put(order, _unfinished(PLACING, part), places.with_columns(pl.lit(part, pl.Int64).alias("part")))


def finish(order: Order, part: int, places: pl.DataFrame) -> Iterator[Written]:
    """Write what is known of the customers of a part only when all are judged.

    Parameters
    ----------
    places
        One row per customer of the part: customer_id, how many customers stand before it by each order of all, and
        `shared_with`, with how many it shares its name.

    Raises
    ------
    EngineError
        If the engine did not place each of them once.
    """
    unplaced = {name: _made(order, _unfinished(name, part)) for name in PLACED}
    known, given = (frame["customer_id"].sort() for frame in (unplaced["accounts"], places))
    if not known.equals(given):
        raise EngineError(
            f"The engine placed {given.n_unique():,} of {known.len():,} customers of part {part} among all.",
            "look at the engine's log, and name another folder.",
        )
    for name, frame in unplaced.items():
        yield _written(order, name, part, placed(frame, places))
    contacts = _made(order, bucket_place("contacts", part))
    shared = contacts.join(places.select("customer_id", "shared_with"), on="customer_id", maintain_order="left")
    yield _written(order, "names_to_correct", part, to_correct(shared))


def complete(order: Order, parts: int, days: Mapping[str, str], written: Sequence[Written]) -> Iterator[Written]:
    """Write the totals and, when all else is there, the manifest; what was unfinished goes.

    Parameters
    ----------
    parts
        How many parts there are.
    days
        The day of the newest snapshot of each kind of export.
    written
        What was written of the parts.
    """
    totals = {
        name: of_all([_made(order, _unfinished(name, part)) for part in range(parts)])
        for name, (_, _, of_all) in TOTALS.items()
    }
    whole = [
        _written(order, name, ALL, frame)
        for name, frame in {
            "about": about_copy(order.as_of, None, order.version),
            "categories": categories(),
            **totals,
        }.items()
    ]
    yield from whole
    storage.remove(order.out, UNFINISHED)
    every = [*written, *whole]
    rows: dict[str, int] = {}
    for one in every:
        rows[one.relation] = rows.get(one.relation, 0) + one.rows
    manifest = {
        "as_of": order.as_of.isoformat(),
        "version": order.version,
        "snapshot_days": dict(days),
        "rows": dict(sorted(rows.items())),
        "files": {one.file: one.sha256 for one in sorted(every, key=lambda one: one.file)},
    }
    storage.write(order.out, MANIFEST, sealed(manifest))


def _exported(order: Order, place: str) -> pl.DataFrame:
    """The rows of a file of the exports, which is the one that the manifest means."""
    try:
        content = storage.read(order.exports, place)
    except FileNotFoundError as error:
        raise UsageError(f"A part of the exports is missing: {place} is not in {order.exports}.", AGAIN) from error
    if hash_of(content) != order.hashes[place]:
        raise UsageError(f"A part of the exports is not as it was written: {place} in {order.exports}.", AGAIN)
    return pl.read_parquet(io.BytesIO(content))


def _made(order: Order, place: str) -> pl.DataFrame:
    """The rows of a file that a worker has written."""
    try:
        return pl.read_parquet(io.BytesIO(storage.read(order.out, place)))
    except FileNotFoundError as error:
        raise UsageError(
            f"A part of the results is missing: {place} is not in {order.out}.",
            "see that all workers share that folder, and name another one: --out FOLDER",
        ) from error


def _written(order: Order, name: str, part: int, frame: pl.DataFrame) -> Written:
    """Write a result where the copy has it, with what it means."""
    grain, columns = MEANINGS[name]
    if part == ALL:
        place, content = whole_place(name), parquet_file(frame, grain, columns)
    else:
        place, content = bucket_place(name, part), bucket_file(frame, grain, columns)
    storage.write(order.out, place, content)
    return Written(name, part, frame.height, place, hash_of(content))


def _put(order: Order, place: str, frame: pl.DataFrame) -> None:
    storage.write(order.out, place, parquet_file(frame))


def _unfinished(name: str, part: int) -> str:
    return f"{UNFINISHED}/{name}/part-{part}.parquet"
