"""How a file would be read, in words; nothing is stored but in a store of its own, which goes again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

from partner_analytics import store
from partner_analytics.errors import ExportError
from partner_analytics.ingest import loading
from partner_analytics.loaders import (
    Beginning,
    KnownColumns,
    Packed,
    RawExport,
    ReadColumn,
    Source,
    beginning_of,
    find_columns,
    find_kind,
    missing_columns,
    quoted,
    read_export,
    samples,
)
from partner_analytics.safety.visible import visible
from partner_analytics.schemas.headers import known_columns
from partner_analytics.schemas.validation import orders_of_days
from partner_analytics.settings import Settings

SHOWN_REFUSALS = 20
REFUSED_WHOLE = "the file would be refused"
ASKED = "partner-analytics explain"
MOST_WANTED = ("customers", "licenses")
"""What a file may be meant for of which no header is known."""
STANDS_FOR_ID = "license_number, product_code and start_date stand for it"


def explanation(
    file: str | Source | Packed,
    db: Path,
    *,
    kind: str | None = None,
    customer_id: str | None = None,
    date_format: str | None = None,
    settings: Settings,
) -> str:
    """How a file would be read: its form, its columns with sample values, and what would be refused.

    Of a file that is no export it says why, how it begins, and what would make it one.

    Parameters
    ----------
    db
        The store whose customers the file can name; it is only read.

    Raises
    ------
    ExportError
        If there is no such file, or it cannot be opened.
    """
    known = known_columns(settings.columns)
    try:
        raw = read_export(file, known, kind=kind, customer_id=customer_id)
    except ExportError as error:
        return "\n".join(visible(line) for line in _as_it_is(beginning_of(file), error, kind, known))
    named = [column.name for column in raw.columns if column.name] + ["license_id"] * raw.lacks_license_ids
    return "\n".join(
        visible(line)
        for line in [
            f"{raw.file}: {raw.kind}, {raw.form}, {raw.encoding}{_delimiter(raw)}",
            *_part("to know of how it was read", raw.notes),
            *_reading(raw, db, customer_id, date_format, settings),
            *_part("customers whose license list is empty", raw.empty_answers),
            *_part(
                "columns",
                [f"{column.header} → {column.name}{_samples(raw, column)}" for column in raw.columns if column.name],
            ),
            *_part("license_id, which the file lacks", [STANDS_FOR_ID] * raw.lacks_license_ids),
            *_part(
                "not known, and ignored",
                [column.header + _samples(raw, column) for column in raw.own_columns if not column.name],
            ),
            *_part("not in the file, so not known", [name for name in known[raw.kind].names if name not in named]),
        ]
    )


def _reading(
    raw: RawExport, db: Path, customer_id: str | None, date_format: str | None, settings: Settings
) -> list[str]:
    """How its days are written, and what would become of its rows, alone in a new store."""
    try:
        # A file of corrected rows needs those that were refused, which a new store does not have.
        with store.loading(db) as opened:
            reading = loading.reading_of(raw, opened, date.max, date_format, settings)
        formats = orders_of_days(raw, reading)
        with store.private_folder() as folder, store.loading(folder / "explain.duckdb") as opened:
            accounting = loading.store_rows(raw, opened, reading, snapshot_date=date.max, loaded_at=datetime.min)
    except ExportError as error:
        return _part(REFUSED_WHOLE, _said(error))
    days = [f"`{name}` like {forms[0]}" for name, forms in formats.items()] or ["ISO, like 2026-11-02"]
    return [
        f"rows: {accounting.rows_read:,} = {accounting.accepted:,} accepted + {accounting.quarantined:,} quarantined "
        f"+ {accounting.duplicates:,} duplicates",
        *_part("days", days),
        *_part("would be refused", _refusals(accounting, raw.counts)),
    ]


def _delimiter(raw: RawExport) -> str:
    if not raw.delimiter:
        return ""
    return f", fields separated by {'tabs' if raw.delimiter == chr(9) else raw.delimiter}"


def _part(title: str, lines: Iterable[str]) -> list[str]:
    """A titled list; empty if there is nothing to list."""
    listed = [f"  {line}" for line in lines]
    return ["", f"{title}:", *listed] if listed else []


def _samples(raw: RawExport, column: ReadColumn) -> str:
    try:
        found = samples(part.cells[str(column.position)] for part in raw.parts())
    except ExportError:
        # That it cannot be read to its end is said above.
        return ""
    return ": " + ", ".join(quoted(cell) for cell in found) if found else ": no value"


def _as_it_is(
    found: Beginning, error: ExportError, kind: str | None, known: Mapping[str, KnownColumns]
) -> Iterator[str]:
    """A file that is no export as it is: why it would be refused, how it begins, and how to tell what its columns are."""
    yield f"{found.file}: {found.form}"
    yield from _part(REFUSED_WHOLE, _said(error))
    yield from _part("it begins with", found.lines)
    if not found.headers:
        return
    fits = kind or find_kind(found.headers, known)
    columns = find_columns(found.headers, known[fits]) if fits else {}
    names = [f"{header} → {columns.get(place, 'not known')}" for place, header in enumerate(found.headers)]
    yield from _part("columns", names)
    for name in [fits] if fits else MOST_WANTED:
        yield from _part(
            f"to load it as {name}, write into partner_analytics.toml, with the headers of the file on the left",
            ["[columns]", *(f'"header of {one}" = "{one}"' for one in missing_columns(found.headers, known[name]))],
        )


def _said(error: ExportError) -> list[str]:
    """The error in its sentences; that it is explained here needs no word."""
    return [error.message] if ASKED in error.hint else [error.message, error.hint]


def _refusals(accounting: store.Accounting, counts: str) -> list[str]:
    refused = accounting.refused.sort("line", "column_name")
    lines = [
        f"{counts} {line}: {column or 'the row'} {reason}" + (f"; found {quoted(value)}" if column and value else "")
        for line, column, value, reason in refused.head(SHOWN_REFUSALS).iter_rows()
    ]
    more = accounting.quarantined - refused.head(SHOWN_REFUSALS)["line"].n_unique()
    return lines + ([f"and {more:,} more rows"] if more else [])
