"""The straight line of files: read, parse, validate, store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import polars as pl

from partner_analytics import store
from partner_analytics.days import date_format_problem
from partner_analytics.errors import ExportError, PartnerAnalyticsError, UsageError
from partner_analytics.loaders import (
    CUSTOMER_NAME,
    Packed,
    Progress,
    RawExport,
    Source,
    named,
    normalise_header,
    printable,
    quoted,
    read_export,
)
from partner_analytics.schemas.day_orders import DAY_FIRST, MONTH_FIRST, day_columns
from partner_analytics.schemas.headers import known_columns, resembling, strange
from partner_analytics.schemas.kinds import KINDS, SNAPSHOT_DATE
from partner_analytics.schemas.validation import Reading, Validated, validated
from partner_analytics.settings import Settings
from partner_analytics.vocabulary import UUID

SHOWN_COLUMNS = 10
"""How many of the columns that are not known are named."""


@dataclass(frozen=True)
class Instructions:
    """What the user says of the exports to be loaded.

    Parameters
    ----------
    snapshot_date
        The day for which they were exported; a file of corrected rows names its own.
    loaded_at
        Now.
    settings
        The headers and words that the partner knows besides ours.
    kind, customer_id, date_format
        What the files do not say themselves.
    replaces
        Whether they take the place of the loads of their kind and day that are in the store.
    """

    snapshot_date: date
    loaded_at: datetime
    settings: Settings
    kind: str | None = None
    customer_id: str | None = None
    date_format: str | None = None
    replaces: bool = False


def load(
    files: Iterable[tuple[str | Source | Packed, Instructions]],
    db: Path,
    *,
    ends_at_error: bool = False,
    progress: Progress = lambda _: None,
) -> tuple[tuple[store.Accounting, ...], tuple[PartnerAnalyticsError, ...]]:
    """Load exports into the store, each whole or not at all.

    What they bring is there for readers at once, at the end; where the load is interrupted, the store is as it was.

    Parameters
    ----------
    files
        The exports, paths or what is in no file, each with what the user says of it.
    db
        The store, made if it is not there.
    ends_at_error
        Whether the first file that cannot be read ends the load; those before it are loaded.
    progress
        What is told how many more bytes have been read.

    Returns
    -------
    tuple
        What became of the rows of each file that was read; and the errors of the others. Where the store cannot be
        written, no file is loaded, and the last error says why.
    """
    loaded: list[store.Accounting] = []
    errors: list[PartnerAnalyticsError] = []
    warnings: dict[date, pl.DataFrame] = {}
    try:
        with store.loading(db) as opened:
            for file, instructions in files:
                try:
                    loaded.append(_load_file(file, opened, instructions, progress))
                except PartnerAnalyticsError as error:
                    errors.append(error)
                    # Any other error than one about the file would meet the next one too.
                    if ends_at_error or not isinstance(error, ExportError):
                        break
            if loaded and (connection := opened.to_read()) is not None:
                for day in {accounting.snapshot_date for accounting in loaded}:
                    warnings[day] = store.warnings_as_of(connection, day)
    except PartnerAnalyticsError as error:
        return (), (*errors, error)
    accounted = (replace(one, warnings=_warnings(one, warnings[one.snapshot_date])) for one in loaded)
    return tuple(accounted), tuple(errors)


def _warnings(of: store.Accounting, found: pl.DataFrame) -> tuple[str, ...]:
    """What is doubtful about one file, and then about its day."""
    return (*filter(None, [of.second_export]), *found.filter(kind=of.kind)["warning"])


def _load_file(
    file: str | Source | Packed, opened: store.OpenStore, instructions: Instructions, progress: Progress
) -> store.Accounting:
    customer_id, date_format = instructions.customer_id, instructions.date_format
    known = known_columns(instructions.settings.columns)
    raw = read_export(file, known, kind=instructions.kind, customer_id=customer_id)
    snapshot_date, places = instructions.snapshot_date, _places(raw, opened)
    if places is not None:
        snapshot_date = places["snapshot_date"][0]
        if instructions.replaces:
            raise ExportError(
                f"{raw.file} holds corrected rows, and those take only their own places.", "leave out --replace."
            )
    return store_rows(
        raw,
        opened,
        reading_of(raw, opened, snapshot_date, date_format, instructions.settings),
        snapshot_date=snapshot_date,
        loaded_at=instructions.loaded_at,
        replaces=instructions.replaces,
        options=printable(f"customer {customer_id}, days {date_format}" if customer_id or date_format else ""),
        places=places,
        progress=progress,
    )


def store_rows(
    raw: RawExport,
    opened: store.OpenStore,
    reading: Reading,
    *,
    snapshot_date: date,
    loaded_at: datetime,
    replaces: bool = False,
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
        opened,
        store.Load(
            file=raw.file,
            kind=raw.kind,
            snapshot_date=snapshot_date,
            sha256=raw.sha256,
            loaded_at=loaded_at,
            key=KINDS[raw.kind].key,
            reading=lambda: _ahead(_complete(raw, validated(raw, reading, progress), snapshot_date)),
            as_written=raw.rows_as_written,
            headers=tuple(header for header, _ in raw.written_columns),
            columns=tuple(name for _, name in raw.written_columns),
            empty_answers=_empty_answers(raw),
            announced=raw.announced,
            replaces=replaces,
            options=options,
            places=places,
        ),
    )
    return replace(
        accounting,
        ignored=_ignored(raw),
        notes=raw.notes,
        day_headers=tuple(column.header for column in raw.columns if column.name in day_columns(raw.kind)),
        counts=raw.counts,
    )


def reading_of(
    raw: RawExport,
    opened: store.OpenStore,
    snapshot_date: date,
    date_format: str | None,
    settings: Settings,
) -> Reading:
    """How to read a file: what the user says of its days, the partner's words, and the customers that it can name.

    Parameters
    ----------
    opened
        The store, which is asked only by a file that names customers, or of corrected rows.

    Raises
    ------
    ExportError
        If it names customers, and there is no customer export to know them by.
    UsageError
        If the format is none.
    """
    customers = None
    names_them = any(column.name == CUSTOMER_NAME for column in raw.columns)
    if (names_them or raw.may_name_customers) and (connection := opened.to_read()) is not None:
        customers = store.customers_as_of(connection, snapshot_date)
    if names_them and customers is None:
        raise ExportError(
            f"{raw.file} names customers without their ids, and no customer export of {snapshot_date} or before "
            "is loaded to look them up in.",
            "load the customer export first; in the same load, name it before this file.",
        )
    return Reading(
        _stated(raw, date_format, settings.date_formats),
        settings.words,
        customers,
        _as_refused(raw, opened, snapshot_date) if raw.is_correction else None,
    )


def _as_refused(raw: RawExport, opened: store.OpenStore, snapshot_date: date) -> pl.DataFrame | None:
    """What the rows of a correction were like: `file`, `of_line`, `cells`; None where it has other columns now."""
    if (connection := opened.to_read()) is None:
        return None
    # What is wrong with a cell shows when it is read again; what a row lacks does not.
    refused = store.rows_refused_on(connection, raw.kind, snapshot_date, only_whole=True)
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
    """The parts with what stands for a cell that is empty, where the kind has such a default."""
    defaults = {
        name: pl.lit(snapshot_date if default == SNAPSHOT_DATE else default)
        for name, default in KINDS[raw.kind].defaults.items()
    }
    for part in parts:
        yield replace(part, rows=part.rows.with_columns(pl.col(name).fill_null(of) for name, of in defaults.items()))


@contextmanager
def _ahead(parts: Iterator[Validated]) -> Iterator[Iterator[Validated]]:
    """The parts, each read and checked while the one before it is stored, and the first from now on."""
    with ThreadPoolExecutor(1) as reader:
        first = reader.submit(next, parts, None)

        def read() -> Iterator[Validated]:
            following = first
            while (part := following.result()) is not None:
                following = reader.submit(next, parts, None)
                yield part

        yield read()


def _places(raw: RawExport, opened: store.OpenStore) -> pl.DataFrame | None:
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
    connection = opened.to_read()
    refused_days = store.refused_days(connection, raw.kind) if connection is not None else []
    days = [day for day in refused_days if all(_is_day(text, day) for text in written)]
    if len(days) != 1:
        found = ", ".join(quoted(text or "") for text in written.sort().head(3)) or "none"
        raise ExportError(
            f"{raw.file} holds corrected rows; expected one day in their column `snapshot_date` on which rows of "
            f"{raw.kind} were refused, and found {found}.",
            "leave the columns file, line and snapshot_date as they were written.",
        )
    return places.with_columns(pl.lit(days[0]).alias("snapshot_date"))


def _is_day(text: str | None, day: date) -> bool:
    """Whether a text is a day as it was written, or as a spreadsheet of another country has written it since."""
    return text in {day.isoformat(), *(f"{day:{form}}" for form in (*DAY_FIRST, *MONTH_FIRST))}


def _empty_answers(raw: RawExport) -> pl.Series:
    answered = pl.Series(raw.empty_answers, dtype=pl.String).str.strip_chars().str.to_lowercase()
    answered = answered.str.strip_prefix("urn:uuid:").alias("customer_id")
    for customer in answered.filter(~answered.str.contains(f"^{UUID}$")).head(1):
        raise ExportError(
            f"{raw.file} holds a license answer of a customer whose id is not a uuid: {quoted(customer)}.",
            "export it again.",
        )
    return answered


def _ignored(raw: RawExport) -> str:
    """The columns of a file that are not known, each with the column that it resembles, in words."""
    ignored = [
        column.header
        for column in raw.own_columns
        if column.name is None and column.repeats is None and strange(column.header)
    ]
    near = {header: resembling(raw.kind, header) for header in ignored[:SHOWN_COLUMNS]}
    hints = [f"; for `{header}`, did you mean `{name}`?" for header, name in near.items() if name]
    return named(ignored, SHOWN_COLUMNS) + "".join(hints)
