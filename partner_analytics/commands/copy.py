"""The command that writes a copy of the store for other tools."""

from __future__ import annotations

from datetime import date

import click

from partner_analytics.commands.options import as_of_option, db_option, opened, print_files
from partner_analytics.vocabulary import COPIES


@click.command()
@click.argument("file")
@db_option
@as_of_option
@click.option(
    "--format",
    "wanted",
    type=click.Choice(COPIES),
    default=COPIES[0],
    show_default=True,
    help="parquet: FILE is a folder, with one a relation in it.",
)
@click.option(
    "--exports-only",
    is_flag=True,
    help="With parquet: leave the results out, for an engine that makes them: partner-analytics results.",
)
def copy(file: str, db: str | None, as_of: date | None, wanted: str, exports_only: bool) -> None:
    """Write exports, results and ledger as of a day to FILE, a plain DuckDB database for any tool, or as Parquet."""
    print_files([opened(db, as_of).copy(file, as_of=as_of, format=wanted, exports_only=exports_only)])
