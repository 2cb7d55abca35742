"""The command that writes refused rows, to be corrected."""

from __future__ import annotations

import click

from partner_analytics.commands.options import db_option
from partner_analytics.schemas.kinds import KINDS
from partner_analytics.terminal import print_text, say


@click.command()
@db_option
@click.option("--kind", type=click.Choice(tuple(KINDS)), help="Only those of this kind of export.")
@click.option("--out", required=True, metavar="FILE", help="The CSV file to write.")
def quarantine(db: str | None, kind: str | None, out: str) -> None:
    """Write the refused rows as CSV, with file, line and reason in front.

    Corrected there and loaded, they take their places.
    """
    from partner_analytics.portfolio import Portfolio

    portfolio = Portfolio.open(db)
    written = portfolio.quarantine(out, kind=kind)
    for file, rows in written:
        print_text(str(file))
        say(f"{file}: {rows:,} {'row' if rows == 1 else 'rows'} to correct; then: partner-analytics load {file}")
    if not written:
        say("There are no refused rows to correct; nothing was written.")
