"""Recording loads: rows, refused rows, and the ledger, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl

from partner_analytics.errors import StoreError
from partner_analytics.store.connection import frame_of, put, reading, row, writing
from partner_analytics.store.snapshots import suspicions_as_of


@dataclass(frozen=True)
class Load:
    """One file, read and validated, ready to be stored."""

    file: str
    kind: str
    snapshot_date: date
    sha256: str
    loaded_at: datetime
    rows_read: int
    key: tuple[str, ...]
    rows: pl.DataFrame
    """One row per valid row: `line`, then the columns of the kind."""
    refused: pl.DataFrame
    """One row per broken rule: `line`, `column_name`, `value`, `reason`."""
    empty_answers: pl.Series
    announced: int | None = None
    """How many items there are on all pages, if the file says so."""
    replaces_before: datetime | None = None
    """The loads of its kind and day that are older than this are replaced by it."""
    options: str = ""
    """How the user said to read it: another reading of a file that is known can bring other rows."""


@dataclass(frozen=True)
class Accounting:
    """What became of the rows of one file: rows read = accepted + quarantined + duplicates."""

    file: str
    kind: str
    rows_read: int
    accepted: int
    quarantined: int
    duplicates: int
    already_loaded: bool
    refused: pl.DataFrame = field(repr=False, compare=False)
    """One row per broken rule: `line`, `column_name`, `value`, `reason`."""
    ignored_columns: tuple[str, ...] = ()
    """The columns of the file that nobody knows, each with the one that it resembles."""
    suspicions: tuple[str, ...] = ()
    """What makes the snapshot that it belongs to look incomplete or spoilt, in sentences."""
    counts: str = "line"
    """What its positions count: `line` of the file, or `item`."""


def record(path: Path, load: Load) -> Accounting:
    """Store one load in one transaction: its rows, its refused rows, and its line in the ledger.

    A row whose key is known for the snapshot day is a duplicate if all its content is the same; otherwise it is refused
    and names the row that it conflicts with. Older loads of the day can be replaced by it. The same content, kind, snapshot day and options again change nothing.
    """
    if path.is_file() and load.replaces_before is None:
        with reading(path) as connection:
            known = connection.execute(
                "select load_id from loads join load_options using (load_id) "
                "where sha256 = ? and kind = ? and snapshot_date = ? and options = ? "
                "and load_id not in (select load_id from replaced)",
                [load.sha256, load.kind, load.snapshot_date, load.options],
            ).fetchall()
            if known:
                return _accounting(connection, load.file, known[0][0], already_loaded=True)
    with writing(path) as connection:
        return _record(connection, load)


def _record(connection: duckdb.DuckDBPyConnection, load: Load) -> Accounting:
    table = f"{load.kind}_history"
    columns = [name for name in load.rows.columns if name != "line"]
    key, content = ", ".join(load.key), ", ".join(f"{name} := {name}" for name in columns)
    (load_id,) = row(connection, "select coalesce(max(load_id), 0) + 1 from loads")
    if load.replaces_before is not None:
        _replace(connection, load, load_id)
    put(connection, "incoming", load.rows)
    put(connection, "refused", load.refused)
    # Nearly every key is new and stands once: only the others are worth a comparison of whole rows.
    connection.execute(
        f"""
        create temp table doubtful as
        with keys as (
            select {key} from {table} where snapshot_date = $snapshot_date
            union all
            select {key} from incoming
        )
        select {key} from keys group by all having count(*) > 1
        """,
        {"snapshot_date": load.snapshot_date},
    )
    connection.execute(
        f"""
        create temp table judged as
        with candidates as (
            select 0 as is_incoming, load_id, line, {", ".join(columns)} from {table}
            where snapshot_date = $snapshot_date
            union all
            select 1, $load_id, line, {", ".join(columns)} from incoming
        ), compared as (
            select candidates.* from candidates semi join doubtful using ({key})
        )
        select
            *,
            first_value(load_id) over same_key as kept_load_id,
            first_value(line) over same_key as kept_line,
            row_number() over same_key = 1 as is_first,
            struct_pack({content}) is not distinct from first_value(struct_pack({content})) over same_key as is_same
        from compared
        window same_key as (
            partition by {key} order by is_incoming, load_id, line
            rows between unbounded preceding and unbounded following
        )
        qualify is_incoming = 1
        """,
        {"snapshot_date": load.snapshot_date, "load_id": load_id},
    )
    connection.execute(
        f"""
        insert into {table} by name
        with accepted as (
            select incoming.* from incoming anti join doubtful using ({key})
            union all
            select line, {", ".join(columns)} from judged where is_first
        )
        select $snapshot_date as snapshot_date, $load_id as load_id, line, {", ".join(columns)}
        from accepted order by line
        """,
        {"snapshot_date": load.snapshot_date, "load_id": load_id},
    )
    connection.execute(
        f"""
        insert into quarantine by name
        select $load_id as load_id, $file as file, line, $kind as kind, column_name, value, reason from refused
        union all by name
        select
            $load_id as load_id, $file as file, judged.line, $kind as kind,
            '{load.key[0]}' as column_name,
            cast(judged.{load.key[0]} as varchar) as value,
            'has the key of line ' || kept_line
                || case when kept_load_id = $load_id then '' else ' of ' || parse_filename(loads.file) end
                || ', but other content' as reason
        from judged
        left join loads on loads.load_id = judged.kept_load_id
        where not is_first and not is_same
        order by line, column_name
        """,
        {"load_id": load_id, "file": load.file, "kind": load.kind},
    )
    if load.empty_answers.len():
        put(connection, "answers", load.empty_answers.alias("customer_id").to_frame())
        connection.execute(
            "insert into empty_answers select ?, ?, customer_id from answers", [load.snapshot_date, load_id]
        )
    (accepted,) = row(connection, f"select count(*) from {table} where load_id = ?", [load_id])
    (duplicates,) = row(connection, "select count(*) from judged where not is_first and is_same")
    quarantined = load.rows_read - accepted - duplicates
    (counted,) = row(connection, "select count(distinct line) from quarantine where load_id = ?", [load_id])
    if counted != quarantined:
        raise StoreError(
            f"{load.file} was not stored: {load.rows_read} rows were read, but {accepted} accepted, {counted} "
            f"quarantined and {duplicates} duplicate ones do not add up to that.",
            "please report this, it is a defect of partner-analytics.",
        )
    connection.execute(
        "insert into loads values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            load_id, load.file, load.kind, load.snapshot_date, load.sha256, load.loaded_at,
            load.rows_read, accepted, quarantined, duplicates,
        ],
    )  # fmt: skip
    connection.execute("insert into load_options values (?, ?)", [load_id, load.options])
    if load.announced is not None:
        connection.execute("insert into announced values (?, ?)", [load_id, load.announced])
    return _accounting(connection, load.file, load_id, already_loaded=False)


def _replace(connection: duckdb.DuckDBPyConnection, load: Load, load_id: int) -> None:
    """Take the rows of the older loads of this kind and day out; the ledger keeps them, as replaced."""
    connection.execute(
        """
        insert into replaced
        select load_id, ? from loads
        where kind = ? and snapshot_date = ? and loaded_at < ? and load_id not in (select load_id from replaced)
        """,
        [load_id, load.kind, load.snapshot_date, load.replaces_before],
    )
    for table in (f"{load.kind}_history", "empty_answers"):
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
        "select line, column_name, value, reason from quarantine where load_id = $load_id order by all",
        {"load_id": load_id},
    )
    suspicions = suspicions_as_of(connection, snapshot_date).filter(kind=kind)["suspicion"]
    return Accounting(
        file, kind, read, accepted, quarantined, duplicates, already_loaded, refused, suspicions=tuple(suspicions)
    )
