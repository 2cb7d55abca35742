"""The command that lets an engine elsewhere make the results."""

from __future__ import annotations

from datetime import date

import click

from partner_analytics.commands.options import Day
from partner_analytics.terminal import print_text, say


@click.command()
@click.option(
    "--engine",
    default="",
    metavar="ADDRESS",
    help="An engine that speaks Spark Connect: sc://host:port; by default that of SPARK_REMOTE.",
)
@click.option(
    "--from", "exports", required=True, metavar="EXPORTS", help="A copy as Parquet, on a path that every worker reads."
)
@click.option("--out", required=True, metavar="FOLDER", help="Where the workers write to; nothing may be there.")
@click.option("--as-of", type=Day(), help="The day that the results are about; by default that of the copy.")
def results(engine: str, exports: str, out: str, as_of: date | None) -> None:
    """Let the workers of an engine apply the rules, for portfolios that are too large for one machine.

    Needs the extra: pip install "partner-analytics[cluster]", here and where the workers run.
    """
    from partner_analytics import cluster
    from partner_analytics.settings import read_settings

    made = cluster.results(exports, out, engine=engine, as_of=as_of, settings=read_settings())
    say(
        f"{made.rows['licenses']:,} licenses of {made.rows['accounts']:,} customers were judged as of {made.as_of}, "
        f"in {made.parts} part{'s' if made.parts > 1 else ''}."
    )
    print_text(f"{made.out}/manifest.json")
