"""The straight line of one file: read, parse, validate, store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl

from partner_analytics.errors import ExportError
from partner_analytics.loaders import read_export
from partner_analytics.schemas import KEYS, UUID, date_formats, known_columns, resembling, strange, validate
from partner_analytics.settings import Settings
from partner_analytics.store import Accounting, Load, record


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
    replaces_before
        The loads of this kind and day that are older than this are replaced.
    settings
        The headers and words that the partner knows besides ours.

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
    formats = date_formats(file, raw.kind, raw.rows, date_format)
    validated = validate(raw.kind, raw.rows, formats, settings.words)
    rows = validated.rows
    if raw.kind == "assistance":
        rows = rows.with_columns(
            pl.col("checked_on").fill_null(pl.lit(snapshot_date)), pl.col("basis").fill_null("stated")
        )
    answered = pl.Series(raw.empty_answers, dtype=pl.String).str.strip_chars().str.to_lowercase()
    answered = answered.str.strip_prefix("urn:uuid:").alias("customer_id")
    for customer in answered.filter(~answered.str.contains(UUID)).head(1):
        raise ExportError(
            f"{file} holds a license answer of a customer whose id is no uuid: {customer!r}.", "export it again."
        )
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
            empty_answers=answered,
            announced=raw.announced,
            replaces_before=replaces_before,
            options=f"customer {customer_id}, days {date_format}" if customer_id or date_format else "",
        ),
    )
    return replace(
        accounting,
        ignored_columns=tuple(
            f"`{column.header}`" + (f" (did you mean `{near}`?)" if (near := resembling(column.header)) else "")
            for column in raw.columns
            if column.name is None and strange(column.header)
        ),
        counts=raw.counts,
    )
