"""The results of a day, made by the workers of an engine from the Parquet copy of a store."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path

from partner_analytics.cluster import parts
from partner_analytics.cluster.engine import Engine, connected, each, grouped
from partner_analytics.cluster.parts import COPY, Look, Order, Written
from partner_analytics.cluster.storage import is_address
from partner_analytics.errors import EngineError, UsageError
from partner_analytics.publish.manifests import read_manifest
from partner_analytics.publish.parquet import BUCKET, bucket_place
from partner_analytics.safety.seals import read_object
from partner_analytics.settings import Settings
from partner_analytics.transforms.places import NAMED_ALIKE, ORDERS

__all__ = ["Finished", "places_of", "results"]


@dataclass(frozen=True)
class Finished:
    """What an engine has made.

    Parameters
    ----------
    out
        Where it is, as the workers see it.
    parts
        In how many parts the customers were judged.
    rows
        How many rows each result has, by its name; and of the exports how many were read.
    """

    out: str
    as_of: date
    parts: int
    rows: Mapping[str, int]


def results(
    exports: str | Path,
    out: str | Path,
    *,
    engine: str = "",
    as_of: date | None = None,
    settings: Settings | None = None,
) -> Finished:
    """Apply the rules on an engine to exports as of a day; the results are written by its workers.

    Parameters
    ----------
    exports
        A copy as Parquet, on a path that every worker reads: a folder that they share, or an address such as `s3://…`.
    out
        Where the results are to go; nothing may be there.
    engine
        Its address, `sc://host:port`; by default that of the environment variable `SPARK_REMOTE`.
    as_of
        The day that the results are about; by default that of the copy.
    settings
        The partner's own products and days.

    Raises
    ------
    UsageError
        If the exports are none, of a later day, or not whole; if something is where the results are to go.
    CheckError
        If a check returns rows.
    EngineError
        If the engine cannot be asked, or breaks off.
    """
    place, target = _place(exports), _place(out)
    with connected(engine) as session:
        (seen,) = each(session, 1, Look, partial(_look, place, target))
        copied = _copied(seen, place, target)
        order = Order(
            exports=place,
            out=target,
            as_of=_day(copied, as_of, place),
            settings=_of_the_rules(settings or Settings()),
            hashes=copied.hashes,
            version=seen.version,
        )
        judged = each(session, copied.parts, Written, partial(parts.judge, order))
        _check_read(judged, copied, place)
        made = [one for one in judged if one.file]
        finished = grouped(places_of(session, target), "part", Written, partial(parts.finish, order))
        written = [*made, *finished]
        _check_written(written, copied.parts, target)
        whole = each(session, 1, Written, partial(_complete, order, copied, written))
    rows = Counter[str]()
    for one in (*written, *whole, *(one for one in judged if not one.file)):
        rows[one.relation] += one.rows
    return Finished(target, order.as_of, copied.parts, dict(rows))


@dataclass(frozen=True)
class Copied:
    """What the manifest of the exports says: their day, the snapshot days, and of what is read rows and hashes."""

    as_of: date
    snapshot_days: Mapping[str, str]
    rows: Mapping[str, int]
    hashes: Mapping[str, str]
    parts: int


def _look(exports: str, out: str, _: int) -> Iterable[Look]:
    yield parts.look(exports, out)


def _complete(order: Order, copied: Copied, written: Sequence[Written], _: int) -> Iterable[Written]:
    return parts.complete(order, copied.parts, copied.snapshot_days, written)


def _copied(seen: Look, exports: str, out: str) -> Copied:
    """What is to be read, if all is as it must be before anything is made."""
    if seen.version != version("partner-analytics"):
        raise EngineError(
            f"The workers have partner-analytics {seen.version}; expected {version('partner-analytics')}, as here.",
            "install the same version where they run.",
        )
    if seen.is_taken:
        raise UsageError(f"Something is in {out} already, so nothing was written.", "name a new folder: --out FOLDER")
    manifest, said = read_manifest(seen.manifest), read_object(seen.manifest)
    if manifest is None or not manifest.is_sealed:
        raise UsageError(f"Expected a copy as Parquet in {exports}; the workers find none.", f"write one: {COPY}")
    buckets = {
        int(found[1]) for place in manifest.files if (found := re.fullmatch(rf"licenses/{BUCKET}=(\d+)/.+", place))
    }
    named = [bucket_place(name, part) for name in parts.READ for part in range(len(buckets))]
    rows = said.get("rows", {})
    if not buckets or not manifest.files.keys() >= set(named) or not rows.keys() >= set(parts.READ):
        raise UsageError(
            f"The copy in {exports} is of a version that did not write all that the rules read.",
            f"write it again: {COPY}",
        )
    return Copied(
        as_of=date.fromisoformat(said["as_of"]),
        snapshot_days=said["snapshot_days"],
        rows={name: rows[name] for name in parts.READ},
        hashes={place: manifest.files[place] for place in named},
        parts=len(buckets),
    )


def _day(copied: Copied, as_of: date | None, exports: str) -> date:
    """The day that the results are about: no snapshot of the copy may be of a later one."""
    day = as_of or copied.as_of
    newest = max(map(date.fromisoformat, copied.snapshot_days.values()), default=day)
    if day < newest:
        raise UsageError(
            f"The copy in {exports} holds exports of {newest}, which is after {day}.",
            f"write one as of that day: {COPY} --as-of {day}",
        )
    return day


def places_of(session: Engine, out: str) -> Engine:
    """One row per customer: where it stands among all by each order, and with how many it shares its name."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    customers = session.read.parquet(f"{out}/{parts.UNFINISHED}/{parts.PLACING}")
    orders = (
        (f.row_number().over(Window.orderBy(*(f.col(column).asc_nulls_last() for column in columns))) - 1).alias(name)
        for name, columns in ORDERS.items()
    )
    shared = f.count("*").over(Window.partitionBy(NAMED_ALIKE)) - 1
    return customers.select("part", "customer_id", *orders, shared.alias("shared_with"))


def _check_read(judged: Sequence[Written], copied: Copied, exports: str) -> None:
    """Every row of the exports is accounted for."""
    read = Counter[str]()
    for one in judged:
        if not one.file:
            read[one.relation] += one.rows
    for name, rows in copied.rows.items():
        if read[name] != rows:
            raise EngineError(
                f"The workers read {read[name]:,} rows of {name} in {exports}; its manifest says {rows:,}.",
                "see that all workers read the same folder.",
            )


def _check_written(written: Sequence[Written], number: int, out: str) -> None:
    """Every result of every part was written once."""
    expected = {(name, part) for name in parts.OF_A_PART for part in range(number)}
    found = [(one.relation, one.part) for one in written]
    if lacking := sorted(expected.difference(found)):
        name, part = lacking[0]
        raise EngineError(
            f"A part of the results is missing in {out}: {bucket_place(name, part)}, and {len(lacking) - 1} more.",
            "look at the engine's log, and name another folder.",
        )


def _of_the_rules(settings: Settings) -> Settings:
    """What the rules ask of the settings: nothing else of them leaves this machine."""
    return Settings(
        expiring_days=settings.expiring_days, renewal_days=settings.renewal_days, products=settings.products
    )


def _place(given: str | Path) -> str:
    """A path as workers on this machine see it; an address stays as it is."""
    text = str(given)
    if not text:
        raise UsageError("Expected a folder; found an empty path.", "name one.")
    return text.rstrip("/") if is_address(text) else str(Path(text).absolute())
