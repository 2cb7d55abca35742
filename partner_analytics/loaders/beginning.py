"""How a file begins that is no export: a file in, its form, its first lines and what may be its header out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from partner_analytics.errors import ExportError
from partner_analytics.loaders.csv_header import header_of
from partner_analytics.loaders.csv_table import DELIMITERS
from partner_analytics.loaders.decoding import look_through, printable, texts_of
from partner_analytics.loaders.source import Packed, Source, read_once

__all__ = ["Beginning", "beginning_of"]

SHOWN_LINES: Final = 5
LONGEST_LINE: Final = 160
SHOWN_BYTES: Final = 16


@dataclass(frozen=True)
class Beginning:
    """How a file begins.

    Parameters
    ----------
    file
        Its name.
    form
        Its encoding, or that it is no text, in words.
    lines
        Its first lines, or bytes, for a person to look at.
    headers
        The fields of its first line, where it is a table.
    """

    file: str
    form: str
    lines: tuple[str, ...]
    headers: tuple[str, ...]


def beginning_of(source: str | Source | Packed) -> Beginning:
    """How a file begins.

    Raises
    ------
    ExportError
        If there is no such file, or it cannot be opened.
    """
    content = read_once(source)
    file = printable(content.name)
    try:
        text = look_through(source)
    except ExportError:
        first = content.held[:SHOWN_BYTES]
        return Beginning(file, f"{content.size:,} bytes", (repr(first)[1:],) if first else (), ())
    if not text.codec:
        return Beginning(file, "a workbook, or another archive", (), ())
    # A file that ends within a character is cut off; its beginning is there all the same.
    start = next(texts_of(text, lambda _: None), "")
    lines = start.split("\n", SHOWN_LINES)[:SHOWN_LINES]
    headers = [header.fields for delimiter in DELIMITERS if (header := header_of(start, delimiter))]
    is_table = text.begins not in "{["
    return Beginning(
        file,
        f"text, {text.encoding}",
        tuple(line.rstrip("\r")[:LONGEST_LINE] for line in lines if line.strip()),
        max(headers, key=len, default=()) if is_table else (),
    )
