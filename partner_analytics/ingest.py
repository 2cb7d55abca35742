"""The straight line of one file: read, parse, validate, store."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl

from partner_analytics.errors import UsageError
from partner_analytics.loaders import RawExport, ReadColumn, read_export
from partner_analytics.schemas import KEYS, known_columns, validate
from partner_analytics.store import Accounting, Load, record

SHOWN_REFUSALS = 20


def read(file: str, *, kind: str | None = None, customer_id: str | None = None) -> RawExport:
    """Read one export as text, without storing anything."""
    return read_export(file, known_columns(), kind=kind, customer_id=customer_id)


def load(
    file: str,
    db: Path,
    *,
    snapshot_date: date,
    loaded_at: datetime,
    kind: str | None = None,
    customer_id: str | None = None,
    date_format: str | None = None,
) -> Accounting:
    """Load one export into the store.

    Parameters
    ----------
    file
        The export.
    db
        The store, made if it is not there.
    snapshot_date
        The day for which it was exported.
    loaded_at
        Now.
    kind, customer_id, date_format
        What the file does not say itself.

    Returns
    -------
    Accounting
        What became of its rows.

    Raises
    ------
    ExportError
        If the file cannot be read; nothing of it is stored.
    """
    _check_date_format(date_format)
    raw = read(file, kind=kind, customer_id=customer_id)
    validated = validate(raw.kind, raw.rows, date_format)
    rows = validated.rows
    if raw.kind == "assistance":
        rows = rows.with_columns(
            pl.col("checked_on").fill_null(pl.lit(snapshot_date)), pl.col("basis").fill_null("stated")
        )
    answered = pl.Series(raw.empty_answers, dtype=pl.String).str.strip_chars().str.to_lowercase()
    accounting = record(
        db,
        Load(
            file=raw.file,
            kind=raw.kind,
            snapshot_date=snapshot_date,
            sha256=raw.sha256,
            loaded_at=loaded_at,
            rows_read=raw.rows_read,
            key=KEYS[raw.kind],
            rows=rows,
            refused=pl.concat([raw.refused, validated.refused]),
            empty_answers=answered.str.strip_prefix("urn:uuid:").alias("customer_id"),
            has_options=customer_id is not None or date_format is not None,
        ),
    )
    return replace(accounting, ignored_columns=tuple(column.header for column in raw.columns if column.name is None))


def _check_date_format(date_format: str | None) -> None:
    if date_format is None:
        return
    parts = re.findall(r"%(.?)", date_format)
    if not all(set(parts) & set(names) for names in ("de", "mbB", "yY")) or not set(parts) <= set("dembByYHMST%"):
        raise UsageError(
            f"A date format names day, month and year, such as %d/%m/%Y; found {date_format!r}.",
            "look at how the file writes its days: partner-analytics explain FILE",
        )


def explanation(
    file: str, *, kind: str | None = None, customer_id: str | None = None, date_format: str | None = None
) -> str:
    """How a file would be read: its form, its columns with sample values, and what would be refused."""
    _check_date_format(date_format)
    raw = read(file, kind=kind, customer_id=customer_id)
    refused = pl.concat([raw.refused, validate(raw.kind, raw.rows, date_format).refused])
    delimiter = {"": "", "\t": ", fields separated by tabs"}.get(
        raw.delimiter, f", fields separated by {raw.delimiter}"
    )
    known = [column for column in raw.columns if column.name]
    unknown = [column for column in raw.columns if not column.name]
    absent = [name for name in known_columns()[raw.kind].names if name not in raw.rows.columns]
    lines = [
        f"{file}: {raw.kind}, {raw.form}, {raw.encoding}{delimiter}",
        f"days: {'ISO, like 2026-11-02' if date_format is None else f'ISO, or {date_format}'}",
        f"rows: {raw.rows_read:,}",
        "",
        "columns:",
        *(f"  {column.header} → {column.name}{_sample_text(column)}" for column in known),
    ]
    if raw.empty_answers:
        lines.insert(3, f"customers whose license list is empty: {len(raw.empty_answers):,}")
    if unknown:
        lines += ["", f"not known, and ignored ({len(unknown)}):"]
        lines += [f"  {column.header}{_sample_text(column)}" for column in unknown]
    if absent:
        lines += ["", f"not in the file, so not known ({len(absent)}):", "  " + ", ".join(absent)]
    lines += ["", f"would be refused ({refused['line'].n_unique():,}):"]
    lines += [
        f"  line {line}: {column or 'the row'} {reason}" + (f"; found {value!r}" if column and value else "")
        for line, column, value, reason in refused.sort("line", "column_name").head(SHOWN_REFUSALS).iter_rows()
    ]
    if refused.height > SHOWN_REFUSALS:
        lines.append(f"  and {refused.height - SHOWN_REFUSALS:,} more")
    return "\n".join(lines)


def _sample_text(column: ReadColumn) -> str:
    return ": " + ", ".join(map(repr, column.samples)) if column.samples else ": no value"
