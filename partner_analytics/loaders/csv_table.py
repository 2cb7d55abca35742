"""CSV as people save it: any of four delimiters, a `#TYPE` line first, line breaks inside quotes, ragged rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from itertools import compress, repeat
from operator import attrgetter

import polars as pl

from partner_analytics.errors import ExportError
from partner_analytics.loaders.columns import KnownColumns, check_columns, find_columns, settle_kind
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
    delimiter, records, lines = _best_reading(file, text, known)
    headers, *rows = records
    kind = settle_kind(file, headers, known, kind)
    check_columns(file, kind, headers, known[kind], customer_id)
    widths = pl.Series("width", map(len, rows), pl.Int64)
    line = pl.Series("line", lines[1:], pl.Int64)
    fits = widths == len(headers)
    columns = list(zip(*compress(rows, fits), strict=True)) or [()] * len(headers)
    return Table(
        kind=kind,
        form="CSV",
        delimiter=delimiter,
        headers=tuple(headers),
        lines=line.filter(fits),
        cells=pl.DataFrame(
            {str(position): pl.Series(values, dtype=pl.String) for position, values in enumerate(columns)}
        ),
        refused=refused_rows(
            line.filter(~fits),
            pl.Series(map(delimiter.join, compress(rows, ~fits)), dtype=pl.String),
            pl.select(
                pl.format("has {} fields where the header has {}", widths.filter(~fits), len(headers))
            ).to_series(),
        ),
    )


def _best_reading(
    file: str, text: str, known: Mapping[str, KnownColumns]
) -> tuple[str, Sequence[list[str]], Sequence[int]]:
    """Read by the delimiter under which the header holds the most columns that any kind knows."""
    if "\n" not in text:
        text = text.replace("\r", "\n")

    def recognised(delimiter: str) -> tuple[int, int]:
        try:
            header = next(row for row in csv.reader(_lines(text)[1], delimiter=delimiter) if row)
        except (csv.Error, StopIteration):
            return (0, 0)
        return (max(len(find_columns(header, columns)) for columns in known.values()), len(header))

    delimiter = max(DELIMITERS, key=recognised)
    return delimiter, *_records(file, text, delimiter)


def _lines(text: str) -> tuple[int, io.StringIO]:
    """The lines of a text from its header on, and how many lines were left out before it.

    Only a line feed ends a line: names hold the other separators that Python knows.
    """
    source = io.StringIO(text, newline="\n")
    if text.startswith("#TYPE"):
        source.readline()
        return 1, source
    return 0, source


def _records(file: str, text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Every record of a CSV text that is no empty line, and the physical line on which it begins."""
    before, source = _lines(text)
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    read: list[tuple[list[str], int]] = []
    try:
        # Each record with the line it ends on, without a step of Python for each row.
        read.extend(zip(reader, map(attrgetter("line_num"), repeat(reader)), strict=False))
    except csv.Error as error:
        begins = before + (read[-1][1] if read else 0) + 1
        if "new-line" in str(error):
            raise ExportError(
                f"{file} cannot be read past line {begins}: a carriage return stands in it outside quotes.",
                "save the file again with line breaks of one sort.",
            ) from None
        raise ExportError(
            f"{file} cannot be read past line {begins}: a quote opens in the row that begins there and is never "
            "closed, or text follows where it closes.",
            f'look at line {begins}, and write a quote inside a quoted text twice ("").',
        ) from None
    records, ends = (list(part) for part in zip(*read, strict=True))
    is_row = [len(record) > 1 or bool(record and record[0].strip()) for record in records]
    begins_on = [before + 1, *(end + before + 1 for end in ends[:-1])]
    return list(compress(records, is_row)), list(compress(begins_on, is_row))
