"""What all reports of a day rest on, once: snapshots, files, refused rows, products and customers that do not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl
from markupsafe import Markup

from partner_analytics.languages import spoken, word
from partner_analytics.reports.content import Column
from partner_analytics.reports.html.cells import fitting, table_row
from partner_analytics.reports.html.section import HERE, templates
from partner_analytics.schemas.kinds import KINDS

if TYPE_CHECKING:
    from partner_analytics.as_of.basis import Basis

__all__ = ["sources"]

LIST_BYTES: Final = 24_000
"""How large one of these tables may get."""

FILES: Final = (
    Column("file", "File"),
    Column("kind", "Kind", "word"),
    Column("snapshot_date", "Snapshot", "day"),
    Column("rows_read", "Read", "number"),
    Column("accepted", "Accepted", "number"),
    Column("quarantined", "Refused", "number"),
    Column("duplicates", "Duplicates", "number"),
)
FILES_OF_SOME: Final = (*FILES[:3], Column("accepted", "Rows of these customers", "number"))
REFUSED: Final = (
    Column("file", "File"),
    Column("line", "Line", "number"),
    Column("column_name", "Column"),
    Column("value", "Value"),
    Column("reason", "Why"),
)
UNMAPPED: Final = (
    Column("product_code", "Code"),
    Column("product_name", "Name in the export"),
    Column("licenses", "Licenses", "number"),
    Column("customers", "Customers", "number"),
)
UNKNOWN: Final = (
    Column("customer_id", "Customer id"),
    Column("kind", "Found in", "word"),
    Column("rows", "Rows", "number"),
)


def sources(basis: Basis) -> str:
    """The section "Sources" of a page or a notebook."""
    with spoken(basis.language):
        return _said(basis)


def _said(basis: Basis) -> str:
    """The section in the language that is spoken."""
    files = FILES_OF_SOME if basis.is_part else FILES
    tables: dict[str, tuple[pl.DataFrame, tuple[Column, ...]]] = {
        "files": (basis.loads, files),
        "refused": (basis.quarantine, REFUSED),
    }
    tables |= {"unmapped": (basis.unmapped_products, UNMAPPED), "unknown": (basis.unknown_customers, UNKNOWN)}
    return (
        templates(HERE)
        .get_template("sources.html")
        .render(
            basis=basis,
            snapshots=[(word(KINDS[kind].label), day) for kind, day in basis.snapshot_days],
            never_loaded=[word(kind.label) for kind in KINDS.values() if kind.name not in dict(basis.snapshot_days)],
            columns={name: columns for name, (_, columns) in tables.items()},
            totals={name: frame.height for name, (frame, _) in tables.items()},
            **{name: _rows(frame, columns) for name, (frame, columns) in tables.items()},
        )
        .strip()
        + "\n"
    )


def _rows(frame: pl.DataFrame, columns: tuple[Column, ...]) -> list[Markup]:
    if frame.is_empty():
        return []
    frame = frame.head(LIST_BYTES)
    opening = pl.format("<tr data-file={}>", "load_id") if columns in (FILES, FILES_OF_SOME) else pl.lit("<tr>")
    rows = frame.select(table_row(columns, frame.schema, opening)).to_series()
    return [Markup(row) for row in fitting(rows, LIST_BYTES)]
