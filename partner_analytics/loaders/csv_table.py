"""CSV as people save it: any of four delimiters, a `#TYPE` line first, line breaks inside quotes, ragged rows."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from partner_analytics.loaders.columns import KnownColumns, check_columns, find_columns, settle_kind
from partner_analytics.loaders.csv_records import csv_records, header_of
from partner_analytics.loaders.table import Table, refused_rows

DELIMITERS = (",", ";", "\t", "|")


def read_csv_table(
    file: str, text: str, known: Mapping[str, KnownColumns], kind: str | None, customer_id: str | None
) -> Table:
    """Read a CSV file.

    A row that has another number of fields than the header is refused whole: which of its fields is missing or one
    too many, nobody can tell. Empty lines are no rows.

    Raises
    ------
    ExportError
        If a quote is never closed, no kind fits the header, or a required column is missing.
    """
    delimiter = _delimiter(text, known)
    records = csv_records(file, text, delimiter)
    headers = records.headers
    kind = settle_kind(file, headers, known, kind)
    check_columns(file, kind, headers, known[kind], customer_id)
    reason = pl.format("has {} fields where the header has {}", "width", pl.lit(len(headers)))
    return Table(
        kind=kind,
        form="CSV",
        delimiter=delimiter,
        headers=headers,
        lines=records.lines,
        cells=records.cells,
        refused=refused_rows(
            records.ragged["line"], records.ragged["value"], records.ragged.select(reason).to_series()
        ),
    )


def _delimiter(text: str, known: Mapping[str, KnownColumns]) -> str:
    """The delimiter under which the header holds the most columns that any kind knows."""

    def recognised(delimiter: str) -> tuple[int, int]:
        header = header_of(text, delimiter)
        return (max(len(find_columns(header, columns)) for columns in known.values()), len(header))

    return max(DELIMITERS, key=recognised)
