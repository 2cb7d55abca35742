"""Text in; typed rows, and refused ones with their reasons, out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from partner_analytics.loaders import REFUSED, Progress, RawExport
from partner_analytics.schemas.columns import Column
from partner_analytics.schemas.customer_names import with_customer_ids
from partner_analytics.schemas.day_orders import date_formats, first_seen, written_days
from partner_analytics.schemas.kinds import KINDS
from partner_analytics.schemas.parsing import EXPECTED, parsed, translated, trimmed
from partner_analytics.schemas.rules import DTYPES, schema_of

SAMPLE = 2000
"""How many rows tell whether a column holds few different cells."""


@dataclass(frozen=True)
class Validated:
    """What became of the rows of a part of a file.

    Parameters
    ----------
    rows
        One row per valid row: `line`, then every column of the kind, typed.
    refused
        One row per broken rule: `line`, `column_name`, `value` as written, `reason` in words.
    rows_read
        How many rows there were.
    """

    rows: pl.DataFrame
    refused: pl.DataFrame
    rows_read: int


@dataclass(frozen=True)
class Reading:
    """What the user says of how to read a file.

    Parameters
    ----------
    date_formats
        The strptime format of the days of a column, by its name.
    words
        Further words of the partner's for yes and no, on and off, and types, each with the one it stands for.
    customers
        The customers that a file can name: `customer_id`, `account_name`, `shown_as`; None where there is no export.
    as_refused
        Of a file of corrected rows, what they were like: `file`, `of_line`, `cells`.
    """

    date_formats: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    customers: pl.DataFrame | None = None
    as_refused: pl.DataFrame | None = None


def validated(raw: RawExport, reading: Reading, progress: Progress = lambda _: None) -> Iterator[Validated]:
    """Parse and check an export, part by part.

    Raises
    ------
    ExportError
        If it cannot be read to its end, or does not show in which order its days are written.
    """
    formats: dict[str, tuple[str, ...]] = {name: (form,) for name, form in reading.date_formats.items()}
    is_proven = False
    for part in raw.parts(progress):
        rows, refused = raw.rows(part), [part.refused, raw.contradictions(part), raw.broken(part)]
        if reading.as_refused is not None:
            refused.append(_untouched(raw.places(part), reading.as_refused))
        for broken in refused[1:]:
            rows = rows.join(broken, on="line", how="anti", maintain_order="left") if broken.height else rows
        if not is_proven and not set(written_days(raw.kind, rows)["column_name"]) <= set(formats):
            # A later part can prove the order of the days in this one.
            formats, is_proven = orders_of_days(raw, reading), True
        if reading.customers is not None:
            rows, strangers = with_customer_ids(rows, reading.customers)
            refused.append(strangers)
        if raw.lacks_license_ids:
            rows = rows.with_columns(_instead_of_license_id(formats))
        parsed_rows, broken = validate(raw.kind, rows, formats, reading.words)
        if raw.lacks_license_ids:
            broken = broken.with_columns(pl.col("column_name").replace({"license_id": "license_number"}))
        yield Validated(parsed_rows, pl.concat([*refused, broken]), part.rows_read)


def _instead_of_license_id(formats: Mapping[str, tuple[str, ...]]) -> pl.Expr:
    """What stands for the id of a license that has only a number: licenses that share it differ in product or first day."""
    start = KINDS["licenses"].columns["start_date"]
    day = parsed(trimmed("start_date"), start, formats.get("start_date", ()))
    number = trimmed("license_number")
    parts = pl.concat_str(number, trimmed("product_code"), day.cast(pl.String), separator=" ", ignore_nulls=True)
    return pl.when(number.is_not_null()).then(parts).alias("license_id")


def _untouched(places: pl.DataFrame, as_refused: pl.DataFrame) -> pl.DataFrame:
    """The rows of a correction that nobody has corrected: what a row lacks must not pass because nobody looked."""
    return (
        places.join(as_refused, on=["file", "of_line", "cells"], how="semi")
        .select(
            "line",
            pl.lit("").alias("column_name"),
            pl.col("cells").list.join(", ").alias("value"),
            pl.lit("is unchanged since it was refused").alias("reason"),
        )
        .cast(REFUSED)
    )


def orders_of_days(raw: RawExport, reading: Reading) -> dict[str, tuple[str, ...]]:
    """The strptime formats of each column of days that is not ISO, from the whole file.

    Raises
    ------
    ExportError
        If a column holds days in two orders, or in one that nothing in it proves.
    """
    days = first_seen(written_days(raw.kind, raw.rows(part)) for part in raw.parts())
    return date_formats(raw.file, days, reading.date_formats)


def validate(
    kind: str, text: pl.DataFrame, formats: Mapping[str, tuple[str, ...]], words: Mapping[str, str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Parse and check the rows of one export.

    Parameters
    ----------
    kind
        The kind of export.
    text
        One row per row of the file: `line`, and those columns of the kind that the file has, as text.
    formats
        The strptime formats of each column whose days are not ISO.
    words
        Further words of the partner's for yes and no, on and off, and types, each with the one it stands for.

    Returns
    -------
    tuple of polars.DataFrame
        One row per valid row: `line`, then every column of the kind, typed; and one row per broken rule of the others:
        `line`, `column_name`, `value`, `reason`.
    """
    known = KINDS[kind].columns
    there = [name for name in known if name in text.columns]
    # Most columns of a large part hold few different cells, however long they are: each of those is parsed once.
    few = [name for name in there if text.height > SAMPLE and text[name].head(SAMPLE).n_unique() < SAMPLE // 2]
    parses = {name: _parses(known[name], formats.get(name, ()), words) for name in there}
    at_once = [name for name in there if name not in few]
    cells = text.select(trimmed(name) for name in at_once)
    values = cells.select(parses[name](pl.col(name)).alias(name) for name in at_once)
    found = {name: (values[name], _strange(text[name], cells[name], values[name])) for name in at_once}
    found |= {name: _once_each(text[name], parses[name]) for name in few}
    columns, unparsed = [text["line"]], [pl.DataFrame(schema=REFUSED)]
    for name, column in known.items():
        if name not in found:
            columns.append(pl.repeat(None, text.height, dtype=DTYPES[column.type], eager=True).alias(name))
            continue
        value, strange = found[name]
        columns.append(value.alias(name))
        if column.type in EXPECTED and strange.len():
            unparsed.append(_unparsed(text, name, column, strange))
    typed, no_parse = pl.DataFrame(columns), pl.concat(unparsed)
    broken = _broken_rules(kind, text, typed).join(no_parse, on=["line", "column_name"], how="anti")
    refused = pl.concat([no_parse, broken]).unique().sort("line", "column_name", "reason")
    rows = typed.join(refused, on="line", how="anti", maintain_order="left") if refused.height else typed
    return rows, refused


def _parses(column: Column, formats: tuple[str, ...], words: Mapping[str, str]) -> Callable[[pl.Expr], pl.Expr]:
    """How a trimmed cell of a column becomes its value."""
    takes_words = column.type == "boolean" or bool(column.words)

    def parse(cell: pl.Expr) -> pl.Expr:
        return parsed(translated(cell, words) if takes_words else cell, column, formats)

    return parse


def _once_each(cells: pl.Series, parse: Callable[[pl.Expr], pl.Expr]) -> tuple[pl.Series, pl.Series]:
    """The values of cells of which few are different, and those different ones that are no value."""
    pairs = cells.unique().alias("cell").to_frame().with_columns(trimmed("cell").alias("trimmed"))
    pairs = pairs.with_columns(parse(pl.col("trimmed")).alias("value"))
    value = cells.replace_strict(pairs["cell"], pairs["value"], default=None, return_dtype=pairs["value"].dtype)
    return value, _strange(pairs["cell"], pairs["trimmed"], pairs["value"])


def _strange(cells: pl.Series, trimmed_cells: pl.Series, values: pl.Series) -> pl.Series:
    """The different cells that hold something, but no value."""
    is_strange = values.is_null() & trimmed_cells.is_not_null()
    return cells.filter(is_strange).unique() if is_strange.any() else cells.clear()


def _unparsed(text: pl.DataFrame, name: str, column: Column, strange: pl.Series) -> pl.DataFrame:
    return text.filter(pl.col(name).is_in(strange.implode())).select(
        "line",
        pl.lit(name).alias("column_name"),
        trimmed(name).alias("value"),
        pl.lit(EXPECTED[column.type]).alias("reason"),
    )


def _broken_rules(kind: str, text: pl.DataFrame, typed: pl.DataFrame) -> pl.DataFrame:
    """One row per rule of the kind that a row breaks, with the cell as it was written."""
    # Only who checks rows waits for it.
    from pandera.errors import SchemaErrors

    names, not_before = list(KINDS[kind].columns), KINDS[kind].not_before
    try:
        schema_of(kind).validate(typed.select(names), lazy=True)
    except SchemaErrors as errors:
        cases: pl.DataFrame = errors.failure_cases
    else:
        return pl.DataFrame(schema=REFUSED)
    indexes = cases["index"].cast(pl.Int64).unique().sort()
    broken = text[indexes].select(
        indexes.alias("index"),
        "line",
        *(trimmed(name) if name in text.columns else pl.lit(None, pl.String).alias(name) for name in names),
    )
    cells = broken.unpivot(index=["index", "line"], variable_name="column_name", value_name="value")
    # A rule about two days names the schema in place of a column, and the later day's column in place of its words.
    is_about_one = pl.col("column").is_in(names)
    two_days = pl.DataFrame([*not_before.items()], {"column_name": pl.String, "first": pl.String}, orient="row")
    others = cells.select("index", pl.col("column_name").alias("first"), pl.col("value").alias("other"))
    return (
        cases.select(
            pl.col("index").cast(pl.Int64),
            pl.when(is_about_one).then("column").otherwise("check").alias("column_name"),
            "check",
            is_about_one.alias("is_about_one"),
        )
        .join(cells, on=["index", "column_name"])
        .join(two_days, on="column_name", how="left")
        .join(others, on=["index", "first"], how="left")
        .select(
            "line",
            "column_name",
            "value",
            pl.when(pl.col("check") == "not_nullable")
            .then(pl.lit("is required, and it is empty"))
            .when("is_about_one")
            .then("check")
            .otherwise(pl.format("lies before the {}, {}", pl.col("first").str.replace_all("_", " "), "other"))
            .alias("reason"),
        )
    )
