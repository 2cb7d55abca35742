"""The header of a CSV text: its first record, or one below some titles."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST_HEADER = 2**20
"""How many characters a header ends within, with all that stands before it: no export's is longer."""

BEFORE_HEADER = ("#TYPE", "sep=")
"""How a line begins that PowerShell, or a program that writes for Excel, puts before the header."""

BLANK = " \t\r\n\v\f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""White space, as Unicode has it: a line of it is empty."""

# A cell of any length is read; the reader's own limit is for the whole of Python.
csv.field_size_limit(2**31 - 1)


@dataclass(frozen=True)
class Header:
    """The first record of a CSV text.

    Parameters
    ----------
    fields
        Its fields.
    lines
        How many physical lines end with it.
    length
        How many characters.
    """

    fields: tuple[str, ...]
    lines: int
    length: int


def header_of(text: str, delimiter: str) -> Header | None:
    """The first of `headers_of`; None where there is none."""
    return next(headers_of(text, delimiter), None)


def headers_of(text: str, delimiter: str) -> Iterator[Header]:
    """The records that can be the header, the first of them first: titles can stand above it.

    What some programs write before a header is none, and neither is an empty line. They end where one cannot be read,
    or no header can be. Only a line feed ends a line: names hold the other separators that Python knows.
    """
    source = io.StringIO(text[: LONGEST_HEADER + 1], newline="\n")
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    try:
        for record in reader:
            if source.tell() > LONGEST_HEADER:
                return
            if not is_blank(record) and not record[0].startswith(BEFORE_HEADER):
                yield Header(tuple(record), reader.line_num, source.tell())
    except csv.Error:
        return


def is_blank(record: Sequence[str]) -> bool:
    """Whether a record is an empty line."""
    return len(record) < 2 and not "".join(record).strip(BLANK)
