"""The straight line of one file: read, parse, validate, store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl

from partner_analytics import store
from partner_analytics.days import date_format_problem
from partner_analytics.errors import ExportError, UsageError
from partner_analytics.loaders import (
    CUSTOMER_NAME,
    Progress,
    RawExport,
    named,
    normalise_header,
    printable,
    read_export,
)
from partner_analytics.schemas import (
    DAY_FIRST,
    KEYS,
    MONTH_FIRST,
    UUID,
    Reading,
    Validated,
    day_columns,
    known_columns,
    resembling,
    strange,
    validated,
)
from partner_analytics.settings import Settings

SHOWN_COLUMNS = 10
"""How many of the columns that nobody knows are named."""


def load(
    file: str,
    db: Path,
    *,
    snapshot_date: date,
    loaded_at: datetime,
    kind: str | None = None,
    customer_id: str | None = None,
    date_format: str | None = None,
    replaces_before: datetime | None = None,
    settings: Settings,
    progress: Progress = lambda _: None,
) -> store.Accounting:
    """Load one export into the store.

    Parameters
    ----------
    file
        The export.
    db
        The store, made if it is not there.
    snapshot_date
        The day for which it was exported; a file of corrected rows names its own.
    loaded_at
        Now.
    kind, customer_id, date_format
        What the file does not say itself.
    replaces_before
        The loads of this kind and day that are older than this are replaced.
    settings
        The headers and words that the partner knows besides ours.
    progress
        What is told how many more bytes of the file have been read.

    Returns
    -------
    Accounting
        What became of its rows.

    Raises
    ------
    ExportError
        If the file cannot be read; nothing of it is stored.
    """
    raw = read_export(file, known_columns(settings.columns), kind=kind, customer_id=customer_id)
    places = _places(raw, db)
    if places is not None:
        snapshot_date = places["snapshot_date"][0]
        if replaces_before is not None:
            raise ExportError(f"{file} holds corrected rows, which replace no load.", "leave out --replace.")
    return store_rows(
        raw,
        db,
        reading_of(raw, db, snapshot_date, date_format, settings),
        snapshot_date=snapshot_date,
        loaded_at=loaded_at,
        replaces_before=replaces_before,
        options=printable(f"customer {customer_id}, days {date_format}" if customer_id or date_format else ""),
        places=places,
        progress=progress,
    )


def store_rows(
    raw: RawExport,
    db: Path,
    reading: Reading,
    *,
    snapshot_date: date,
    loaded_at: datetime,
    replaces_before: datetime | None = None,
    options: str = "",
    places: pl.DataFrame | None = None,
    progress: Progress = lambda _: None,
) -> store.Accounting:
    """Validate the rows of a file that has been opened, and store them while they are read.

    Parameters
    ----------
    reading
        What the user says of how to read it.
    options
        The same in a word, since another reading can bring other rows.
    places
        Of a file of corrected rows: whose places they take.
    """
    accounting = store.record(
        db,
        store.Load(
            file=raw.file,
            kind=raw.kind,
            snapshot_date=snapshot_date,
            sha256=raw.sha256,
            loaded_at=loaded_at,
            key=KEYS[raw.kind],
            parts=_ahead(_complete(raw, validated(raw, reading, progress), snapshot_date)),
            as_written=raw.rows_as_written,
            headers=tuple(column.header for column in raw.own_columns),
            columns=tuple(column.name or "" for column in raw.own_columns),
            empty_answers=_empty_answers(raw),
            announced=raw.announced,
            replaces_before=replaces_before,
            options=options,
            places=places,
        ),
    )
    return replace(
        accounting,
        ignored=_ignored(raw),
        day_headers=tuple(column.header for column in raw.columns if column.name in day_columns(raw.kind)),
        counts=raw.counts,
    )


def reading_of(raw: RawExport, db: Path, snapshot_date: date, date_format: str | None, settings: Settings) -> Reading:
    """How to read a file: what the user says of its days, the partner's words, and the customers that it can name.

    Raises
    ------
    ExportError
        If it names customers, and there is no customer export to know them by.
    UsageError
        If the format is none.
    """
    customers = None
    if any(column.name == CUSTOMER_NAME for column in raw.columns):
        if db.exists():
            with store.reading(db) as connection:
                customers = store.customers_as_of(connection, snapshot_date)
        if customers is None:
            raise ExportError(
                f"{raw.file} names its customers but not their ids, and no customer export of {snapshot_date} or before "
                "is loaded to know them by.",
                "load the customer export first.",
            )
    return Reading(
        _stated(raw, date_format, settings.date_formats),
        settings.words,
        customers,
        _as_refused(raw, db, snapshot_date) if raw.is_correction and db.exists() else None,
    )


def _as_refused(raw: RawExport, db: Path, snapshot_date: date) -> pl.DataFrame | None:
    """What the rows of a correction were like: `file`, `of_line`, `cells`; None where it has other columns now."""
    with store.reading(db) as connection:
        refused = store.rows_refused_on(connection, raw.kind, snapshot_date)
    places = dict(zip(refused.headers, refused.rows.columns, strict=True))
    own = [column.header for column in raw.own_columns]
    if not set(own) <= set(places):
        return None
    cells = [pl.col(places[header]).fill_null("") for header in own]
    return refused.rows.select("file", pl.col("line").alias("of_line"), pl.concat_list(cells).alias("cells"))


def _stated(raw: RawExport, date_format: str | None, remembered: Mapping[str, str]) -> dict[str, str]:
    """The format of days that the user states, by column: for this file, or else by its header in the settings."""
    if date_format is not None:
        if problem := date_format_problem(date_format):
            raise UsageError(problem, "see how the file writes its days: partner-analytics explain FILE")
        return dict.fromkeys(day_columns(raw.kind), date_format)
    by_header = {normalise_header(header): form for header, form in remembered.items()}
    return {
        column.name: by_header[normalise_header(column.header)]
        for column in raw.columns
        if column.name and normalise_header(column.header) in by_header
    }


def _complete(raw: RawExport, parts: Iterator[Validated], snapshot_date: date) -> Iterator[Validated]:
    """The parts with what evidence has for a day and a basis where it gives none."""
    for part in parts:
        if raw.kind == "assistance":
            rows = part.rows.with_columns(
                pl.col("checked_on").fill_null(pl.lit(snapshot_date)), pl.col("basis").fill_null("stated")
            )
            yield replace(part, rows=rows)
        else:
            yield part


def _ahead(parts: Iterator[Validated]) -> Iterator[Validated]:
    """The parts, each read and checked while the one before it is stored."""
    with ThreadPoolExecutor(1) as reader:
        following = reader.submit(next, parts, None)
        while (part := following.result()) is not None:
            following = reader.submit(next, parts, None)
            yield part


def _places(raw: RawExport, db: Path) -> pl.DataFrame | None:
    """The places that the rows of a file of corrected rows take; None for any other file.

    Raises
    ------
    ExportError
        If it does not name one day on which rows of its kind were refused.
    """
    if not raw.is_correction:
        return None
    places = pl.concat(raw.places(part) for part in raw.parts())
    written = places["snapshot_date"].unique()
    days = [day for day in _refused_days(raw, db) if all(_is_day(text, day) for text in written)]
    if len(days) != 1:
        raise ExportError(
            f"{raw.file} holds corrected rows; expected one day in their column `snapshot_date` on which rows of "
            f"{raw.kind} were refused, and found {', '.join(map(repr, written.sort().head(3))) or 'none'}.",
            "leave the columns file, line and snapshot_date as they were written.",
        )
    return places.with_columns(pl.lit(days[0]).alias("snapshot_date"))


def _refused_days(raw: RawExport, db: Path) -> list[date]:
    if not db.exists():
        return []
    with store.reading(db) as connection:
        return store.refused_days(connection, raw.kind)


def _is_day(text: str | None, day: date) -> bool:
    """Whether a text is a day as it was written, or as a spreadsheet of another country has written it since."""
    return text in {day.isoformat(), *(f"{day:{form}}" for form in (*DAY_FIRST, *MONTH_FIRST))}


def _empty_answers(raw: RawExport) -> pl.Series:
    answered = pl.Series(raw.empty_answers, dtype=pl.String).str.strip_chars().str.to_lowercase()
    answered = answered.str.strip_prefix("urn:uuid:").alias("customer_id")
    for customer in answered.filter(~answered.str.contains(UUID)).head(1):
        raise ExportError(
            f"{raw.file} holds a license answer of a customer whose id is no uuid: {customer!r}.", "export it again."
        )
    return answered


def _ignored(raw: RawExport) -> str:
    """The columns of a file that nobody knows, each with the one that it resembles, in words."""
    ignored = [
        column.header
        for column in raw.own_columns
        if column.name is None and column.repeats is None and strange(column.header)
    ]
    near = {header: resembling(raw.kind, header) for header in ignored[:SHOWN_COLUMNS]}
    hints = [f"; for `{header}`, did you mean `{name}`?" for header, name in near.items() if name]
    return named(ignored, SHOWN_COLUMNS) + "".join(hints)
