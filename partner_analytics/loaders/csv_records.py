"""The records of a CSV text: column by column where every line is one, else row by row."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import compress, repeat
from operator import attrgetter

import polars as pl

from partner_analytics.errors import ExportError

LONGEST_HEADER = 2**20


@dataclass(frozen=True)
class Records:
    """What stands in a CSV text; a record that is an empty line is none.

    Parameters
    ----------
    headers
        The fields of the first record.
    lines
        The physical line on which each record of as many fields begins, the first line of the text being 1.
    cells
        Those records; each column has its position for a name.
    ragged
        One row per record of another number of fields: `line`, `value` (its text), `width`.
    """

    headers: tuple[str, ...]
    lines: pl.Series
    cells: pl.DataFrame
    ragged: pl.DataFrame


def csv_records(file: str, text: str, delimiter: str) -> Records:
    """Split a CSV text into its records.

    Raises
    ------
    ExportError
        If a quote is never closed, or text follows where it closes.
    """
    if "\n" not in text:
        text = text.replace("\r", "\n")
    return _at_once(text, delimiter) or _by_column(text, delimiter) or _by_row(file, text, delimiter)


def header_of(text: str, delimiter: str) -> list[str]:
    """The fields of the first record; none where it cannot be read."""
    try:
        return next(
            record for record in csv.reader(_from_header(text[:LONGEST_HEADER])[1], delimiter=delimiter) if record
        )
    except (csv.Error, StopIteration):
        return []


def _from_header(text: str) -> tuple[int, io.StringIO]:
    """The lines of a text from its header on, and how many were left out before it.

    Only a line feed ends a line: names hold the other separators that Python knows.
    """
    source = io.StringIO(text, newline="\n")
    if text.startswith("#TYPE"):
        source.readline()
        return 1, source
    return 0, source


def _at_once(text: str, delimiter: str) -> Records | None:
    """The records of a text without quotes, empty lines and ragged rows; None if it is not quite that."""
    if '"' in text or "\r" in text or text.startswith("#TYPE"):
        return None
    # Polars lets fields too many pass on a last line without an end.
    text = text if text.endswith("\n") else text + "\n"
    width = text[: text.find("\n")].count(delimiter) + 1
    try:
        cells = _cells(text, delimiter, width)
    except pl.exceptions.PolarsError:
        return None
    # Rows that are too long were refused; if then all delimiters are there, no row is too short, and no line empty.
    lines = text.count("\n")
    if width == 1 or cells.height != lines or text.count(delimiter) != lines * (width - 1):
        return None
    return Records(
        headers=cells.row(0),
        lines=pl.Series("line", range(2, cells.height + 1), pl.Int64),
        cells=cells.slice(1),
        ragged=pl.DataFrame(schema={"line": pl.Int64, "value": pl.String, "width": pl.Int64}),
    )


def _cells(text: str, delimiter: str, width: int) -> pl.DataFrame:
    return pl.read_csv(
        text.encode(),
        has_header=False,
        infer_schema=False,
        separator=delimiter,
        empty_string_is_null=False,
        extra_columns="raise",
        new_columns=[str(position) for position in range(width)],
    )


_QUOTED = "\ue000"
"""Stands for a quoted field while fields are counted; a text that holds it is read row by row."""


def _by_column(text: str, delimiter: str) -> Records | None:
    """The records of a text in which every line is a whole one; None if a quote makes that doubtful."""
    if _QUOTED in text or text.count("\r") != text.count("\r\n"):
        return None
    physical = pl.DataFrame({"text": pl.Series([text]).str.split("\n").explode().str.strip_suffix("\r")})
    physical = physical.with_row_index("line", offset=1).with_columns(pl.col("line").cast(pl.Int64))
    if text.startswith("#TYPE"):
        physical = physical.slice(1)
    everything = physical.height
    physical = physical.filter(~pl.col("text").str.contains(r'^(?:\s*|"\s*")$'))
    outside = pl.col("text")
    if '"' in text:
        outside = outside.str.replace_all(r'"(?:[^"]|"")*"', _QUOTED)
    physical = physical.with_columns(outside.alias("outside"))
    fields, other = physical["outside"], f"[^{delimiter}]"
    if '"' in text and fields.str.contains(f'"|{other}{_QUOTED}|{_QUOTED}{other}').any():
        return None
    physical = physical.with_columns((fields.str.count_matches(delimiter, literal=True) + 1).alias("width"))
    width = physical["width"][0]
    fits = pl.col("width") == width
    whole = physical.filter(fits)
    # A last line break makes an empty line, which is no record to anybody.
    is_all = whole.height + text.endswith("\n") == everything and "\r" not in text
    try:
        cells = _cells(text if is_all else "\n".join(whole["text"]), delimiter, width)
    except pl.exceptions.PolarsError:
        return None
    if cells.height != whole.height or cells.width != width:
        return None
    return Records(
        headers=cells.row(0),
        lines=whole["line"].slice(1),
        cells=cells.slice(1),
        ragged=physical.filter(~fits).select("line", pl.col("text").alias("value"), pl.col("width").cast(pl.Int64)),
    )


def _by_row(file: str, text: str, delimiter: str) -> Records:
    """The records of any text, by the reader of the standard library."""
    before, source = _from_header(text)
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
    is_record = [len(record) > 1 or bool(record and record[0].strip()) for record in records]
    headers, *rows = compress(records, is_record)
    begins_on = compress([before + 1, *(end + before + 1 for end in ends[:-1])], is_record)
    lines = pl.Series("line", list(begins_on)[1:], pl.Int64)
    widths = pl.Series("width", map(len, rows), pl.Int64)
    fits = widths == len(headers)
    columns = list(zip(*compress(rows, fits), strict=True)) or [()] * len(headers)
    return Records(
        headers=tuple(headers),
        lines=lines.filter(fits),
        cells=pl.DataFrame({str(n): pl.Series(values, dtype=pl.String) for n, values in enumerate(columns)}),
        ragged=pl.DataFrame(
            {
                "line": lines.filter(~fits),
                "value": pl.Series(map(delimiter.join, compress(rows, ~fits)), dtype=pl.String),
                "width": widths.filter(~fits),
            }
        ),
    )
