"""The command that writes a copy of the store for other tools."""

from __future__ import annotations

from datetime import date

import click

from partner_analytics.commands.options import as_of_option, db_option, opened, print_files


@click.command()
@click.argument("file")
@db_option
@as_of_option
def copy(file: str, db: str | None, as_of: date | None) -> None:
    """Write exports, results and ledger as of a day to FILE, a plain DuckDB database for any tool."""
    print_files([opened(db, as_of).copy(file, as_of=as_of)])
