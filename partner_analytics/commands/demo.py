"""The command that writes the demo, or plays its vendor."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import click

from partner_analytics.commands.options import print_files
from partner_analytics.settings_rules import FILE
from partner_analytics.terminal import print_text, say

FOLDER: Final = "partner-analytics-demo"
NOTICED_AFTER: Final = 0.2
FIRST_LINE: Final = "# Written by demo --api: pull asks the demo on this machine while it runs."
PROGRAMS: Final = '[partner]\nprograms = ["msp_flex", "msp_flex_connect"]\n'


@click.command()
@click.option("--out", help="The folder to write to; by default partner-analytics-demo, with -api for --api.")
@click.option("--api", is_flag=True, help="Play the vendor's API on this machine instead, to try connect and pull.")
def demo(out: str | None, api: bool) -> None:
    """Write all reports of a demo portfolio; needs no network and no settings."""
    from partner_analytics.portfolio import Portfolio

    if api:
        _play_the_vendor(Path(f"{FOLDER}-api" if out is None else out))
        return
    out = FOLDER if out is None else out
    portfolio = Portfolio.demo(out)
    print_files(portfolio.publish(out))
    say(f"Open the page in a browser. To ask its store, name its day: --db {portfolio.db} --as-of {portfolio.today}")


def _play_the_vendor(out: Path) -> None:
    """Answer as the vendor of the demo portfolio would, until somebody stops it; the settings in the folder lead to it."""
    from datetime import date

    from partner_analytics.demo.server import serve
    from partner_analytics.demo.vendor import demo_vendor
    from partner_analytics.publish import check_replaceable, write_file

    file = out / FILE
    check_replaceable(file, _is_of_an_earlier_demo, "settings of an earlier demo --api")
    vendor = demo_vendor(date.today())
    with serve(vendor) as server:
        addresses = f'[api]\nsign_in = "{server.url}"\nglobal = "{server.url}"\n'
        write_file(file, f"{FIRST_LINE}\n{PROGRAMS}\n{addresses}".encode())
        print_text(
            f"The demo portfolio answers at {server.url}, on this machine alone, until you press Ctrl+C.",
            f"Client id: {vendor.client_id}",
            f"Client secret: {vendor.secret}",
        )
        say(f"In another terminal: cd {out}", "Then: partner-analytics connect", "And: partner-analytics pull")
        # A wait without end would not notice Ctrl+C where a thread of a library gets the signal.
        while True:
            time.sleep(NOTICED_AFTER)


def _is_of_an_earlier_demo(file: Path) -> bool:
    try:
        return file.read_text("utf-8").startswith(FIRST_LINE)
    except (OSError, UnicodeDecodeError):
        return False
