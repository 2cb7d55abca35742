"""One export, read as text: every row of the file is in the rows of a part, or among those it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from partner_analytics.errors import UsageError
from partner_analytics.loaders.columns import (
    CUSTOMER_NAME,
    IDS_OR_NAMES,
    LICENSE_NUMBER,
    KnownColumns,
    ReadColumn,
    find_columns,
    find_repeated,
    may_hold_names,
    normalise_header,
)
from partner_analytics.loaders.csv_table import read_csv_table
from partner_analytics.loaders.decoding import Text, doubts_about, look_through, printable
from partner_analytics.loaders.json_items import read_json_items
from partner_analytics.loaders.pulled import shortfall_of
from partner_analytics.loaders.source import Packed, Source
from partner_analytics.loaders.table import REFUSED, Part, Progress, Table
from partner_analytics.loaders.xlsx_table import read_xlsx_table
from partner_analytics.safety.formulas import as_it_was
from partner_analytics.vocabulary import UUID

PLACE: Final = ("file", "line", "reason", "snapshot_date")
"""The columns in front of a file of refused rows: they say whose place a corrected row takes."""


@dataclass(frozen=True)
class RawExport:
    """What a file holds, as text.

    Parameters
    ----------
    file
        The path as given, or the name of what is in no file.
    sha256
        Of its bytes.
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
    customer_id
        Whose licenses these are, where the file does not say so itself.
    is_correction
        Whether it holds corrected rows, each with the place that it takes in front.
    empty_answers
        The customers whose license list is there and empty.
    announced
        How many items there are on all pages, if the file says so.
    notes
        What to know of how it was read, in sentences.
    read_parts
        Reads its rows, part by part; again at each call.
    """

    file: str
    sha256: str
    kind: str
    form: str
    encoding: str
    delimiter: str
    columns: tuple[ReadColumn, ...]
    customer_id: str | None
    is_correction: bool
    empty_answers: tuple[str, ...]
    announced: int | None
    notes: tuple[str, ...]
    read_parts: Callable[[Progress], Iterator[Part]]

    @property
    def counts(self) -> str:
        """What the positions of its rows count: `line` of the file, or `item`."""
        return "item" if self.form.startswith("JSON") else "line"

    def parts(self, progress: Progress = lambda _: None) -> Iterator[Part]:
        """Its rows as the file writes them, part by part; again at each call.

        Raises
        ------
        ExportError
            If the file cannot be read to its end, or is another one than before.
        """
        return self.read_parts(progress)

    def rows(self, part: Part) -> pl.DataFrame:
        """One row per row of the right shape: `line`, then the canonical columns that the file has, as text."""
        cells = [self._cell(column) for column in self.columns if column.name]
        rows = part.cells.select(part.lines.alias("line"), *cells)
        if self.is_correction:
            rows = rows.with_columns(as_it_was(pl.col(pl.String)))
        return rows if self.customer_id is None else rows.with_columns(pl.lit(self.customer_id).alias("customer_id"))

    @property
    def own_columns(self) -> tuple[ReadColumn, ...]:
        """Its columns but for those that only say whose place a row takes."""
        return self.columns[len(PLACE) :] if self.is_correction else self.columns

    @property
    def may_name_customers(self) -> bool:
        """Whether its column of customers' ids is one in which some tools write names."""
        return any(
            column.name == "customer_id" and normalise_header(column.header) in IDS_OR_NAMES for column in self.columns
        )

    @property
    def lacks_license_ids(self) -> bool:
        """Whether it holds licenses that have a number, and no id."""
        names = {column.name for column in self.columns}
        return LICENSE_NUMBER in names and "license_id" not in names

    @property
    def written_columns(self) -> tuple[tuple[str, str], ...]:
        """Header and name of each column that its rows have when they are written again; no name where it is not known.

        A row of a file that names no customer would be anybody's, so that its customer stands before it.
        """
        whose = [("customer_id", "customer_id")] if self.customer_id is not None else []
        return (*whose, *((column.header, column.name or "") for column in self.own_columns))

    def rows_as_written(self, lines: pl.Series) -> Iterator[pl.DataFrame]:
        """The rows of some lines, part by part: `line`, and `cells`, one for each of the columns that are written."""
        before = len(self.columns) - len(self.own_columns)
        whose = [] if self.customer_id is None else [self.customer_id]
        cells = pl.concat_list(pl.lit(pl.Series([whose], dtype=pl.List(pl.String))), pl.col("cells").list.slice(before))
        for part in self.parts():
            yield part.rows_as_written(lines).with_columns(cells.alias("cells"))

    def contradictions(self, part: Part) -> pl.DataFrame:
        """One row per row and column that says otherwise than the column that is taken for the same: refused rows."""
        taken = {column.name: column for column in self.columns if column.name}
        found = [pl.DataFrame(schema=REFUSED)]
        for column in self.columns:
            if column.repeats in taken:
                first, second = (_known_cell(one.position) for one in (taken[column.repeats], column))
                found.append(
                    part.cells.with_columns(part.lines.alias("line"))
                    .filter(first != second)
                    .select(
                        "line",
                        pl.lit(column.repeats).alias("column_name"),
                        first.alias("value"),
                        pl.format("is given twice, and the column {} says '{}'", pl.lit(column.header), second).alias(
                            "reason"
                        ),
                    )
                )
        return pl.concat(found)

    def broken(self, part: Part) -> pl.DataFrame:
        """One row per cell of a known column for which nobody can tell a value: refused rows."""
        names = {column.position: column.name or column.repeats for column in self.columns}
        return (
            part.broken.with_columns(
                pl.col("position").replace_strict(names, default=None, return_dtype=pl.String).alias("column_name")
            )
            .drop_nulls("column_name")
            .select(REFUSED.names())
        )

    def _cell(self, column: ReadColumn) -> pl.Expr:
        """The cell of a column, or where it is blank, that of another one that means the same."""
        others = [_known_cell(other.position) for other in self.columns if other.repeats == column.name]
        own = pl.col(str(column.position))
        return (pl.coalesce(_known_cell(column.position), *others, own) if others else own).alias(str(column.name))

    def places(self, part: Part) -> pl.DataFrame:
        """One row per row of a correction.

        Returns
        -------
        polars.DataFrame
            `line`, whose place it takes: `file`, `of_line`, `snapshot_date` (text); and its own `cells`, a list.
        """
        own = [as_it_was(pl.col(str(column.position)).fill_null("")) for column in self.own_columns]
        return part.cells.select(
            part.lines.alias("line"),
            pl.col("0").alias("file"),
            pl.col("1").cast(pl.Int64, strict=False).alias("of_line"),
            pl.col("3").str.strip_chars().alias("snapshot_date"),
            pl.concat_list(own).alias("cells"),
        )


def read_export(
    source: str | Source | Packed,
    known: Mapping[str, KnownColumns],
    *,
    kind: str | None = None,
    customer_id: str | None = None,
) -> RawExport:
    """Read one CSV, JSON or XLSX export up to its header; its rows are read part by part.

    Parameters
    ----------
    source
        Where it is, or what is in no file.
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
    file = look_through(source)
    whose = customer_id or _customer_in_name(file.name)
    read = _reader(file)
    table = read(file, known, kind, whose)
    is_correction = tuple(header.strip().lower() for header in table.headers[: len(PLACE)]) == PLACE
    found = _found(table, known[table.kind], is_correction)
    repeated = find_repeated(table.headers, known[table.kind], found)
    names_own = {"customer_id", CUSTOMER_NAME} & set(found.values()) or any(table.empty_answers)
    if customer_id is not None and (table.kind != "licenses" or names_own):
        raise UsageError(
            f"{file.name} names its customers itself; --customer is for license exports that name none.",
            "leave out --customer.",
        )
    if customer_id is not None and not re.fullmatch(f"(?:urn:uuid:)?{UUID}", customer_id.strip().lower()):
        raise UsageError(
            f"Expected the id of a customer, such as 00000000-0000-4000-8000-000000000001; found {customer_id!r}.",
            'see whose it is: partner-analytics sql "select customer_id, account_name from customers"',
        )
    shortfall = shortfall_of(file.name)
    is_of_one = table.kind == "licenses" and not names_own and whose is not None

    def parts(progress: Progress) -> Iterator[Part]:
        yield from table.parts(progress)
        file.content.check_unchanged()

    return RawExport(
        file=printable(file.name),
        sha256=file.content.sha256,
        kind=table.kind,
        form=table.form,
        encoding=file.encoding,
        delimiter=table.delimiter,
        columns=tuple(
            ReadColumn(position, header, found.get(position), repeated.get(position))
            for position, header in enumerate(table.headers)
        ),
        customer_id=whose if is_of_one else None,
        is_correction=is_correction,
        empty_answers=tuple(str(whose) for _ in table.empty_answers) if is_of_one else table.empty_answers,
        announced=shortfall.announced or table.announced,
        notes=(*doubts_about(file), *table.notes, *shortfall.notes),
        read_parts=parts,
    )


def _known_cell(position: int) -> pl.Expr:
    """A cell that is not blank, without the white space around it."""
    cell = pl.col(str(position)).str.strip_chars()
    return pl.when(cell != "").then(cell)


def _reader(file: Text) -> Callable[[Text, Mapping[str, KnownColumns], str | None, str | None], Table]:
    if not file.codec:
        return read_xlsx_table
    return read_json_items if file.begins in "{[" else read_csv_table


def _found(table: Table, known: KnownColumns, is_correction: bool) -> dict[int, str]:
    """The canonical name of each column that has one, by its position."""
    before = len(PLACE) if is_correction else 0
    found = {n + before: name for n, name in find_columns(table.headers[before:], known).items()}
    named = [n for n, name in found.items() if name == "customer_id" and may_hold_names(table.headers[n], known)]
    if named and not _holds_ids(table, named[0]):
        found[named[0]] = CUSTOMER_NAME
    if CUSTOMER_NAME in found.values() and "customer_id" in found.values():
        found = {n: name for n, name in found.items() if name != CUSTOMER_NAME}
    return found


def _holds_ids(table: Table, position: int) -> bool:
    """Whether some cell of the first rows is a customer's id, or all are blank."""
    part = next(iter(table.parts(lambda _: None)), None)
    if part is None:
        return True
    cells = part.cells[str(position)].str.strip_chars().str.to_lowercase()
    return bool((cells.fill_null("") == "").all() or cells.str.contains(UUID).any())


def _customer_in_name(path: str) -> str | None:
    """The customer's id in the name of a file, as scripts write one file a customer."""
    ids = re.findall(UUID, Path(path).name.lower())
    return ids[0] if len(ids) == 1 else None


def samples(values: Iterable[pl.Series]) -> tuple[str, ...]:
    """Up to three different values of a column that comes part by part."""
    found: list[str] = []
    for part in values:
        filled = part.filter(part.str.strip_chars() != "").unique(maintain_order=True)
        found.extend(value for value in filled.head(3) if value not in found)
        if len(found) >= 3:
            break
    return tuple(found[:3])
