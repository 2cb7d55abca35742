"""The data dictionary, `sql/README.md`: every relation and column, written from where each is defined."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from partner_analytics import store
from partner_analytics.jobs.ledger import COLUMNS
from partner_analytics.resources import sql_texts
from partner_analytics.schemas.kinds import KINDS
from partner_analytics.schemas.rules import dtypes
from partner_analytics.terminal import print_data
from partner_analytics.transforms import RELATIONS, Exports, State, compared, results
from partner_analytics.transforms.lazily import together

INTRODUCTION = """\
# Data dictionary

Every relation that SQL can ask, from `partner-analytics sql`, `Portfolio.sql` and the notebooks. A query only reads.

The exports {exports} hold their newest snapshot; the same names with
`_history` hold every snapshot. The results of the rules are as of the day asked for (`--as-of`, by default today).
Each stored row names its load and line, so that a figure can be followed to the file: `join loads using (load_id)`.

The source of an export's column is the headers that lead there, whatever their case, spaces and punctuation; names of your own stand in
`partner_analytics.toml`. The source of a result's column is the rule that decides it, or the export that it is taken from. In a column of
seats, empty means not known or unlimited, which is not 0.

The functions that a query can call stand in [functions.txt](functions.txt): they look at what they are given, the clock and chance.

After a filter (`portfolio.account_manager("…")`) every relation holds those customers only. `loads` holds the loads that brought rows of theirs,
and counts these; it names files without their folder. `quarantine`, `open_quarantine` and `corrected` are not there: a refused
row may belong to any customer.

This page is written by `python -m partner_analytics.as_of.dictionary`; a test fails when it is out of date.
"""
DECIDED = ("product_name", "basis", "state", "seats", "days_left", "window")
"""Columns that each result decides itself, whatever has a column of that name besides."""

PROVENANCE = {
    "snapshot_date": ("date", "day", "The day for which the row was exported."),
    "load_id": ("bigint", "", "The load that brought the row."),
    "line": ("bigint", "", "Line of the file on which the row begins; in JSON the position of the item, from 1."),
}
UNITS = {
    "day": r"\w+_(on|date|since)|act_by|month",
    "days": r"days_(left|ago)",
    "seats": r"seats|used|over_used_by|unused|quantity|flex_used|term_(seats|used)|seats_(delta|then|now|open|renewed)",
    "licenses": r"licenses|\w+_licenses|license_count",
    "actions": r"actions",
    "customers": r"customers|shared_with",
    "rows": r"rows|rows_read|accepted|quarantined|duplicates|answers",
}
"""What a number or a day counts, by the name of its column: a name carries its unit, and has the same everywhere."""


Row = tuple[str, str, str, str, str]
"""A column: its name, type, unit, source and meaning."""


@dataclass(frozen=True)
class Documented:
    """A relation, or several of the same columns: what a row is, and what each column holds."""

    names: tuple[str, ...]
    grain: str
    columns: tuple[Row, ...]


def dictionary() -> str:
    """The data dictionary as Markdown."""
    *first, last = (f"`{kind}`" for kind in KINDS)
    parts = [INTRODUCTION.format(exports=f"{', '.join(first)} and {last}")]
    for title, relations in (
        ("Exports", exports()),
        ("Results of the rules", rule_results()),
        ("Ledger", (*ledger(), runs())),
    ):
        parts.append(f"## {title}\n")
        parts += [f"### {', '.join(one.names)}\n\n{one.grain}\n\n{_table(one.columns)}" for one in relations]
    parts.append(
        "## As of a day\n\nEach of these is asked with a day: `select * from customers_as_of(date '2026-11-02')`.\n"
    )
    parts.append("| function | rows |\n|---|---|")
    for text in store.view_texts().values():
        parts += [
            f"| {name}(day) | {grain} |"
            for grain, name in re.findall(r"^-- ([^\n]+)\ncreate macro (\w+)\(day\)", text, re.MULTILINE)
        ]
    return "\n".join(parts) + "\n"


def exports() -> tuple[Documented, ...]:
    """What was loaded."""
    return tuple(
        Documented(
            (kind.name, f"{kind.name}_history"),
            f"One row per {kind.grain}, by {', '.join(kind.key)} and snapshot day.",
            (
                *((name, type_, unit, "the load", meaning) for name, (type_, unit, meaning) in PROVENANCE.items()),
                *(
                    (
                        name,
                        column.type,
                        column.unit,
                        ", ".join(f"`{header}`" for header in (name, *column.aliases)),
                        column.description,
                    )
                    for name, column in kind.columns.items()
                ),
            ),
        )
        for kind in KINDS.values()
    )


def rule_results() -> tuple[Documented, ...]:
    """What the rules make of it."""
    of_nothing = _results_of_nothing()
    return tuple(
        Documented(
            (name,),
            relation.grain,
            tuple(
                (column, type_, _unit(column, type_), _source(column, name), meaning)
                for column, meaning in relation.columns.items()
                for type_ in [_type(of_nothing[name].schema[column])]
            ),
        )
        for name, relation in RELATIONS.items()
    )


def ledger() -> tuple[Documented, ...]:
    """What became of each file and row."""
    texts = sql_texts("tables")
    return tuple(
        Documented(
            # The view has the table's columns: what still counts of it.
            (name, "open_quarantine") if name == "quarantine" else (name,),
            texts[name].splitlines()[0].removeprefix("-- "),
            tuple(
                (column, type_, _unit(column, type_), "the load", meaning)
                for column, type_, meaning in re.findall(r"^    (\w+) (\w+)[^\n]*? -- (.+)$", texts[name], re.MULTILINE)
            ),
        )
        for name in ("loads", "replaced", "quarantine", "corrected", "empty_answers", "erasures", "erased")
    )


def runs() -> Documented:
    """How the jobs of the settings went."""
    columns = tuple((name, type_, unit, "the run", meaning) for name, (type_, unit, meaning) in COLUMNS.items())
    return Documented(("runs",), "One row per run of a job and step of it, and per mail.", columns)


def _unit(column: str, type_: str) -> str:
    """What the numbers or days of a column count; nothing where it holds neither."""
    if type_ == "boolean":
        return ""
    return next((unit for unit, names in UNITS.items() if re.fullmatch(names, column)), "")


def _source(column: str, relation: str) -> str:
    """Where a column of a result comes from: an export, or the first rule that has it."""
    if column in DECIDED:
        return "its rule"
    kind = next((name for name, kind in KINDS.items() if column in kind.columns), None)
    rule = next(name for name, known in RELATIONS.items() if column in known.columns)
    return f"`{kind}`" if kind else "its rule" if rule == relation else f"`{rule}`"


def _results_of_nothing() -> dict[str, pl.DataFrame]:
    """The results for no exports at all: they have no rows, but every column with its type."""
    row: dict[str, pl.DataType] = {"load_id": pl.Int64(), "line": pl.Int64()}
    kinds = {kind: pl.DataFrame(schema=row | dtypes(kind)) for kind in KINDS}
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
    return dict(together(of_nothing, compared(None, State(date.min, exports, of_nothing))))


def _table(rows: Iterable[Row]) -> str:
    lines = ["| column | type | unit | source | meaning |", "|---|---|---|---|---|"]
    lines += [f"| {name} | {type_} | {unit} | {source} | {meaning} |" for name, type_, unit, source, meaning in rows]
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
    print_data(dictionary().removesuffix("\n"))
