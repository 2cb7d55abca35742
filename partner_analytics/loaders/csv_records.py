"""The records of a CSV text: all at once where every byte can be accounted for, else column by column, else row by row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, compress, repeat
from operator import attrgetter

import polars as pl

from partner_analytics.errors import ExportError
from partner_analytics.loaders.csv_header import BLANK, Header, is_blank
from partner_analytics.loaders.source import BLOCK


@dataclass(frozen=True)
class Records:
    """What stands in a part of a CSV text; a record that is an empty line is none.

    Parameters
    ----------
    lines
        The physical line on which each record of as many fields as the header begins.
    cells
        Those records; each column has its position for a name.
    refused
        One row per record that is none of the header's: `line`, `value` (its text), `reason`, `cells` (a list).
    """

    lines: pl.Series
    cells: pl.DataFrame
    refused: pl.DataFrame


REFUSED_RECORDS = pl.Schema(
    [("line", pl.Int64()), ("value", pl.String()), ("reason", pl.String()), ("cells", pl.List(pl.String()))]
)
MANY_COLUMNS = 5
MOST_COLUMNS = 100
"""Up to how many columns a file is searched for rows that a quote has swallowed: no export has more."""
SWALLOWED = (
    "spans the lines {} to {}, which look like rows of their own: a quote is perhaps not closed where it should be"
)


def records_of(file: str, texts: Iterator[str], delimiter: str, header: Header) -> Iterator[Records]:
    """The records of a text that comes in blocks, after its header.

    Raises
    ------
    ExportError
        If a quote is never closed, or text follows where it closes.
    """
    width, line, rest, skipped = len(header.fields), header.lines + 1, "", header.length
    for block in texts:
        text = rest + block[skipped:]
        skipped = 0
        text, rest = _up_to_an_open_quote(text)
        breaks = text.count("\n")
        records = _at_once(text, breaks, delimiter, width, line) or _by_column(text, delimiter, width, line)
        if records is None:
            # A quote that opens nothing looks as if it did: the row that it stands in is read row by row.
            text, rest = (text, rest) if text else (rest, "")
            records, unread = _by_row(file, text, delimiter, width, line)
            text, rest = text[: len(text) - len(unread)], unread + rest
            breaks = text.count("\n")
        yield records
        line += breaks
        if len(rest) > BLOCK:
            raise _never_closed(file, line)
    if rest:
        records, unread = _by_row(file, rest, delimiter, width, line)
        if unread:
            raise _never_closed(file, line + rest[: len(rest) - len(unread)].count("\n"))
        yield records


def _up_to_an_open_quote(text: str) -> tuple[str, str]:
    """A text up to the line in which its last quote opens, where it does open one, and what follows."""
    end = len(text)
    if _count(text, '"') % 2:
        end = text.rfind("\n", 0, text.rfind('"')) + 1
    return text[:end], text[end:]


def _count(text: str, character: str) -> int:
    """How often a character is in a text; most have none, and to see that takes a tenth of the time of counting."""
    return text.count(character) if character in text else 0


def _at_once(text: str, breaks: int, delimiter: str, width: int, line: int) -> Records | None:
    """The records of a text without empty lines and ragged rows; None if not every byte of it can be accounted for.

    Polars drops the quotes around a cell, and of two inside one. Every other byte must be in a cell, or be one of
    the delimiters and line breaks of so many rows and fields. Of line feeds the text has `breaks`.
    """
    returns = _count(text, "\r")
    if width == 1 or (returns and returns != text.count("\r\n")):
        return None
    # Polars lets fields too many pass on a last line without an end.
    is_ended = text.endswith("\n")
    written = text if is_ended else text + "\n"
    ends = breaks if is_ended else breaks + 1
    written = written.replace("\r\n", "\n") if returns else written
    doubled = _doubled_quotes(written, delimiter)
    if doubled is None:
        return None
    data = written.encode()
    try:
        cells = _cells(data, delimiter, width)
    except pl.exceptions.PolarsError:
        return None
    dropped = len(data) - sum(cells.select(pl.all().str.len_bytes().sum()).row(0)) - cells.height * width
    if dropped != _count(written, '"') - doubled:
        return None
    lines = pl.int_range(line, line + cells.height, dtype=pl.Int64, eager=True)
    if cells.height == ends:
        return Records(lines.alias("line"), cells, pl.DataFrame(schema=REFUSED_RECORDS))
    inside = sum(
        (column.str.count_matches("\n", literal=True) for column in cells),
        pl.zeros(cells.height, pl.UInt32, eager=True),
    )
    if cells.height + int(inside.sum()) != ends or (returns and returns != breaks):
        return None
    lines = line + (inside + 1).cast(pl.Int64).cum_sum().shift(1, fill_value=0)
    if returns:
        cells = cells.select(pl.all().str.replace_all("\n", "\r\n", literal=True))
    return _without_swallowed(lines.alias("line"), cells, delimiter)


def _doubled_quotes(text: str, delimiter: str) -> int | None:
    """How many quotes of a text stand doubled inside cells; None if one opens or closes a cell but at its border.

    Cut at its quotes, every other piece of a text is outside them: it begins and ends where a cell does, or it is
    nothing, between the two of a doubled quote.
    """
    if '"' not in text:
        return 0
    outside = pl.Series([text]).str.split('"').explode().gather_every(2)
    border = f"[{re.escape(delimiter)}\n]"
    begins, ends = outside.str.contains(f"\\A{border}"), outside.str.contains(f"{border}\\z")
    is_nothing = outside == ""
    between = slice(1, outside.len() - 1)
    if not (is_nothing[0] or ends[0]) or not begins[-1] or not (is_nothing | (begins & ends))[between].all():
        return None
    return int(is_nothing[between].sum())


def _cells(data: bytes, delimiter: str, width: int) -> pl.DataFrame:
    return pl.read_csv(
        data,
        has_header=False,
        infer_schema=False,
        separator=delimiter,
        empty_string_is_null=False,
        extra_columns="raise",
        new_columns=[str(position) for position in range(width)],
    )


_QUOTED = "\ue000"
"""Stands for a quoted field while fields are counted; a text that holds it is read row by row."""


def _by_column(text: str, delimiter: str, width: int, line: int) -> Records | None:
    """The records of a text in which every line is a whole one; None if a quote makes that doubtful."""
    if _QUOTED in text or text.count("\r") != text.count("\r\n"):
        return None
    physical = pl.DataFrame({"value": pl.Series([text]).str.split("\n").explode().str.strip_suffix("\r")})
    physical = physical.with_row_index("line", offset=line).with_columns(pl.col("line").cast(pl.Int64))
    blank = f"[{BLANK.replace(delimiter, '')}]*"
    physical = physical.filter(~pl.col("value").str.contains(f'^(?:{blank}|"[{BLANK}]*")$'))
    outside = pl.col("value")
    if '"' in text:
        outside = outside.str.replace_all(r'"(?:[^"]|"")*"', _QUOTED)
    fields, other = physical.select(outside).to_series(), f"[^{delimiter}]"
    if '"' in text and fields.str.contains(f'"|{other}{_QUOTED}|{_QUOTED}{other}').any():
        return None
    widths = fields.str.count_matches(delimiter, literal=True).cast(pl.Int64) + 1
    whole = physical.filter(widths == width)
    try:
        cells = _cells(f"{whole['value'].str.join(chr(10)).item()}\n".encode(), delimiter, width)
    except pl.exceptions.PolarsError:
        return None
    if cells.height != whole.height or cells.width != width:
        return None
    ragged = physical.with_columns(reason=_ragged(widths, width)).filter(widths != width)
    # Few lines are ragged: they are split by the reader of the standard library.
    split = _lists(list(csv.reader(ragged["value"], delimiter=delimiter)))
    return Records(whole["line"], cells, ragged.with_columns(split).select(REFUSED_RECORDS.names()))


def _by_row(file: str, text: str, delimiter: str, width: int, line: int) -> tuple[Records, str]:
    """The records of any text, by the reader of the standard library, and what an open quote leaves unread."""
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter, strict=True)
    read: list[tuple[list[str], int]] = []
    unread = ""
    try:
        # Each record with the line it ends on, without a step of Python for each row.
        read.extend(zip(reader, map(attrgetter("line_num"), repeat(reader)), strict=False))
    except csv.Error as error:
        ended = read[-1][1] if read else 0
        if "new-line" in str(error):
            raise ExportError(
                f"{file} cannot be read past line {line + ended}: a carriage return stands there outside quotes.",
                "save the file again with one kind of line break.",
            ) from None
        if "unexpected end" not in str(error):
            raise _never_closed(file, line + ended) from None
        unread = text.split("\n", ended)[-1]
    records = [record for record, _ in read]
    begins_on = [line, *(line + ended for _, ended in read)][: len(records)]
    is_record = [not is_blank(record) for record in records]
    rows = list(compress(records, is_record))
    lines = pl.Series("line", list(compress(begins_on, is_record)), pl.Int64)
    widths = pl.Series("width", map(len, rows), pl.Int64)
    fits = widths == width
    others = list(compress(rows, ~fits))
    columns = list(zip(*compress(rows, fits), strict=True)) or [()] * width
    cells = pl.DataFrame({str(n): pl.Series(values, dtype=pl.String) for n, values in enumerate(columns)})
    ragged = pl.DataFrame(
        {
            "line": lines.filter(~fits),
            "value": pl.Series(map(delimiter.join, others), dtype=pl.String),
            "reason": _ragged(widths.filter(~fits), width),
            "cells": _lists(others),
        },
        schema=REFUSED_RECORDS,
    )
    records_found = _without_swallowed(lines.filter(fits), cells, delimiter)
    refused = pl.concat([records_found.refused, ragged]).sort("line")
    return Records(records_found.lines, records_found.cells, refused), unread


def _lists(records: list[list[str]]) -> pl.Series:
    """The fields of each record as a list; made from all of them at once, since a series for each takes its room."""
    lengths = pl.Series(map(len, records), dtype=pl.Int64)
    cells = pl.Series("cells", chain.from_iterable(records), dtype=pl.String)
    record = pl.int_range(len(records), eager=True).alias("record").repeat_by(lengths).explode(empty_as_null=False)
    lists = pl.DataFrame([record, cells]).group_by("record", maintain_order=True).agg("cells")
    return lists["cells"].cast(pl.List(pl.String))


def _ragged(widths: pl.Series, width: int) -> pl.Series:
    """Why a record of another number of fields is refused."""
    return (
        widths.to_frame("width")
        .select(pl.format("has {} fields where the header has {}", "width", pl.lit(width)).alias("reason"))
        .to_series()
    )


def _without_swallowed(lines: pl.Series, cells: pl.DataFrame, delimiter: str) -> Records:
    """The records without those in which a quote that is not closed has swallowed the rows that follow."""
    width, rest = cells.width, f"[^\\n{re.escape(delimiter)}]*"
    fields = f"(?:{rest}{re.escape(delimiter)})"
    # Whole lines inside a cell tell as much, if the header has so many fields that no text has as many delimiters.
    line_inside = f"|\\n{fields}{{{width - 1}}}{rest}\\n" if width >= MANY_COLUMNS else ""
    is_swallowed = cells.select(
        pl.any_horizontal(
            pl.col(str(n)).str.contains(
                f"\\A{fields}{{{width - 1 - n}}}{rest}(?:\\n{fields}{{{width - 1}}}{rest})*\\n{fields}{{{n}}}{rest}\\z{line_inside}"
            )
            for n in range(width)
        )
        if 1 < width <= MOST_COLUMNS
        else pl.repeat(value=False, n=pl.len(), dtype=pl.Boolean)
    ).to_series()
    swallowed, first = cells.filter(is_swallowed), lines.filter(is_swallowed)
    breaks = swallowed.select(pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True))).to_series()
    spans = pl.DataFrame({"first": first, "last": first + breaks})
    return Records(
        lines.filter(~is_swallowed),
        cells.filter(~is_swallowed),
        pl.DataFrame(
            {
                "line": first,
                "value": swallowed.select(pl.concat_str(pl.all(), separator=delimiter)).to_series(),
                "reason": spans.select(pl.format(SWALLOWED, "first", "last")).to_series(),
                "cells": swallowed.select(pl.concat_list(pl.all())).to_series(),
            },
            schema=REFUSED_RECORDS,
        ),
    )


def _never_closed(file: str, line: int) -> ExportError:
    return ExportError(
        f"{file} cannot be read past line {line}: a quote opens in the row that begins there and is never "
        "closed, or text follows where it closes.",
        f'look at line {line}, and write a quote inside a quoted text twice ("").',
    )
