"""What is known as of a day as one plain DuckDB file, to be asked with any tool."""

from __future__ import annotations

from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from partner_analytics import store
from partner_analytics.as_of import checks, dictionary, opening, state
from partner_analytics.as_of.selection import Selection, chosen
from partner_analytics.publish import check_replaceable, write_file
from partner_analytics.schemas.kinds import KINDS
from partner_analytics.settings import Settings
from partner_analytics.transforms import RELATIONS, of_categories

ABOUT: Final = {
    "as_of": "The day that everything here is about.",
    "whose": "Which customers it is about, if not about all.",
    "version": "The version of partner-analytics that wrote it.",
}


def write_copy(file: Path, db: Path, as_of: date, settings: Settings, only: Selection, version: str) -> Path:
    """Write the copy as of a day, in place of an earlier one and of nothing else.

    Raises
    ------
    UsageError
        If another file is there, or it cannot be written.
    """
    check_replaceable(file, store.is_copy, "earlier copy")
    return write_file(file, copy_as_of(db, as_of, settings, only, version))


def copy_as_of(db: Path, as_of: date, settings: Settings, only: Selection, version: str) -> bytes:
    """A DuckDB file with the exports, the results and the ledger as of a day, as tables with their meaning.

    Of some customers it holds what is known of them alone, and no refused row.

    Raises
    ------
    UsageError
        If the day lies before the first snapshot.
    CheckError
        If a check returns rows.
    """
    with ExitStack() as opened:
        connection = opened.enter_context(store.reading(db))
        frames = state.transformed(connection, as_of, settings)
        checks.check(connection, frames, as_of, settings)
        about = chosen(only, state.customers(connection, as_of, frames)) if only else None
        if about:
            connection = opened.enter_context(closing(store.narrowed(connection, about.customer_ids)))
            frames = of_categories(state.transformed(connection, as_of, settings), only.categories)
        exports = {
            kind: store.query(connection, f"select * from {kind}_as_of($as_of) order by all", {"as_of": as_of})
            for kind in KINDS
        }
        # Where its author keeps files concerns nobody to whom the copy is passed on.
        ledger = {"loads": store.loads_as_of(connection, as_of).with_columns(opening.file_name())}
        if not about:
            # A refused row may be anybody's: a copy of some customers has none.
            ledger["quarantine"] = store.basis_as_of(connection, as_of)["quarantine"].with_columns(opening.file_name())
    tables = exports | {name: frames[name] for name in RELATIONS}
    words = pl.DataFrame(
        [(as_of, about.words if about else None, version)],
        schema={"as_of": pl.Date, "whose": pl.String, "version": pl.String},
        orient="row",
    )
    meanings = {
        name: (one.grain, {column: meaning for column, _, _, _, meaning in one.columns})
        for one in (*dictionary.exports(), *dictionary.rule_results(), *dictionary.ledger())
        for name in one.names
    }
    return store.plain_copy(
        {"about": words} | tables | ledger, meanings | {"about": ("One row: what this copy is.", ABOUT)}
    )
