"""The command that writes reports."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from partner_analytics.commands.options import Day, as_of_option, db_option, opened, print_files
from partner_analytics.publish import formats
from partner_analytics.terminal import say
from partner_analytics.vocabulary import SPLITS


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME...]")
@db_option
@as_of_option
@click.option("--out", default="reports", show_default=True, help="The folder to write to.")
@click.option("--since", type=Day(), help="The day that changes compares with; by default the snapshot day before.")
@click.option(
    "--ahead", type=int, metavar="DAYS", help="How many days ahead renewals looks, at most 400; 90 by default."
)
@click.option(
    "--format",
    "wanted",
    type=click.Choice(formats.names()),
    multiple=True,
    help=formats.help_text(),
)
@click.option(
    "--csv-for",
    type=click.Choice(tuple(formats.CSV_FOR)),
    default="machines",
    show_default=True,
    help="For whom CSV files are written; excel: with semicolons, and telephone numbers as they are.",
)
@click.option(
    "--language", metavar="CODE", help="The language of page, workbook, calendar and sheets: en or de; by default en."
)
@click.option(
    "--requests",
    is_flag=True,
    help="Write drafts of mails about Partner Assistance, renewals and trials, and requests.csv; nothing is sent.",
)
@click.option(
    "--sheets", is_flag=True, help="Write a sheet a customer, for a meeting: sheets.html, and sheets.pdf by Chromium."
)
@click.option("--split-by", type=click.Choice(SPLITS), help="Write a folder each, with their customers only.")
def report(
    names: tuple[str, ...],
    db: str | None,
    as_of: date | None,
    since: date | None,
    ahead: int | None,
    out: str,
    wanted: tuple[str, ...],
    csv_for: str,
    language: str | None,
    requests: bool,
    sheets: bool,
    split_by: str | None,
) -> None:
    """Write reports: a CSV file each, one page of all, and a calendar of what ends.

    NAME is customer_overview, actions, protection_status, flex_vs_term, license_positions, assistance_coverage, changes,
    renewals, or a report of your own that is installed.
    """
    how: dict[str, Any] = {
        "formats": wanted or None,
        "csv_for": csv_for,
        "language": language,
        "requests": requests,
        "sheets": sheets,
        "split_by": split_by,
    }
    written = opened(db, as_of).publish(out, *names, as_of=as_of, since=since, ahead=ahead, **how)
    print_files(written)
    if sheets and not any(file.name == "sheets.pdf" for file in written):
        say(
            "There is no sheets.pdf, since no Chromium, Chrome or Edge was found that makes one. "
            "Open sheets.html in a browser and print it: each customer is a page."
        )
