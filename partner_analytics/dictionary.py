"""The data dictionary, `sql/README.md`: every relation and column, written from where each is defined."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from datetime import date

import polars as pl

from partner_analytics.resources import sql_texts
from partner_analytics.schemas import KEYS, SCHEMAS
from partner_analytics.transforms import RELATIONS, Exports, Knowledge, compared, results

INTRODUCTION = """\
# Data dictionary

Every relation that SQL can ask, from `partner-analytics sql`, `Portfolio.sql` and the notebooks. A query only reads.

The exports `customers`, `licenses`, `assistance` and `customer_facts` hold their newest snapshot; the same names with
`_history` hold every snapshot. The results of the rules are as of the day asked for (`--as-of`, by default today).
Each stored row names its load and line, so that a figure can be followed to the file: `join loads using (load_id)`.

This page is written by `python -m partner_analytics.dictionary`; a test fails when it is out of date.
"""
PROVENANCE = {
    "snapshot_date": ("date", "The day for which the row was exported."),
    "load_id": ("bigint", "The load that brought the row."),
    "line": ("bigint", "Line of the file on which the row begins; in JSON the position of the item, from 1."),
}
GRAINS = {
    "customers": "One row per customer",
    "licenses": "One row per license",
    "assistance": "One row per piece of evidence about Partner Assistance",
    "customer_facts": "One row per customer: what no export tells",
}


def dictionary() -> str:
    """The data dictionary as Markdown."""
    parts = [INTRODUCTION, "## Exports\n"]
    for kind, schema in SCHEMAS.items():
        parts.append(f"### {kind}, {kind}_history\n\n{GRAINS[kind]}, by {', '.join(KEYS[kind])} and snapshot day.\n")
        columns = [(name, type_, "", meaning) for name, (type_, meaning) in PROVENANCE.items()]
        columns += [
            (name, _type(column.dtype.type), column.metadata.get("unit", ""), column.description)
            for name, column in schema.columns.items()
        ]
        parts.append(_table(columns))
    parts.append("## Results of the rules\n")
    of_nothing = _results_of_nothing()
    for name, relation in RELATIONS.items():
        parts.append(f"### {name}\n\n{relation.grain}\n")
        types = of_nothing[name].schema
        parts.append(_table((column, _type(types[column]), "", said) for column, said in relation.columns.items()))
    parts.append("## Ledger\n")
    for name in ("loads", "replaced", "quarantine", "empty_answers"):
        text = sql_texts("tables")[name]
        parts.append(f"### {name}\n\n{text.splitlines()[0].removeprefix('-- ')}\n")
        found = re.findall(r"^    (\w+) (\w+)[^\n]*? -- (.+)$", text, re.MULTILINE)
        parts.append(_table((column, type_, "", meaning) for column, type_, meaning in found))
    return "\n".join(parts)


def _results_of_nothing() -> dict[str, pl.DataFrame]:
    """The results for no exports at all: they have no rows, but every column with its type."""
    row: dict[str, pl.DataType] = {"load_id": pl.Int64(), "line": pl.Int64()}
    kinds = {
        kind: pl.DataFrame(schema=row | {name: column.dtype.type for name, column in schema.columns.items()})
        for kind, schema in SCHEMAS.items()
    }
    text = pl.String()
    exports = Exports(
        customers=kinds["customers"],
        licenses=kinds["licenses"],
        customer_facts=kinds["customer_facts"],
        empty_answers=pl.DataFrame(schema={"customer_id": text}),
        evidence=kinds["assistance"].with_columns(
            pl.lit(None, pl.Date).alias("snapshot_date"), pl.lit(None, text).alias("source")
        ),
        products=pl.DataFrame(schema={"product_code": text, "product_name": text, "categories": pl.List(text)}),
    )
    of_nothing = results(exports, date.min)
    return of_nothing | compared(None, Knowledge(date.min, exports, of_nothing))


def _table(rows: Iterable[tuple[str, str, str, str]]) -> str:
    lines = ["| column | type | unit | meaning |", "|---|---|---|---|"]
    lines += [f"| {name} | {type_} | {unit} | {meaning} |" for name, type_, unit, meaning in rows]
    return "\n".join(lines) + "\n"


def _type(dtype: pl.DataType | type[pl.DataType]) -> str:
    names: dict[object, str] = {
        pl.String: "varchar",
        pl.Int64: "bigint",
        pl.UInt32: "uinteger",
        pl.Boolean: "boolean",
        pl.Date: "date",
    }
    return next((name for known, name in names.items() if dtype == known), "varchar[]")


if __name__ == "__main__":
    sys.stdout.write(dictionary())
