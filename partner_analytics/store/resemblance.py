"""Files that look like an export of an older day: nearly all their rows are that day's, and fewer those of the day before.

Two rows of a key are compared once, however many days they stood on: the columns in which they differ are bits of a
number, of which only those count that the files on either side brought.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import duckdb
import polars as pl

from partner_analytics.schemas.kinds import KINDS
from partner_analytics.store.connection import frame_of, row

ROWS: Final = 20
"""How many rows a file has at least, for it to be told."""

PART: Final = 64
"""Of the keys one in so many tells of most days that they are none; only what is left is compared whole."""

USAGE: Final = ("used", "used_on")
"""What changes by itself from day to day."""


def resembling(connection: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    """One row per file behind a report as of a day that looks like an export of an older day.

    Returns
    -------
    polars.DataFrame
        `kind`, `warning` (a sentence that names the file, its day and the older one).
    """
    return pl.concat(_of_kind(connection, kind, as_of) for kind in KINDS)


def _of_kind(connection: duckdb.DuckDBPyConnection, kind: str, as_of: date) -> pl.DataFrame:
    """The same of one kind; each step ends it where nothing is left to be compared."""
    columns = [
        name
        for (name,) in connection.execute(f"select column_name from (describe {kind}_rows)").fetchall()
        if name not in ("row_id", "fingerprint", *KINDS[kind].key, *USAGE)
    ]
    steps = (
        ("compared_files", _files(kind)),
        ("brought", _brought(kind, columns)),
        ("rewritten", _rewritten(kind, columns)),
        ("older_days", _older_days(kind, columns)),
        ("older_days", f"with counted as ({_counted(kind, columns, 'older_days', PART)}) {STILL_MORE}"),
        ("likeliest", "from older_days qualify gained = max(gained) over (partition by load_id)"),
        ("counted", _counted(kind, columns, "likeliest")),
        ("resembling", RESEMBLING),
        # To count a whole day takes its time: the others' turn comes where the likeliest is none.
        (
            "others",
            "from older_days anti join likeliest using (load_id, older_day) anti join resembling using (load_id)",
        ),
        ("counted", _counted(kind, columns, "others")),
        ("resembling", f"from resembling union all from ({RESEMBLING})"),
    )
    found = pl.DataFrame(schema={"kind": pl.String, "warning": pl.String})
    for name, query in steps:
        parameters = {"as_of": as_of} if "$as_of" in query else None
        connection.execute(f"create or replace temp table {name} as {query}", parameters)
        if name == "resembling":
            found = frame_of(connection, "select kind, warning from resembling order by snapshot_date, load_id")
        elif row(connection, f"select count(*) from {name}") == (0,):
            break
    return found


def _files(kind: str) -> str:
    """The files to be compared: `load_id`, `snapshot_date`, and `day_before`, the newest snapshot day before it."""
    rests_on = "true" if KINDS[kind].is_collected else "snapshot_date = (select max(snapshot_date) from days)"
    return f"""
        with kept as (
            select * from loads
            where kind = '{kind}' and snapshot_date <= $as_of and load_id not in (select load_id from replaced)
        ), days as (
            select
                snapshot_date,
                lag(snapshot_date) over by_day as day_before,
                row_number() over by_day as number
            from (select distinct snapshot_date from kept where accepted > 0)
            window by_day as (order by snapshot_date)
        )
        select load_id, snapshot_date, day_before
        from kept
        join days using (snapshot_date)
        where number > 2 and rows_read >= {ROWS} and {rests_on}
            -- Of these the bytes say it.
            and not exists (
                select 1 from kept as older
                where older.sha256 = kept.sha256 and older.snapshot_date < kept.snapshot_date
            )
    """


def _brought(kind: str, columns: list[str]) -> str:
    """The columns that each file brought: `load_id`, `columns` (a bit each)."""
    bits = " | ".join(f"(list_contains(columns, '{name}')::bigint << {place})" for place, name in enumerate(columns))
    return (
        f"select load_id, {bits} as columns from headers semi join (from loads where kind = '{kind}') using (load_id)"
    )


def _differing(columns: list[str], one: str, other: str) -> str:
    """The columns in which two rows differ, a bit each."""
    return " | ".join(
        f"(({one}.{name} is distinct from {other}.{name})::bigint << {place})" for place, name in enumerate(columns)
    )


def _same_key(kind: str, one: str, other: str) -> str:
    return " and ".join(f"{one}.{name} = {other}.{name}" for name in KINDS[kind].key)


def _rewritten(kind: str, columns: list[str]) -> str:
    """The rows of the files whose key the day before has with other content, and the columns in which they differ."""
    return f"""
        with mine as (
            select files.load_id, files.snapshot_date, files.day_before, occurrences.row_id
            from occurrences
            join compared_files as files using (load_id)
        ), before as (
            select snapshot_date as day_before, load_id as load_id_before, row_id
            from occurrences
            where kind = '{kind}' and snapshot_date in (select day_before from compared_files)
        ), my_other as (
            select * from mine anti join before using (day_before, row_id)
        ), other_before as (
            select * from before anti join mine using (day_before, row_id)
        )
        select
            load_id,
            snapshot_date,
            my_other.day_before,
            my_other.row_id,
            load_id_before,
            {_differing(columns, "my_row", "row_before")} as differing
        from my_other
        join {kind}_rows as my_row using (row_id)
        join (other_before join {kind}_rows as row_before using (row_id))
            on other_before.day_before = my_other.day_before and {_same_key(kind, "my_row", "row_before")}
    """


def _older_days(kind: str, columns: list[str]) -> str:
    """The older days that had rows of a file which the day before has otherwise, and how many: `gained`.

    Without one, no older day can have more of the file than the day before.
    """
    return f"""
        with unlike as (
            select rewritten.*, mine.columns & before.columns as columns
            from rewritten
            join brought as mine using (load_id)
            join brought as before on before.load_id = load_id_before
            where differing & mine.columns & before.columns <> 0
        )
        select unlike.load_id, unlike.snapshot_date, occurrences.snapshot_date as older_day, count(*) as gained
        from unlike
        join {kind}_rows as my_row on my_row.row_id = unlike.row_id
        join {kind}_rows as older_row on {_same_key(kind, "my_row", "older_row")}
        join occurrences
            on occurrences.row_id = older_row.row_id
            and occurrences.kind = '{kind}'
            and occurrences.snapshot_date < unlike.day_before
        join brought on brought.load_id = occurrences.load_id
        where ({_differing(columns, "my_row", "older_row")}) & unlike.columns & brought.columns = 0
            and unlike.differing & unlike.columns & brought.columns <> 0
        group by all
    """


def _counted(kind: str, columns: list[str], days: str, part: int = 1) -> str:
    """How many rows each file has in common with the older days, and how many of them are the same.

    `common` and `same` count the keys that both have; `gained` and `lost` those that the day before has too: the file's
    row is the older day's and not that of the day before, or the other way round.

    Parameters
    ----------
    days
        The table of the older days.
    part
        Of how many keys one is looked at.
    """
    some = "" if part == 1 else f"where row_id in (select row_id from {kind}_rows where fingerprint % {part} = 0)"
    return f"""
        with mine as (
            select
                files.load_id,
                files.snapshot_date,
                occurrences.row_id,
                coalesce(before.load_id, rewritten.load_id_before) as load_id_before,
                case when before.load_id is null then rewritten.differing else 0 end as differing_before
            from (from occurrences {some}) as occurrences
            join compared_files as files using (load_id)
            left join (from occurrences where kind = '{kind}') as before
                on before.snapshot_date = files.day_before and before.row_id = occurrences.row_id
            left join rewritten on rewritten.load_id = files.load_id and rewritten.row_id = occurrences.row_id
            where files.snapshot_date in (select snapshot_date from {days})
        ), older as (
            select days.snapshot_date, older_day, load_id as older_load_id, row_id as older_row_id
            from (from occurrences {some}) as occurrences
            join (select distinct snapshot_date, older_day from {days}) as days
                on days.older_day = occurrences.snapshot_date
            where kind = '{kind}'
        ), other_contents as (
            select distinct snapshot_date, older_row_id
            from older
            anti join mine on mine.snapshot_date = older.snapshot_date and mine.row_id = older_row_id
        ), pairs as (
            select mine.*, row_id as older_row_id, 0::bigint as differing_then
            from mine
            union all
            select mine.*, older_row_id, {_differing(columns, "my_row", "older_row")}
            from (other_contents join {kind}_rows as older_row on older_row.row_id = older_row_id)
            join (mine join {kind}_rows as my_row using (row_id))
                on mine.snapshot_date = other_contents.snapshot_date and {_same_key(kind, "my_row", "older_row")}
        ), contents as (
            select
                pairs.*,
                mine.columns as my_columns,
                mine.columns & before.columns as columns_before
            from pairs
            join brought as mine using (load_id)
            left join brought as before on before.load_id = load_id_before
        ), compared as (
            select
                contents.load_id,
                older_day,
                differing_then & my_columns & brought.columns = 0 as is_same,
                differing_then & columns_before & brought.columns = 0 as is_same_then,
                differing_before & columns_before & brought.columns = 0 as is_same_before
            from older
            join contents using (snapshot_date, older_row_id)
            join brought on brought.load_id = older_load_id
        )
        select
            load_id,
            older_day,
            count(*) as common,
            count(*) filter (is_same) as same,
            count(*) filter (is_same_then and not is_same_before) as gained,
            count(*) filter (is_same_before and not is_same_then) as lost
        from compared
        semi join {days} using (load_id, older_day)
        group by all
    """


STILL_MORE: Final = """
    select older_days.*
    from older_days
    left join counted using (load_id, older_day)
    where coalesce(lost, 0) < older_days.gained
"""
"""The older days of which a part of the keys does not say yet that the day before has as much of the file."""


RESEMBLING: Final = f"""
    with best as (
        select counted.*
        from counted
        join loads using (load_id)
        where 10 * same >= 9 * greatest(common, {ROWS}) and gained > lost
        -- Of days that the file equals alike, that which has least besides.
        qualify row_number() over (
            partition by load_id
            order by
                same / (
                    accepted - common
                    + (
                        select sum(older.accepted) from loads as older
                        where older.kind = loads.kind
                            and older.snapshot_date = older_day
                            and older.load_id not in (select load_id from replaced)
                    )
                ) desc,
                older_day desc
        ) = 1
    )
    select
        loads.snapshot_date,
        load_id,
        kind,
        format(
            'The export of {{}} {{}} of {{}} looks like one of {{}}: {{:d}} of the {{:d}} rows that both have are the same, usage '
                || 'apart, and that of {{}} has {{:d}} fewer of them. If it is an older one, load the right one with --replace.',
            kind,
            parse_filename(file),
            cast(loads.snapshot_date as varchar),
            cast(older_day as varchar),
            same,
            common,
            cast(day_before as varchar),
            gained - lost
        ) as warning
    from best
    join loads using (load_id)
    join compared_files using (load_id)
"""
