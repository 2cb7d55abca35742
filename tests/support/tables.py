"""Exports and results as tables of text, so that a rule and its examples can be read by those who know the trade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from partner_analytics.schemas.kinds import KINDS
from partner_analytics.schemas.rules import dtypes
from partner_analytics.transforms import Exports, results
from tests.spec.reference import REPORTS, rules

AS_OF: Final = date(2026, 11, 2)

Row = dict[str, str | None]

TYPES: Final[dict[str, dict[str, Any]]] = {kind: dtypes(kind) for kind in KINDS}
TYPES["evidence"] = TYPES.pop("assistance") | {"snapshot_date": pl.Date, "source": pl.String}
for kind in ("customers", "licenses", "evidence"):
    TYPES[kind] |= {"load_id": pl.Int64, "line": pl.Int64}
TYPES["empty_answers"] = {"customer_id": pl.String}
TYPES["products"] = {"product_code": pl.String, "product_name": pl.String, "categories": pl.List(pl.String)}

PRODUCTS: Final = """
    product | product name                             | categories
    CIXA    | Intercept X Advanced                     | Endpoint
    CIXAXDR | Intercept X Advanced with XDR            | Endpoint; XDR
    SVRXDR  | Intercept X Advanced with XDR for Server | XDR; Server
    CEMA    | Email                                    | Email
"""

SHORT: Final = {
    "customer": "customer_id",
    "license": "license_id",
    "product": "product_code",
    "type": "license_type",
    "start": "start_date",
    "end": "end_date",
    "evidence": "partner_assistance",
}
"""How a table may call a column; any other is called by its name, with blanks for underscores."""

DEFAULTS: Final[dict[str, Row]] = {
    "customers": {"billing_type": "term"},
    "licenses": {
        "customer_id": "Anna",
        "product_code": "CIXA",
        "license_type": "term",
        "start_date": "2026-01-01",
    },
    "evidence": {
        "checked_on": str(AS_OF),
        "basis": "stated",
        "snapshot_date": str(AS_OF),
        "source": "assistance",
    },
}
"""What a column holds that a table leaves out. A cell that a table leaves empty is not known."""


def exports(**tables: str) -> Exports:
    """What is known, by kind of export; without a table of customers, those that the licenses name, on term accounts."""
    rows: dict[str, list[Row]] = {kind: [] for kind in TYPES} | {"products": _parsed(PRODUCTS)[1]}
    for kind, table in tables.items():
        rows[kind] = [DEFAULTS.get(kind, {}) | row for row in _parsed(table)[1]]
    for number, row in enumerate(rows["licenses"], start=1):
        row.setdefault("license_id", f"{number:02}")
    if "customers" not in tables:
        named = dict.fromkeys(row["customer_id"] for row in rows["licenses"] + rows["empty_answers"])
        rows["customers"] = [DEFAULTS["customers"] | {"customer_id": customer} for customer in named]
    for row in rows["customers"]:
        row.setdefault("account_name", row["customer_id"])
    return Exports(
        **{
            kind: pl.DataFrame(
                [{name: cell and _value(cell, types[name]) for name, cell in row.items()} for row in rows[kind]], types
            )
            for kind, types in TYPES.items()
        }
    )


def check(
    result: str, table: str, as_of: date = AS_OF, expiring_days: int = 30, renewal_days: int = 90, **given: str
) -> None:
    """Compare a result, row by row and in the columns that a table names, with what the table says.

    Where each row of an export leads to one row of the result, one table can be both: what is given stands left of
    `=>`, what comes of it on the right. The second reading of the rules is held against the table, too.
    """
    known = exports(**given)
    if result in REPORTS:
        columns, rows_of = REPORTS[result]
        read = reading(known, as_of, expiring_days, renewal_days)
        if set(_parsed(table, side=-1)[0]) <= set(columns) and (read.customers or read.licenses or read.empty_answers):
            check_reading(result, rows_of(read), table)
    frame = results(known, as_of, expiring_days, (result,), renewal_days)[result]
    if result == "license_states":
        # They come in no particular order.
        frame = frame.sort("license_id")
    check_rows(result, frame, table)


def reading(known: Exports, as_of: date, expiring_days: int = 30, renewal_days: int = 90) -> rules.Exports:
    """The same exports, all of the day of the report, for the second reading of the rules."""
    seen: rules.Row = {"snapshot_date": as_of}
    return rules.Exports(
        # What the customer export says about assistance stands among the evidence.
        customers=[row | seen | {"partner_assistance": None} for row in known.customers.iter_rows(named=True)],
        licenses=[row | seen for row in known.licenses.iter_rows(named=True)],
        assistance=list(known.evidence.iter_rows(named=True)),
        customer_facts=[row | seen for row in known.customer_facts.iter_rows(named=True)],
        empty_answers=[(as_of, customer_id) for customer_id in known.empty_answers["customer_id"]],
        catalogue={code: (name, categories) for code, name, categories in known.products.iter_rows()},
        as_of=as_of,
        expiring_window=expiring_days,
        renewal_days=renewal_days,
    )


def check_rows(result: str, frame: pl.DataFrame, table: str) -> None:
    """Compare a frame, row by row and in the columns that a table names, with what the table says."""
    _check(result, frame.select(_parsed(table, side=-1)[0]).iter_rows(named=True), table)


def check_reading(result: str, rows: Iterable[rules.Row], table: str) -> None:
    """Compare what the second reading finds, in the same way."""
    _check(f"{result}, in the second reading", rows, table)


def _check(what: str, rows: Iterable[Mapping[str, object]], table: str) -> None:
    header, expected_rows = _parsed(table, side=-1)
    found = [[_cell(row[column]) for column in header] for row in rows]
    expected = [list(row.values()) for row in expected_rows]
    if found != expected:
        raise AssertionError(f"{what}\n{_drawn(header, found)}\nshould be\n{_drawn(header, expected)}")


def _parsed(table: str, side: int = 0) -> tuple[list[str], list[Row]]:
    """The header and the rows of a table; of a table with `=>`, those of one side."""
    lines = [line.split("=>")[side].split("|") for line in table.splitlines() if line.strip()]
    words, *body = [[cell.strip() for cell in line] for line in lines]
    header = [SHORT.get(word, word.replace(" ", "_")) for word in words]
    return header, [dict(zip(header, (cell or None for cell in row), strict=True)) for row in body]


def _value(cell: str, dtype: Any) -> object:
    if dtype == pl.Boolean:
        return {"yes": True, "no": False}[cell]
    if dtype == pl.Date:
        return date.fromisoformat(cell)
    if dtype == pl.Int64:
        return int(cell)
    return cell.split("; ") if dtype == pl.List else cell


def _cell(value: object) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(value)
    return None if value is None or value == "" else str(value)


def _drawn(header: list[str], rows: list[list[str | None]]) -> str:
    table = [header, *([cell or "" for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(" | ".join(map(str.ljust, row, widths)).rstrip() for row in table)
