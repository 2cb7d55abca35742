"""The command that says how a file would be read."""

from __future__ import annotations

import click

from partner_analytics.schemas.kinds import KINDS
from partner_analytics.terminal import print_text


@click.command()
@click.argument("file")
@click.option("--kind", type=click.Choice(tuple(KINDS)), help="What the file is, if it does not say so itself.")
@click.option("--date-format", metavar="FORMAT", help="How days are written, if not like 2026-11-02: %d/%m/%Y.")
@click.option("--customer", "customer_id", metavar="ID", help="Whose licenses these are, if the file does not say so.")
def explain(file: str, **reading: str | None) -> None:
    """Say how FILE would be read, column by column; nothing is loaded."""
    from partner_analytics.portfolio import Portfolio

    print_text(*Portfolio.open().explain(file, **reading).split("\n"))
