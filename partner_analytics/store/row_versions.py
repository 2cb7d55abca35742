"""Rows and where they stood: each content once, and a narrow table of which load brought it in which line.

A portfolio hardly changes from one day to the next, so that a year of daily exports is little more than one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date

import duckdb
import polars as pl

from partner_analytics.schemas.kinds import KINDS
from partner_analytics.store.connection import frame_of, insert_from, row

NOT_EXPORTED = ("row_id", "fingerprint")
"""The columns of contents that no export has."""

CONTENT_BITS = 16
"""How many bits of a fingerprint are of what the row says; the others are of its key, and enough for millions of rows."""

WITNESS = "hash('partner-analytics', 1::bigint, true, date '2026-11-02')"
"""What another version of DuckDB may make something else of; what this one makes of it stands in the store."""


@contextmanager
def storing(
    connection: duckdb.DuckDBPyConnection, kind: str, snapshot_date: date, load_id: int, key: tuple[str, ...]
) -> Iterator[Callable[[pl.DataFrame], None]]:
    """Store the rows of one load, given part by part; at the end, each key stands once on its day.

    Of the rows of one key the first is kept. The others are told by the table `judged`, one row per row of the load
    whose key does not stand once: `line`, `is_first`, `is_same`, `kept_load_id`, `kept_line`, and the columns of the kind.
    """
    (first_new,) = row(connection, f"select coalesce(max(row_id), 0) + 1 from {kind}_rows")
    next_id, types = first_new, _types(connection, kind)

    def store(rows: pl.DataFrame) -> None:
        nonlocal next_id
        numbered = rows.with_row_index("row_id", offset=next_id).with_columns(pl.col("row_id").cast(pl.Int64))
        next_id += rows.height
        new = numbered
        if first_new > 1:
            known = _known(connection, kind, rows, first_new, key)
            new = numbered.join(known, on="line", how="anti", maintain_order="left")
            numbered = pl.concat([new.select("line", "row_id"), known]).sort("line")
        columns = ", ".join(name for name in rows.columns if name != "line")
        insert_from(
            connection,
            new,
            f"insert into {kind}_rows by name "
            f"select row_id, {_fingerprint(key, types)} as fingerprint, {columns} from frame",
        )
        insert_from(
            connection,
            numbered.select("line", "row_id"),
            f"insert into occurrences select '{kind}', date '{snapshot_date}', {load_id}, line, row_id from frame",
        )

    yield store
    _keep_first(connection, kind, snapshot_date, load_id, key, first_new)


def _hash(key: tuple[str, ...], of: str = "") -> str:
    """The hash of a row's key, by which rows that may be the same are found."""
    return f"(hash({', '.join(of + name for name in key)}) >> {CONTENT_BITS})"


def _types(connection: duckdb.DuckDBPyConnection, kind: str) -> dict[str, str]:
    """The columns of a kind, in the order in which the store keeps them, and their types."""
    found = connection.execute(
        "select column_name, data_type from duckdb_columns() where table_name = ? and not internal "
        f"and column_name not in {NOT_EXPORTED} order by column_index",
        [f"{kind}_rows"],
    ).fetchall()
    return dict(found)


def _fingerprint(key: tuple[str, ...], types: Mapping[str, str]) -> str:
    """The fingerprint of a row: the hash of its key, and in the last bits that of all it says: an altered row shows."""
    content = ", ".join(f"cast({name} as {type_})" for name, type_ in types.items())
    return f"({_hash(key)} * {2**CONTENT_BITS}::ubigint + (hash({content}) >> {64 - CONTENT_BITS}))"


def hashes_anew(connection: duckdb.DuckDBPyConnection) -> bool:
    """Make all fingerprints anew, where another version of DuckDB made them in another way; gives whether."""
    if row(connection, f"select coalesce(hashes = {WITNESS}, false) from store_version") == (True,):
        return False
    for name, kind in KINDS.items():
        expected = _fingerprint(kind.key, _types(connection, name))
        connection.execute(f"update {name}_rows set fingerprint = {expected}")
    connection.execute(f"update store_version set hashes = {WITNESS}")
    return True


def altered(connection: duckdb.DuckDBPyConnection, kind: str) -> pl.DataFrame | None:
    """One row per content that is not what was stored: `row_id`; None where it was hashed by another version of DuckDB."""
    if row(connection, f"select coalesce(hashes = {WITNESS}, false) from store_version") == (False,):
        return None
    expected = _fingerprint(KINDS[kind].key, _types(connection, kind))
    return frame_of(connection, f"select row_id from {kind}_rows where fingerprint <> {expected} order by row_id")


def _known(
    connection: duckdb.DuckDBPyConnection, kind: str, rows: pl.DataFrame, first_new: int, key: tuple[str, ...]
) -> pl.DataFrame:
    """One row per row whose content an earlier load has brought: `line`, `row_id`."""
    columns = [name for name in rows.columns if name != "line"]
    is_same = " and ".join(f"contents.{name} is not distinct from frame.{name}" for name in columns)
    insert_from(
        connection,
        rows,
        f"""
        create or replace temp table known as
        select
            frame.line,
            min(contents.row_id) as row_id
        from frame
        join {kind}_rows as contents on contents.fingerprint >> {CONTENT_BITS} = {_hash(key, "frame.")}
        where contents.row_id < {first_new} and {is_same}
        group by all
        """,
    )
    return frame_of(connection, "select line, row_id from known")


def conflicts(connection: duckdb.DuckDBPyConnection, load_id: int, key: str) -> pl.DataFrame:
    """One row per row of the load that has the key of another one, but other content: refused, with its reason.

    Parameters
    ----------
    key
        The column under which it is filed.
    """
    return frame_of(
        connection,
        f"""
        select
            judged.line,
            '{key}' as column_name,
            cast(judged.{key} as varchar) as value,
            'has the key of line ' || kept_line
                || case when kept_load_id = $load_id then '' else ' of ' || parse_filename(loads.file) end
                || ', but other content' as reason
        from judged
        left join loads on loads.load_id = judged.kept_load_id
        where not is_first and not is_same
        order by judged.line
        """,
        {"load_id": load_id},
    )


def _keep_first(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    snapshot_date: date,
    load_id: int,
    key: tuple[str, ...],
    first_new: int,
) -> None:
    """Take the rows out whose key another row of the day has had before."""
    # Nearly every key stands once: only the others are worth a comparison of whole rows.
    connection.execute(
        f"""
        create or replace temp table judged as
        with keys as (
            select fingerprint >> {CONTENT_BITS} as key from {kind}_rows where row_id >= $first_new
            union all
            select {_hash(key, "contents.")}
            from occurrences
            join {kind}_rows as contents using (row_id)
            where occurrences.kind = '{kind}' and snapshot_date = $snapshot_date and row_id < $first_new
        ), doubtful as (
            select key from keys group by key having count(*) > 1
        ), compared as (
            select
                *,
                struct_pack(*columns(* exclude (snapshot_date, load_id, line))) as content
            from {kind}_history
            where snapshot_date = $snapshot_date and {_hash(key)} in (select key from doubtful)
        )
        select
            *,
            first_value(load_id) over same_key as kept_load_id,
            first_value(line) over same_key as kept_line,
            row_number() over same_key = 1 as is_first,
            content is not distinct from first_value(content) over same_key as is_same
        from compared
        window same_key as (
            partition by {", ".join(key)} order by load_id, line
            rows between unbounded preceding and unbounded following
        )
        qualify load_id = $load_id
        """,
        {"snapshot_date": snapshot_date, "load_id": load_id, "first_new": first_new},
    )
    if not connection.execute("select 1 from judged where not is_first limit 1").fetchall():
        return
    connection.execute(
        """
        create or replace temp table dropped as
        select row_id from occurrences
        where load_id = ? and line in (select line from judged where not is_first)
        """,
        [load_id],
    )
    connection.execute(
        "delete from occurrences where load_id = ? and line in (select line from judged where not is_first)", [load_id]
    )
    connection.execute(
        f"delete from {kind}_rows where row_id >= ? and row_id in (select row_id from dropped)", [first_new]
    )
