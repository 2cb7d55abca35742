"""Refused rows as they were written, and the corrected rows that take their places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from partner_analytics.errors import ExportError
from partner_analytics.store.connection import frame_of, put


@dataclass(frozen=True)
class RefusedRows:
    """The refused rows of one kind and snapshot day that no later row has taken the place of.

    Parameters
    ----------
    headers
        The header of each column of `rows`: where they stood, then those of their files, as the first file writes them.
    rows
        One row per refused row: `file`, `line`, `reason`, `snapshot_date`, and its cells as they were written.
    """

    kind: str
    snapshot_date: date
    headers: tuple[str, ...]
    rows: pl.DataFrame


def refused_rows(connection: duckdb.DuckDBPyConnection, kind: str | None) -> tuple[RefusedRows, ...]:
    """The refused rows whose place no later row has taken, by kind and snapshot day.

    Parameters
    ----------
    kind
        Only those of this kind of export; None for all.
    """
    groups = connection.execute(
        "select distinct kind, snapshot_date from open_quarantine join loads using (load_id, file, kind) "
        "where $kind is null or kind = $kind order by all",
        {"kind": kind},
    ).fetchall()
    return tuple(rows_refused_on(connection, *group, relation="open_quarantine") for group in groups)


def refused_days(connection: duckdb.DuckDBPyConnection, kind: str) -> list[date]:
    """The snapshot days on which rows of a kind were refused."""
    days = connection.execute(
        "select distinct snapshot_date from quarantine join loads using (load_id, kind) where kind = ? order by all",
        [kind],
    ).fetchall()
    return [day for (day,) in days]


def rows_refused_on(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    snapshot_date: date,
    *,
    relation: str = "quarantine",
    only_whole: bool = False,
) -> RefusedRows:
    """The refused rows of one kind and snapshot day.

    Parameters
    ----------
    relation
        Where they stand: `quarantine`, or `open_quarantine` for those whose place no later row has taken.
    only_whole
        Only those that were refused as a whole, for no one of their cells.
    """
    refused = frame_of(
        connection,
        f"""
        with reasons as (
            select
                load_id,
                line,
                file,
                string_agg(
                    trim(column_name || ' ' || reason), '; ' order by column_name
                ) as reason,
                snapshot_date
            from {relation}
            join loads using (load_id, file, kind)
            where kind = $kind and snapshot_date = $day
            group by load_id, line, file, snapshot_date
            having not $only_whole or bool_or(column_name = '')
        )
        select
            load_id,
            file,
            line,
            reason,
            snapshot_date,
            cells
        from reasons
        join refused_rows using (load_id, line)
        order by load_id, line
        """,
        {"kind": kind, "day": snapshot_date, "only_whole": only_whole},
    )
    known = frame_of(connection, "select * from headers order by load_id").join(refused, on="load_id", how="semi")
    headers: dict[str, str] = {name: name for name in ("file", "line", "reason", "snapshot_date")}
    of_files: list[pl.DataFrame] = []
    for load_id, names, columns in known.iter_rows():
        # Files of one kind can have other headers for the same column: the first one's stands for all.
        places = [
            column or f"{name} {names[:n].count(name)}"
            for n, (name, column) in enumerate(zip(names, columns, strict=True))
        ]
        headers = dict(zip(places, names, strict=True)) | headers
        of_files.append(
            refused.filter(load_id=load_id).select("file", "line", "reason", "snapshot_date", *_cells(places))
        )
    rows = pl.concat([refused.select("file", "line", "reason", "snapshot_date").clear(), *of_files], how="diagonal")
    order = ["file", "line", "reason", "snapshot_date"]
    order += [place for place in rows.columns if place not in order]
    return RefusedRows(kind, snapshot_date, tuple(headers[place] for place in order), rows.select(order))


def _cells(places: list[str]) -> list[pl.Expr]:
    """The cells of a row by their places; what stands behind the last column is kept in the last one."""
    cells = pl.col("cells")
    last = cells.list.slice(len(places) - 1).list.join(", ")
    return [
        (cells.list.get(n, null_on_oob=True) if n < len(places) - 1 else last).alias(place)
        for n, place in enumerate(places)
    ]


def take_places(
    connection: duckdb.DuckDBPyConnection,
    file: str,
    kind: str,
    snapshot_date: date,
    load_id: int,
    places: pl.DataFrame,
) -> None:
    """Mark the refused rows whose places the rows of a load take, and those of earlier tries to do so.

    Parameters
    ----------
    places
        One row per row of the load: `line`, and the refused row by `file` and `of_line`.

    Raises
    ------
    ExportError
        If there is no such refused row.
    """
    put(connection, "taken", places)
    connection.execute(
        """
        create or replace temp table meant as
        select
            taken.line as corrected_line,
            taken.file,
            taken.of_line,
            max(quarantine.load_id) as load_id
        from taken
        left join (
            select * from quarantine
            semi join (
                select load_id from loads
                where snapshot_date = $day and load_id not in (select load_id from replaced)
            ) using (load_id)
            where kind = $kind and load_id < $load_id
        ) as quarantine on quarantine.file = taken.file and quarantine.line = taken.of_line
        group by all
        """,
        {"kind": kind, "day": snapshot_date, "load_id": load_id},
    )
    for line, of_line, of_file in connection.execute(
        "select corrected_line, of_line, file from meant where load_id is null order by 1 limit 1"
    ).fetchall():
        raise ExportError(
            f"Line {line} of {file} names line {of_line} of {of_file} of {snapshot_date}, "
            "and that row is not in quarantine.",
            "leave the columns file, line and snapshot_date as they were written.",
        )
    connection.execute(
        """
        insert into corrected
        with recursive chain as (
            select load_id, of_line, corrected_line from meant
            union
            -- A row that took the place before, and was refused in its turn.
            select corrected.corrected_by, corrected.corrected_line, chain.corrected_line
            from corrected
            join chain on chain.load_id = corrected.load_id and chain.of_line = corrected.line
        )
        select
            load_id,
            of_line,
            $load_id,
            min(corrected_line)
        from chain
        semi join quarantine on quarantine.load_id = chain.load_id and quarantine.line = chain.of_line
        anti join corrected on corrected.load_id = chain.load_id and corrected.line = chain.of_line
        group by load_id, of_line
        """,
        {"load_id": load_id},
    )
