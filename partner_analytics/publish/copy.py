"""What is known as of a day, to be asked with any tool: one plain DuckDB file, or a folder of Parquet files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from partner_analytics import store
from partner_analytics.as_of import checks, dictionary, opening, state
from partner_analytics.as_of.selection import Selection, chosen
from partner_analytics.publish import check_replaceable, write_file
from partner_analytics.publish.folders import put_all, writable
from partner_analytics.publish.manifests import MANIFEST, hashes_of, sealed
from partner_analytics.publish.parquet import buckets_for, partitioned
from partner_analytics.schemas.kinds import KINDS
from partner_analytics.settings import Settings
from partner_analytics.transforms import RELATIONS, of_categories

BESIDES: Final = ("evidence", "empty_answers")
"""What the rules read besides the exports of the newest snapshots."""

ABOUT: Final = (
    "One row: what this copy is.",
    {
        "as_of": "The day that everything here is about.",
        "whose": "Which customers it is about, if not about all.",
        "version": "The version of partner-analytics that wrote it.",
    },
)


@dataclass(frozen=True)
class Known:
    """What is known as of a day.

    Parameters
    ----------
    tables
        The exports, the results and the ledger, by name, and `about`: one row.
    meanings
        For each of them what a row is, and what each column means.
    snapshot_days
        For each kind of export the day of the newest snapshot.
    """

    tables: Mapping[str, pl.DataFrame]
    meanings: Mapping[str, tuple[str, Mapping[str, str]]]
    snapshot_days: Mapping[str, date]


def write_copy(file: Path, db: Path, as_of: date, settings: Settings, only: Selection, version: str) -> Path:
    """Write the copy as of a day as a DuckDB file, in place of an earlier one and of nothing else.

    Raises
    ------
    UsageError
        If another file is there, or it cannot be written.
    """
    check_replaceable(file, store.is_copy, "earlier copy")
    known = known_as_of(db, as_of, settings, only, version)
    return write_file(file, store.plain_copy(dict(known.tables), dict(known.meanings)))


def write_parquet_copy(
    folder: Path,
    db: Path,
    as_of: date,
    settings: Settings,
    only: Selection,
    version: str,
    *,
    with_results: bool = True,
) -> tuple[Path, ...]:
    """Write the copy as of a day as Parquet: a folder a relation, in it a folder a bucket of customers, sorted by customer.

    Parameters
    ----------
    with_results
        Whether it has what the rules make of the exports; without, it is what an engine elsewhere applies them to.

    Raises
    ------
    UsageError
        If something is in the way that is not ours, or it cannot be written.
    """
    known = known_as_of(db, as_of, settings, only, version, tuple(RELATIONS) if with_results else ())
    buckets = buckets_for(known.tables["licenses"].height)
    contents: dict[str, bytes] = {}
    for name, frame in known.tables.items():
        contents |= partitioned(name, frame, *known.meanings[name], buckets)
    manifest = {
        "as_of": as_of.isoformat(),
        "version": version,
        "snapshot_days": {kind: day.isoformat() for kind, day in known.snapshot_days.items()},
        "rows": {name: frame.height for name, frame in known.tables.items()},
        "files": hashes_of(contents),
    }
    with writable(folder, "The copy"):
        return put_all(folder, contents | {MANIFEST: sealed(manifest)})


def known_as_of(
    db: Path,
    as_of: date,
    settings: Settings,
    only: Selection,
    version: str,
    names: Collection[str] = tuple(RELATIONS),
) -> Known:
    """The exports, some results and the ledger as of a day, as tables with their meaning.

    Of some customers it holds what is known of them alone, and no refused row.

    Parameters
    ----------
    names
        The results that it holds.

    Raises
    ------
    UsageError
        If the day lies before the first snapshot.
    CheckError
        If a check returns rows.
    """
    with ExitStack() as opened:
        connection = opened.enter_context(store.reading(db))
        asked = {*names, "accounts", "license_states"} if only else names
        frames = state.transformed(connection, as_of, settings, asked)
        # The ledger is held against the rows in any case.
        checks.check(connection, frames, as_of, settings, names)
        about = chosen(only, state.customers(connection, as_of, frames)) if only else None
        if about:
            connection = opened.enter_context(closing(store.narrowed(connection, about.customer_ids)))
            frames = dict(of_categories(state.transformed(connection, as_of, settings, asked), only.categories))
        exports = {
            kind: store.query(connection, f"select * from {kind}_as_of($as_of) order by all", {"as_of": as_of})
            for kind in (*KINDS, *BESIDES)
        }
        # Where its author keeps files concerns nobody to whom the copy is passed on.
        ledger = {"loads": store.loads_as_of(connection, as_of).with_columns(opening.file_name())}
        if not about:
            # A refused row may be anybody's: a copy of some customers has none.
            ledger["quarantine"] = store.basis_as_of(connection, as_of)["quarantine"].with_columns(opening.file_name())
    tables = exports | {name: as_copied(name, frames[name]) for name in RELATIONS if name in names}
    meanings: dict[str, tuple[str, Mapping[str, str]]] = {
        name: (one.grain, {column: meaning for column, _, _, _, meaning in one.columns})
        for one in (*dictionary.exports(), *dictionary.rule_results(), *dictionary.ledger())
        for name in one.names
    }
    meanings |= {"about": ABOUT, **_besides(meanings)}
    days = {kind: day for kind in KINDS for day in exports[kind]["snapshot_date"].head(1)}
    return Known(
        {"about": about_copy(as_of, about.words if about else None, version)} | tables | ledger, meanings, days
    )


def about_copy(as_of: date, whose: str | None, version: str) -> pl.DataFrame:
    """One row: what a copy is."""
    schema = {"as_of": pl.Date, "whose": pl.String, "version": pl.String}
    return pl.DataFrame([(as_of, whose, version)], schema=schema, orient="row")


def as_copied(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """A result in the order that it has in a copy: only that of `license_states` is left to chance elsewhere."""
    return frame.sort("customer_id", "license_id") if name == "license_states" else frame


def _besides(meanings: Mapping[str, tuple[str, Mapping[str, str]]]) -> dict[str, tuple[str, Mapping[str, str]]]:
    """What the two relations mean that the rules read besides the exports."""
    ledger = dict(meanings["empty_answers"][1])
    return {
        "evidence": (
            "One row per piece of evidence about Partner Assistance, from every snapshot up to the day.",
            dict(meanings["assistance"][1])
            | {"source": "The kind of export that says so: `assistance` or `customers`."},
        ),
        "empty_answers": (
            "One row per customer whose licenses were asked for in the newest license snapshot, and who has none.",
            {"customer_id": ledger["customer_id"]},
        ),
    }
