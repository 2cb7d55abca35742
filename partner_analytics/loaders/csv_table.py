"""CSV as people save it: any of four delimiters, a `#TYPE` line first, line breaks inside quotes, ragged rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice

import polars as pl

from partner_analytics.errors import ExportError
from partner_analytics.loaders.columns import (
    MOST_TITLES,
    KnownColumns,
    check_columns,
    find_columns,
    header_place,
    said_of_titles,
    settle_kind,
)
from partner_analytics.loaders.csv_header import LONGEST_HEADER, Header, headers_of
from partner_analytics.loaders.csv_records import Records, records_of
from partner_analytics.loaders.decoding import Text, texts_of
from partner_analytics.loaders.table import Part, Progress, Table, refused_rows

DELIMITERS = (",", ";", "\t", "|")
LONGEST_RECORD = 2**20
"""How many bytes a row may have: no row of an export has more."""

NOTHING = r'^"?#TYPE.*$|["\s]'
"""What a file can hold and still be empty."""


def read_csv_table(file: Text, known: Mapping[str, KnownColumns], kind: str | None, customer_id: str | None) -> Table:
    """Read a CSV file.

    A row that has another number of fields than the header is refused whole: which of its fields is missing or one
    too many, nobody can tell. Empty lines are no rows.

    Raises
    ------
    ExportError
        If its header cannot be read, no kind fits the header, or a required column is missing; later, if a quote is
        never closed.
    """
    beginning = next(_texts(file, _nobody))
    delimiter, header, titles = _delimiter(file, beginning, known, kind)
    kind = settle_kind(file.name, header.fields, known, kind)
    check_columns(file.name, kind, header.fields, known[kind], customer_id)
    return Table(
        kind=kind,
        form="CSV",
        delimiter=delimiter,
        headers=header.fields,
        parts=partial(_parts, file, delimiter, header),
        notes=said_of_titles(titles),
    )


def _parts(file: Text, delimiter: str, header: Header, progress: Progress) -> Iterator[Part]:
    for found in records_of(file.name, _texts(file, progress), delimiter, header):
        records = _without_giants(found, delimiter)
        refused = records.refused
        yield Part(
            lines=records.lines,
            cells=records.cells,
            refused=refused_rows(refused["line"], refused["value"], refused["reason"]),
            as_written=refused.select("line", "cells"),
        )


def _without_giants(records: Records, delimiter: str) -> Records:
    """The records without those that are longer than any row is."""
    length = pl.all().str.len_bytes().cast(pl.Int64)
    if max(records.cells.select(length.max().fill_null(0)).row(0)) <= LONGEST_RECORD // records.cells.width:
        return records
    is_giant = records.cells.select(pl.sum_horizontal(length) > LONGEST_RECORD).to_series()
    giants = records.cells.filter(is_giant)
    refused = pl.DataFrame(
        {
            "line": records.lines.filter(is_giant),
            "value": giants.select(pl.concat_str(pl.all(), separator=delimiter)).to_series(),
            "reason": [f"is longer than {LONGEST_RECORD:,} bytes; expected a row of an export"] * giants.height,
            "cells": giants.select(pl.concat_list(pl.all())).to_series(),
        },
        schema=records.refused.schema,
    )
    return Records(
        records.lines.filter(~is_giant),
        records.cells.filter(~is_giant),
        pl.concat([records.refused, refused]).sort("line"),
    )


def _texts(file: Text, progress: Progress) -> Iterator[str]:
    """The blocks of a text; where no line feed ends a line, a carriage return does."""
    ends_with_return = False
    for number, text in enumerate(texts_of(file, progress)):
        ends_with_return = ends_with_return if number else "\n" not in text
        yield text.replace("\r", "\n") if ends_with_return else text


def _nobody(_: int) -> None:
    """Let nobody know how much has been read."""


def _delimiter(
    file: Text, text: str, known: Mapping[str, KnownColumns], kind: str | None
) -> tuple[str, Header, tuple[str, ...]]:
    """The delimiter under which the header holds the most columns that any kind knows, that header, and its titles."""

    def recognised(read: tuple[str, Header, tuple[str, ...]]) -> tuple[int, int]:
        fields = read[1].fields
        return max(len(find_columns(fields, columns)) for columns in known.values()), len(fields)

    read = []
    for delimiter in DELIMITERS:
        if headers := list(islice(headers_of(text, delimiter), MOST_TITLES + 1)):
            place = header_place([header.fields for header in headers], known, kind)
            read.append((delimiter, headers[place], tuple(" ".join(one.fields) for one in headers[:place])))
    if not read:
        if not re.sub(NOTHING, "", text, flags=re.MULTILINE):
            raise ExportError(f"{file.name} is empty; expected an export.", "export it again.")
        if len(text) > LONGEST_HEADER:
            raise ExportError(
                f"{file.name} has no header in its first {LONGEST_HEADER:,} characters.",
                "write the names of the columns in the first line; check it for a missing line break or quote.",
            )
        raise ExportError(
            f"{file.name} has no header that can be read.",
            "write the names of the columns in the first line; check it for a quote that is not closed.",
        )
    return max(read, key=recognised)
