"""One export, read as text: every row of the file is in `rows` or in `refused`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from partner_analytics.errors import UsageError
from partner_analytics.loaders.columns import KnownColumns, ReadColumn, find_columns
from partner_analytics.loaders.csv_table import read_csv_table
from partner_analytics.loaders.decoding import WORKBOOK, decode, read_content
from partner_analytics.loaders.json_items import read_json_items
from partner_analytics.loaders.xlsx_table import read_xlsx_table


@dataclass(frozen=True)
class RawExport:
    """What a file holds, as text.

    Parameters
    ----------
    file
        The path as given.
    sha256
        Of the file's bytes.
    kind
        The kind of export.
    form
        `CSV`, `JSON`, `JSON lines` or `XLSX`.
    encoding
        The encoding, in words.
    delimiter
        Of a CSV file; empty for JSON.
    columns
        Every column of the file, known or not.
    rows
        One row per row that has the right shape: `line`, then the canonical columns found, as text.
    refused
        One row per row that has not: `line`, `column_name` (empty: the whole row), `value`, `reason`.
    empty_answers
        The customers whose license list is there and empty.
    announced
        How many items there are on all pages, if the file says so.
    """

    file: str
    sha256: str
    kind: str
    form: str
    encoding: str
    delimiter: str
    columns: tuple[ReadColumn, ...]
    rows: pl.DataFrame
    refused: pl.DataFrame
    empty_answers: tuple[str, ...]
    announced: int | None

    @property
    def counts(self) -> str:
        """What the positions of its rows count: `line` of the file, or `item`."""
        return "item" if self.form.startswith("JSON") else "line"

    @property
    def rows_read(self) -> int:
        """How many rows the file holds."""
        return self.rows.height + self.refused.height


def read_export(
    file: str, known: Mapping[str, KnownColumns], *, kind: str | None = None, customer_id: str | None = None
) -> RawExport:
    """Read one CSV, JSON or XLSX export.

    Parameters
    ----------
    file
        Its path.
    known
        What each kind's columns may be called.
    kind
        What it is, if the file does not say so itself.
    customer_id
        Whose licenses these are, if the file does not say so itself; else the one id in its name is taken.

    Raises
    ------
    ExportError
        If it cannot be read as a whole.
    UsageError
        If a customer is given for a file that names its own.
    """
    content = read_content(file)
    whose = customer_id or _customer_in_name(file)
    if content.startswith(WORKBOOK):
        encoding = "a workbook"
        table = read_xlsx_table(file, content, known, kind, whose)
    else:
        text, encoding = decode(file, content)
        read = read_json_items if text.lstrip()[:1] in "{[" else read_csv_table
        table = read(file, text, known, kind, whose)
    found = find_columns(table.headers, known[table.kind])
    rows = table.cells.select(
        table.lines.alias("line"), *(pl.col(str(position)).alias(name) for position, name in found.items())
    )
    empty_answers = table.empty_answers
    names_own = "customer_id" in found.values() or any(empty_answers)
    if customer_id is not None and (table.kind != "licenses" or names_own):
        raise UsageError(
            f"{file} names its customers itself; --customer is for license exports that name none.",
            "leave out --customer.",
        )
    if table.kind == "licenses" and not names_own and whose is not None:
        rows = rows.with_columns(pl.lit(whose).alias("customer_id"))
        empty_answers = tuple(whose for _ in empty_answers)
    return RawExport(
        file=file,
        sha256=hashlib.sha256(content).hexdigest(),
        kind=table.kind,
        form=table.form,
        encoding=encoding,
        delimiter=table.delimiter,
        columns=tuple(
            ReadColumn(header, found.get(position), _samples(table.cells[str(position)]))
            for position, header in enumerate(table.headers)
        ),
        rows=rows,
        refused=table.refused,
        empty_answers=empty_answers,
        announced=table.announced,
    )


def _customer_in_name(file: str) -> str | None:
    """The customer's id in the name of a file, as scripts write one file a customer."""
    ids = re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", Path(file).name.lower())
    return ids[0] if len(ids) == 1 else None


def _samples(values: pl.Series) -> tuple[str, ...]:
    first = values.head(1000)
    return tuple(first.filter(first.str.strip_chars() != "").unique(maintain_order=True).head(3))
