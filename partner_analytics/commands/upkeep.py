"""The commands that keep a store: verify, migrate, erase, forget."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from partner_analytics.commands.options import Day, db_option
from partner_analytics.errors import StoreError
from partner_analytics.terminal import print_text, say

if TYPE_CHECKING:
    from partner_analytics.as_of.removal import Removal

__all__ = ["erase", "forget", "migrate", "verify"]


@click.command()
@db_option
def verify(db: str | None) -> None:
    """Read the store to its last byte and hold every invariant; say what is wrong, and where."""
    from partner_analytics.portfolio import Portfolio

    portfolio = Portfolio.open(db)
    found = portfolio.verify()
    for problem in found.problems:
        print_text(problem)
    for note in found.notes:
        say(note)
    if found.problems:
        count = len(found.problems)
        raise StoreError(
            f"The store {portfolio.db} is damaged: verify found {count} {'problem' if count == 1 else 'problems'}.",
            "keep the file; go on with the last good copy of the store, and load into it what came since.",
        )
    print_text(f"{portfolio.db} is whole: {found.loads:,} loads, {found.rows:,} stored rows, {found.size:,} bytes.")


@click.command()
@db_option
def migrate(db: str | None) -> None:
    """Bring a store that an earlier version wrote up to date; a load does that too."""
    from partner_analytics.portfolio import Portfolio

    portfolio = Portfolio.open(db)
    before, now = portfolio.migrate()
    changed = f"was of store version {before}, and is of version {now} now." if before < now else "is up to date."
    print_text(f"{portfolio.db} {changed}")


@click.command()
@click.argument("customer")
@db_option
@click.option("--yes", is_flag=True, help="Do it; without it, only what would be removed is said.")
def erase(customer: str, db: str | None, yes: bool) -> None:
    """Take CUSTOMER, an id or a part of a name, out of the store: its rows of all days, its refused rows, its names."""
    from partner_analytics.portfolio import Portfolio

    _print(Portfolio.open(db).erase(customer, yes=yes))


@click.command()
@click.option("--before", type=Day(), required=True, help="The first day that stays.")
@db_option
@click.option("--yes", is_flag=True, help="Do it; without it, only what would be removed is said.")
def forget(before: date, db: str | None, yes: bool) -> None:
    """Take all that was loaded for days before one out of the store; the ledger keeps what was loaded."""
    from partner_analytics.portfolio import Portfolio

    _print(Portfolio.open(db).forget(before, yes=yes))


def _print(removal: Removal) -> None:
    print_text(*removal.lines)
    if not removal.is_done:
        say("Nothing was changed; to do it, add --yes.")
