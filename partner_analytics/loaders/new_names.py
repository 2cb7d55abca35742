"""New names for customers, from a list that somebody has filled in: a customer's id and a name a row, as text."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.errors import ExportError
from partner_analytics.loaders.columns import KnownColumns, normalise_header
from partner_analytics.loaders.export import read_export
from partner_analytics.safety.formulas import as_it_was

__all__ = ["read_new_names"]

COLUMNS: Final = ("customer_id", "new_name")
SHOWN: Final = ("shown_as", "showAs", "Name shown as")
"""What the column of new names can be called besides, as exports call it."""

LIST: Final = "names"
KNOWN: Final = {
    LIST: KnownColumns(COLUMNS, COLUMNS, {normalise_header(header): COLUMNS[1] for header in SHOWN}, precedence=0)
}


def read_new_names(file: str) -> pl.DataFrame:
    """One row per row with a new name: line, customer_id, new_name; those without one are left out.

    Parameters
    ----------
    file
        CSV or XLSX, such as the question `names_to_correct` with a column `new_name`.

    Raises
    ------
    ExportError
        If it cannot be read, or a row of it cannot.
    """
    export = read_export(file, KNOWN, kind=LIST)
    found = [pl.DataFrame(schema={"line": pl.Int64, **dict.fromkeys(COLUMNS, pl.String)})]
    for part in export.parts():
        for line, reason in pl.concat([part.refused, export.broken(part)]).select("line", "reason").iter_rows():
            raise ExportError(f"{export.file}, {export.counts} {line}: {reason}.", "correct that line.")
        found.append(export.rows(part).select("line", *(as_it_was(pl.col(name).str.strip_chars()) for name in COLUMNS)))
    rows = pl.concat(found).filter(pl.col("new_name").fill_null("") != "")
    for line in rows.filter(pl.col("customer_id").fill_null("") == "")["line"]:
        raise ExportError(f"{export.file}, {export.counts} {line}: a new name, and no customer.", "give its id.")
    return rows
