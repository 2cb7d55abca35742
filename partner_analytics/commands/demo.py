"""The command that writes the demo."""

from __future__ import annotations

import click

from partner_analytics.commands.options import print_files
from partner_analytics.terminal import say


@click.command()
@click.option("--out", default="partner-analytics-demo", show_default=True, help="The folder to write to.")
def demo(out: str) -> None:
    """Write all reports of a demo portfolio; needs no network and no settings."""
    from partner_analytics.portfolio import Portfolio

    portfolio = Portfolio.demo(out)
    print_files(portfolio.publish(out))
    say(f"Open the page in a browser. To ask its store, name its day: --db {portfolio.db} --as-of {portfolio.today}")
