"""How a file would be read, in words; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from partner_analytics.errors import ExportError
from partner_analytics.loaders import ReadColumn, read_export
from partner_analytics.schemas import date_formats, known_columns, validate
from partner_analytics.settings import Settings

SHOWN_REFUSALS = 20


def explanation(
    file: str,
    *,
    kind: str | None = None,
    customer_id: str | None = None,
    date_format: str | None = None,
    settings: Settings,
) -> str:
    """How a file would be read: its form, its columns with sample values, and what would be refused.

    Raises
    ------
    ExportError
        If it would be refused as a whole, other than for the order of its days, which is explained.
    """
    known = known_columns(settings.columns)
    raw = read_export(file, known, kind=kind, customer_id=customer_id)
    try:
        formats = date_formats(file, raw.kind, raw.rows, date_format)
    except ExportError as error:
        formats, days = {}, [f"the file would be refused: {error.message}", error.hint]
    else:
        days = [f"`{name}` like {forms[0]}" for name, forms in formats.items()] or ["ISO, like 2026-11-02"]
    refused = pl.concat([raw.refused, validate(raw.kind, raw.rows, formats, settings.words).refused])
    delimiter = {"": "", "\t": ", fields separated by tabs"}.get(
        raw.delimiter, f", fields separated by {raw.delimiter}"
    )
    absent = [name for name in known[raw.kind].names if name not in raw.rows.columns]
    return "\n".join(
        [
            f"{file}: {raw.kind}, {raw.form}, {raw.encoding}{delimiter}",
            f"rows: {raw.rows_read:,}, of which {refused['line'].n_unique():,} would be refused",
            *_part("days", days),
            *_part("customers whose license list is empty", raw.empty_answers),
            *_part(
                "columns",
                [f"{column.header} → {column.name}{_samples(column)}" for column in raw.columns if column.name],
            ),
            *_part(
                "not known, and ignored",
                [column.header + _samples(column) for column in raw.columns if not column.name],
            ),
            *_part("not in the file, so not known", absent),
            *_part("would be refused", _refusals(refused, raw.counts)),
        ]
    )


def _part(title: str, lines: Iterable[str]) -> list[str]:
    """A titled list; nothing where there is nothing to list."""
    listed = [f"  {line}" for line in lines]
    return ["", f"{title}:", *listed] if listed else []


def _samples(column: ReadColumn) -> str:
    return ": " + ", ".join(map(repr, column.samples)) if column.samples else ": no value"


def _refusals(refused: pl.DataFrame, counts: str) -> list[str]:
    lines = [
        f"{counts} {line}: {column or 'the row'} {reason}" + (f"; found {value!r}" if column and value else "")
        for line, column, value, reason in refused.sort("line", "column_name").head(SHOWN_REFUSALS).iter_rows()
    ]
    return lines + ([f"and {refused.height - SHOWN_REFUSALS:,} more"] if refused.height > SHOWN_REFUSALS else [])
