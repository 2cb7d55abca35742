"""Taking a customer, or what is older than a day, out of the store; the ledger keeps that it was done, and how many rows it took."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from partner_analytics.schemas.kinds import KINDS
from partner_analytics.store.connection import frame_of, put, row
from partner_analytics.store.migrations import table_names
from partner_analytics.store.opening import reading, writing
from partner_analytics.store.remembered import forget_remembered

ERASED: Final = "(erased)"
"""What stands in place of a file's name that named the customer."""

SHORTEST_NAME: Final = 4
"""From how many letters and digits on a name is looked for in the names of files."""


@dataclass(frozen=True)
class Removed:
    """What is taken out of a store, or would be.

    Parameters
    ----------
    loads
        One row per load whose rows are meant: load_id, file, kind, snapshot_date, accepted, quarantined, answers
        (how many of each).
    last_snapshots
        One row per kind of which no snapshot would be left: kind, snapshot_date (the newest).
    other_files
        The files of other loads that may hold the same: their rows are not in the store (any more), or stood there
        already when they were loaded.
    foreign_tables
        The tables of the store's file that are none of ours; they are left as they are.
    is_done
        Whether it was taken out.
    """

    loads: pl.DataFrame = field(repr=False)
    last_snapshots: pl.DataFrame = field(repr=False)
    other_files: tuple[str, ...] = ()
    foreign_tables: tuple[str, ...] = ()
    is_done: bool = False


def customers_ever(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """One row per customer that the store knows of, by whatever export: customer_id, and its newest names."""
    ids = " union ".join(
        f"select customer_id from {table}" for table in (*map("{}_rows".format, KINDS), "empty_answers")
    )
    return frame_of(
        connection,
        f"""
        with named as (
            select
                customer_id,
                arg_max(account_name, row_id) as account_name,
                arg_max(coalesce(shown_as, account_name), row_id) as customer_name
            from customers_rows
            group by customer_id
        )
        select customer_id, coalesce(customer_name, '') as customer_name, coalesce(account_name, '') as account_name
        from ({ids})
        left join named using (customer_id)
        order by customer_id
        """,
    )


def erase_customer(path: Path, customer_id: str, now: datetime | None) -> Removed:
    """Take a customer out of the store: its rows of all days, its refused rows, and its names.

    Parameters
    ----------
    now
        When it is done; None to say only what would be removed.
    """
    customer = {"customer": customer_id}

    def take(connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
        names = frame_of(
            connection,
            "select distinct unnest([account_name, shown_as]) as name from customers_rows where customer_id = $customer",
            customer,
        )
        _note(connection, now, "sha256($customer)", customer)
        _take_out(connection, "customer_id = ?", [customer_id])
        for kind in KINDS:
            connection.execute(f"delete from {kind}_rows where customer_id = ?", [customer_id])
        _forget_names(connection, customer_id, names)

    return _taken(path, now, lambda connection: _mark_customer(connection, customer_id), take)


def forget_before(path: Path, day: date, now: datetime | None) -> Removed:
    """Take all that was loaded for days before one out of the store; the ledger keeps what was loaded.

    Parameters
    ----------
    now
        When it is done; None to say only what would be removed.
    """

    def take(connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
        _note(connection, now, "null", {"before": day})
        _take_out(connection, "load_id in (from going)", [])
        for kind in KINDS:
            connection.execute(
                f"delete from {kind}_rows where row_id not in (select row_id from occurrences where kind = ?)", [kind]
            )
        connection.execute(
            "update load_options set options = sha256(options) where options <> '' "
            "and load_id in (select load_id from going) and not regexp_full_match(options, '[0-9a-f]{64}')"
        )

    return _taken(path, now, lambda connection: _mark_before(connection, day), take)


def _taken(
    path: Path,
    now: datetime | None,
    mark: Callable[[duckdb.DuckDBPyConnection], None],
    take: Callable[[duckdb.DuckDBPyConnection, datetime], None],
) -> Removed:
    """Mark what is meant, and unless it is only to be said, take it out of the store and of its file."""
    if now is None:
        with reading(path) as connection:
            mark(connection)
            return _removed(connection)
    with writing(path) as copy:
        with copy.transaction() as connection:
            mark(connection)
            removed = _removed(connection, is_done=True)
            take(connection, now)
        copy.is_written_anew = True
    forget_remembered(path)
    return removed


def _mark_customer(connection: duckdb.DuckDBPyConnection, customer_id: str) -> None:
    """List what is a customer's: `going_rows`, `going_refused` and `going_answers`, and `going`, the loads that brought it."""
    rows = " union all ".join(
        f"select load_id, line from occurrences join {kind}_rows using (row_id) "
        f"where kind = '{kind}' and customer_id = $customer"
        for kind in KINDS
    )
    customer = {"customer": customer_id}
    connection.execute(f"create or replace temp table going_rows as {rows}", customer)
    connection.execute(
        "create or replace temp table going_answers as select load_id from empty_answers where customer_id = $customer",
        customer,
    )
    # A refused row is the customer's if a cell holds its id; or its name, and none another one's id; or if the row that
    # took its place is; or if its file was said to be the customer's.
    connection.execute(
        """
        create or replace temp table going_refused as
        with names as (
            select distinct lower(trim(unnest([account_name, shown_as]))) as name
            from customers_rows
            where customer_id = $customer
        ), cells as (
            select load_id, line, lower(trim(unnest(cells))) as cell from refused_rows
            union all
            select load_id, line, lower(trim(value)) from quarantine where value is not null
        ), others as (
            select customer_id from customers_rows where customer_id <> $customer
        ), seen as (
            select
                load_id,
                line,
                bool_or(contains(cell, $customer)) as holds_id,
                bool_or(cell in (from names)) as holds_name,
                bool_or(regexp_replace(cell, '^urn:uuid:', '') in (from others)) as holds_another
            from cells
            group by load_id, line
        )
        select load_id, line from seen where holds_id or holds_name and not holds_another
        union
        select corrected.load_id, corrected.line
        from corrected
        join going_rows on going_rows.load_id = corrected_by and going_rows.line = corrected_line
        union
        select load_id, line from refused_rows join load_options using (load_id) where contains(options, $customer)
        """,
        customer,
    )
    connection.execute(
        "create or replace temp table going as from (select load_id from going_rows union select load_id from going_refused "
        "union select load_id from going_answers)"
    )


def _mark_before(connection: duckdb.DuckDBPyConnection, day: date) -> None:
    """List what is older than a day, as `_mark_customer` does."""
    connection.execute(
        "create or replace temp table going as select load_id from loads where snapshot_date < ? and load_id not in "
        "(select load_id from erased join erasures using (erasure_id) where forgotten_before is not null)",
        [day],
    )
    for going, source in (("going_rows", "occurrences"), ("going_refused", "refused_rows")):
        connection.execute(
            f"create or replace temp table {going} as select load_id, line from {source} semi join going using (load_id)"
        )
    connection.execute(
        "create or replace temp table going_answers as select load_id from empty_answers semi join going using (load_id)"
    )


def _removed(connection: duckdb.DuckDBPyConnection, *, is_done: bool = False) -> Removed:
    loads = frame_of(
        connection,
        """
        select
            loads.load_id,
            file,
            kind,
            snapshot_date,
            (select count(*) from going_rows where going_rows.load_id = loads.load_id) as accepted,
            (select count(*) from going_refused where going_refused.load_id = loads.load_id) as quarantined,
            (select count(*) from going_answers where going_answers.load_id = loads.load_id) as answers
        from loads
        semi join going using (load_id)
        order by loads.load_id
        """,
    )
    last = frame_of(
        connection,
        """
        select kind, max(snapshot_date) as snapshot_date
        from occurrences
        left join (select load_id, line, true as is_going from going_rows) using (load_id, line)
        group by kind
        having count(*) = count(is_going)
        order by kind
        """,
    )
    others = frame_of(
        connection,
        """
        select distinct file
        from loads
        anti join going using (load_id)
        where duplicates > 0 and snapshot_date in (select snapshot_date from loads semi join going using (load_id))
            or load_id in (select load_id from replaced where replaced_by in (from going))
        order by file
        """,
    )
    return Removed(loads, last, tuple(others["file"]), _foreign_tables(connection), is_done)


def _foreign_tables(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    found = connection.execute(
        "select table_name from duckdb_tables() where not temporary and database_name = current_database() order by 1"
    ).fetchall()
    return tuple(name for (name,) in found if name not in table_names())


def _note(connection: duckdb.DuckDBPyConnection, now: datetime, hashed: str, subject: Mapping[str, object]) -> None:
    """Write into the ledger that it is done, and what it takes from each load."""
    (erasure_id,) = row(connection, "select coalesce(max(erasure_id), 0) + 1 from erasures")
    values = {"before": None, "erasure": erasure_id, "now": now, **subject}
    connection.execute(f"insert into erasures values ($erasure, $now, {hashed}, $before)", values)
    connection.execute(
        """
        insert into erased
        select
            ?,
            load_id,
            (select count(*) from going_rows where going_rows.load_id = going.load_id),
            (select count(*) from going_refused where going_refused.load_id = going.load_id),
            (select count(*) from going_answers where going_answers.load_id = going.load_id)
        from going
        """,
        [erasure_id],
    )


def _take_out(connection: duckdb.DuckDBPyConnection, answers: str, parameters: list[object]) -> None:
    """Delete the rows that are listed, and the answers that fulfil a condition."""
    connection.execute("delete from occurrences where (load_id, line) in (select load_id, line from going_rows)")
    connection.execute(f"delete from empty_answers where {answers}", parameters)
    for table in ("quarantine", "refused_rows", "corrected"):
        connection.execute(f"delete from {table} where (load_id, line) in (select load_id, line from going_refused)")


def _forget_names(connection: duckdb.DuckDBPyConnection, customer_id: str, names: pl.DataFrame) -> None:
    """Take the customer's id and names out of what the ledger says of files, and of how they were read."""
    connection.execute("update load_options set options = sha256(options) where contains(options, ?)", [customer_id])
    put(connection, "former_names", names)
    # A refused row of another customer stays, without a name that no other one has.
    only_theirs = frame_of(
        connection,
        "select lower(trim(name)) as name from former_names where name is not null "
        "except select lower(trim(unnest([account_name, shown_as]))) from customers_rows",
    )["name"]
    masked = {"names": only_theirs.to_list(), "erased": ERASED}
    connection.execute(
        """
        update refused_rows
        set cells = list_transform(cells, lambda cell: if(list_contains($names, lower(trim(cell))), $erased, cell))
        where list_has_any(list_transform(cells, lambda cell: lower(trim(cell))), $names)
        """,
        masked,
    )
    connection.execute("update quarantine set value = $erased where list_contains($names, lower(trim(value)))", masked)
    only_letters = "regexp_replace(lower({}), '[^\\p{{L}}\\p{{N}}]', '', 'g')"
    connection.execute(
        f"""
        create or replace temp table renamed as
        with words as (
            select {only_letters.format("name")} as word from former_names
            union
            select {only_letters.format("$customer")}
        )
        select distinct load_id, file
        from loads
        join words on contains({only_letters.format("file")}, word) and length(word) >= {SHORTEST_NAME}
        """,
        {"customer": customer_id},
    )
    connection.execute(
        """
        update quarantine set reason = replace(reason, parse_filename(renamed.file), $erased)
        from renamed
        where contains(reason, parse_filename(renamed.file))
        """,
        {"erased": ERASED},
    )
    for table in ("loads", "quarantine"):
        connection.execute(f"update {table} set file = ? where load_id in (select load_id from renamed)", [ERASED])
