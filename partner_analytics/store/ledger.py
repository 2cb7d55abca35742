"""Recording loads: rows, refused rows, and the ledger, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Protocol

import duckdb
import polars as pl

from partner_analytics.errors import ExportError, StoreError
from partner_analytics.store import corrections
from partner_analytics.store import row_versions as contents
from partner_analytics.store.connection import frame_of, put, row
from partner_analytics.store.opening import OpenStore

SHOWN_REFUSALS = 1000
"""How many broken rules of a load are told with its accounting; the store keeps all."""


class Part(Protocol):
    """Some of the rows of a file, validated."""

    @property
    def rows(self) -> pl.DataFrame:
        """One row per valid row: `line`, then the columns of the kind."""

    @property
    def refused(self) -> pl.DataFrame:
        """One row per broken rule: `line`, `column_name`, `value`, `reason`."""

    @property
    def rows_read(self) -> int:
        """How many rows there were."""


@dataclass(frozen=True)
class Load:
    """One file, ready to be stored."""

    file: str
    kind: str
    snapshot_date: date
    sha256: str
    loaded_at: datetime
    key: tuple[str, ...]
    reading: Callable[[], AbstractContextManager[Iterable[Part]]]
    """Reads its rows, while those before them are stored."""
    as_written: Callable[[pl.Series], Iterable[pl.DataFrame]]
    """Reads the rows of some lines again, field by field and part by part: `line`, `cells`."""
    headers: tuple[str, ...]
    columns: tuple[str, ...]
    """The column that each header leads to, empty where none is known."""
    empty_answers: pl.Series
    announced: int | None = None
    """How many items there are on all pages, if the file says so."""
    replaces: bool = False
    """Whether it takes the place of the loads of its kind and day that were there before the store was opened."""
    options: str = ""
    """How the user said to read it: another reading of a file that is known can bring other rows."""
    places: pl.DataFrame | None = None
    """Of a file of corrected rows: `line`, and the refused row whose place it takes, `file` and `of_line`."""


@dataclass(frozen=True)
class Accounting:
    """What became of the rows of one file: rows read = accepted + quarantined + duplicates."""

    file: str
    kind: str
    snapshot_date: date
    rows_read: int
    accepted: int
    quarantined: int
    duplicates: int
    already_loaded: bool
    refused: pl.DataFrame = field(repr=False, compare=False)
    """One row per broken rule, the first thousand: `line`, `column_name`, `value`, `reason`."""
    ignored: str = ""
    """The columns of the file that nobody knows, in words."""
    notes: tuple[str, ...] = ()
    """What to know of how the file was read, in sentences."""
    day_headers: tuple[str, ...] = ()
    """The headers of the columns of the file that hold days."""
    warnings: tuple[str, ...] = ()
    """What makes the snapshot that it belongs to look incomplete or spoilt, in sentences."""
    counts: str = "line"
    """What its positions count: `line` of the file, or `item`."""
    replaced: tuple[str, ...] = ()
    """The files of the loads that it replaces."""
    second_export: str = ""
    """Why it looks like a corrected or a second export of its day, in a sentence."""
    erased_rows: int = 0
    """How many of its rows were taken out of the store since, by `erase` or `forget`."""
    returned: tuple[date, ...] = ()
    """The days on which customers were erased who are in the store again with this load."""


def record(opened: OpenStore, load: Load) -> Accounting:
    """Store one load in one transaction: its rows, its refused rows, and its line in the ledger.

    A row whose key is known for the snapshot day is a duplicate if all its content is the same; otherwise it is refused
    and names the row that it conflicts with. Older loads of the day can be replaced by it. The same content, kind,
    snapshot day and options again change nothing.
    """
    looked_at = opened.to_read()
    if looked_at is not None and (known := _known(looked_at, load)) is not None:
        return _accounting(looked_at, load.file, known, already_loaded=True)
    with load.reading() as parts:
        copy = opened.to_write()
        # Another load of the same file may have ended while this one waited.
        if copy.connection is not looked_at and (known := _known(copy.connection, load)) is not None:
            return _accounting(copy.connection, load.file, known, already_loaded=True)
        with copy.transaction() as connection:
            return _record(connection, load, parts, copy.first_new_load)


def _known(connection: duckdb.DuckDBPyConnection, load: Load) -> int | None:
    """The load of the same content, kind, day and options; None if there is none, or it is to be replaced."""
    if load.replaces:
        return None
    # Options that named a customer who was erased are kept as their hash.
    found = connection.execute(
        "select load_id from loads join load_options using (load_id) "
        "where sha256 = $sha256 and kind = $kind and snapshot_date = $day and options in ($options, sha256($options)) "
        "and load_id not in (select load_id from replaced)",
        {"sha256": load.sha256, "kind": load.kind, "day": load.snapshot_date, "options": load.options},
    ).fetchone()
    return None if found is None else int(found[0])


def _record(
    connection: duckdb.DuckDBPyConnection, load: Load, parts: Iterable[Part], first_new_load: int
) -> Accounting:
    (load_id,) = row(connection, "select coalesce(max(load_id), 0) + 1 from loads")
    if load.replaces:
        _replace(connection, load, load_id, first_new_load)
    rows_read = 0
    with contents.storing(connection, load.kind, load.snapshot_date, load_id, load.key) as store:
        for part in parts:
            store(part.rows)
            _quarantine(connection, load, load_id, part.refused)
            rows_read += part.rows_read
    _quarantine(connection, load, load_id, contents.conflicts(connection, load_id, load.key[0]))
    # Corrected rows replace no load: they say themselves whose places they take.
    second = "" if load.places is not None else _second_export(connection, load, load_id)
    if load.empty_answers.len():
        put(connection, "answers", load.empty_answers.alias("customer_id").to_frame())
        connection.execute(
            "insert into empty_answers select ?, ?, customer_id from answers", [load.snapshot_date, load_id]
        )
    (accepted,) = row(connection, "select count(*) from occurrences where load_id = ?", [load_id])
    (duplicates,) = row(connection, "select count(*) from judged where not is_first and is_same")
    if load.replaces and not accepted and not load.empty_answers.len():
        raise ExportError(
            f"{load.file} has no accepted row, so it replaces nothing.",
            "see why: partner-analytics explain FILE; or leave out --replace.",
        )
    quarantined = rows_read - accepted - duplicates
    lines = frame_of(connection, "select distinct line from quarantine where load_id = $load_id", {"load_id": load_id})[
        "line"
    ]
    if lines.len() != quarantined:
        raise StoreError(
            f"{load.file} was not stored: {rows_read} rows were read, but {accepted} accepted, {lines.len()} "
            f"quarantined and {duplicates} duplicate ones do not add up to that.",
            "please report this, it is a defect of partner-analytics.",
        )
    connection.execute(
        "insert into loads values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            load_id, load.file, load.kind, load.snapshot_date, load.sha256, load.loaded_at,
            rows_read, accepted, quarantined, duplicates,
        ],
    )  # fmt: skip
    connection.execute("insert into load_options values (?, ?)", [load_id, load.options])
    connection.execute("insert into headers values (?, ?, ?)", [load_id, list(load.headers), list(load.columns)])
    for rows in load.as_written(lines) if lines.len() else ():
        put(connection, "as_written", rows)
        connection.execute("insert into refused_rows select ?, line, cells from as_written", [load_id])
    if load.announced is not None:
        connection.execute("insert into announced values (?, ?)", [load_id, load.announced])
    if load.places is not None:
        corrections.take_places(connection, load.file, load.kind, load.snapshot_date, load_id, load.places)
    return replace(
        _accounting(connection, load.file, load_id, already_loaded=False),
        second_export=second,
        returned=_returned(connection, load.kind, load_id),
    )


def _second_export(connection: duckdb.DuckDBPyConnection, load: Load, load_id: int) -> str:
    """Why a load looks like a corrected or a second export of its day: rows of other loads that it has otherwise."""
    other = connection.execute(
        """
        select
            format(
                'The export {} looks like a corrected or a second one of {}: {:d} of its rows have the key of a row of {}, '
                    || 'with other content. To put it in the place of what was loaded of {} for that day, load it with '
                    || '--replace.',
                parse_filename($file),
                $day,
                count(*),
                parse_filename(min_by(loads.file, judged.line)),
                $kind
            )
        from judged
        join loads on loads.load_id = kept_load_id
        where not is_first and not is_same and kept_load_id <> $load_id
        having count(*) > 0
        """,
        {"file": load.file, "day": str(load.snapshot_date), "kind": load.kind, "load_id": load_id},
    ).fetchone()
    return "" if other is None else str(other[0])


def _returned(connection: duckdb.DuckDBPyConnection, kind: str, load_id: int) -> tuple[date, ...]:
    """When the customers were erased who come back with a load."""
    if not connection.execute("select 1 from erasures where customer_sha256 is not null limit 1").fetchall():
        return ()
    days = connection.execute(
        "select distinct cast(erased_at as date) from erasures where customer_sha256 in ("
        f"select sha256(customer_id) from (select customer_id from {kind}_history where load_id = $load_id "
        "union select customer_id from empty_answers where load_id = $load_id)) order by all",
        {"load_id": load_id},
    ).fetchall()
    return tuple(day for (day,) in days)


def _quarantine(connection: duckdb.DuckDBPyConnection, load: Load, load_id: int, refused: pl.DataFrame) -> None:
    if refused.height:
        put(connection, "refused", refused)
        connection.execute(
            "insert into quarantine by name "
            "select $load_id as load_id, $file as file, line, $kind as kind, column_name, value, reason "
            "from refused order by line, column_name",
            {"load_id": load_id, "file": load.file, "kind": load.kind},
        )


def _replace(connection: duckdb.DuckDBPyConnection, load: Load, load_id: int, first_new_load: int) -> None:
    """Take the rows of the earlier loads of this kind and day out; the ledger keeps them, as replaced.

    Which are earlier their numbers say: a clock can be set back.
    """
    connection.execute(
        """
        insert into replaced
        select load_id, ? from loads
        where kind = ? and snapshot_date = ? and load_id < ? and load_id not in (select load_id from replaced)
        """,
        [load_id, load.kind, load.snapshot_date, first_new_load],
    )
    for table in ("occurrences", "empty_answers"):
        connection.execute(f"delete from {table} where load_id in (select load_id from replaced)")


def _accounting(connection: duckdb.DuckDBPyConnection, file: str, load_id: int, *, already_loaded: bool) -> Accounting:
    """What the ledger and the quarantine say of one load."""
    kind, snapshot_date, read, accepted, quarantined, duplicates = row(
        connection,
        "select kind, snapshot_date, rows_read, accepted, quarantined, duplicates from loads where load_id = ?",
        [load_id],
    )
    refused = frame_of(
        connection,
        f"select line, column_name, value, reason from quarantine where load_id = $load_id order by all limit {SHOWN_REFUSALS}",
        {"load_id": load_id},
    )
    replaced = connection.execute(
        "select file from loads semi join (from replaced where replaced_by = ?) using (load_id) order by load_id",
        [load_id],
    ).fetchall()
    (erased_rows,) = row(
        connection, "select coalesce(sum(accepted + quarantined), 0) from erased where load_id = ?", [load_id]
    )
    return Accounting(
        file, kind, snapshot_date, read, accepted, quarantined, duplicates, already_loaded, refused,
        replaced=tuple(name for (name,) in replaced), erased_rows=int(erased_rows),
    )  # fmt: skip
