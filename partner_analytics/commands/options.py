"""What several commands take, a store and a day, and what they print: the files that they have written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from partner_analytics.days import iso_day
from partner_analytics.errors import UsageError
from partner_analytics.terminal import print_text, say

if TYPE_CHECKING:
    from partner_analytics.portfolio import Portfolio

__all__ = ["Day", "as_of_option", "db_option", "opened", "print_files"]

Command = TypeVar("Command", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """An ISO day on the command line."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day that a text such as `2026-11-02` names."""
        try:
            return iso_day(value)
        except UsageError as error:
            raise click.BadParameter(error.message, ctx, param) from error


def db_option(command: Command) -> Command:
    """Name the store."""
    return click.option(
        "--db",
        type=click.Path(),
        help="The store; by default that of partner_analytics.toml, else partner.duckdb.",
    )(command)


as_of_option = click.option("--as-of", type=Day(), help="The day that the results are about; by default today.")


def opened(db: str | None, as_of: date | None) -> Portfolio:
    """The portfolio of a store; what there is to know of how it is read is said."""
    from partner_analytics.portfolio import Portfolio

    if as_of is None:
        say(f"As of {date.today()}, today; --as-of names another day.")
    portfolio = Portfolio.open(db)
    if writer := portfolio.writer:
        say(f"{writer[0].upper()}{writer[1:]}.")
    if portfolio.is_of_an_older_version:
        say(
            f"{portfolio.db} is of an older version, so a copy is read; to bring it up to date: partner-analytics migrate"
        )
    return portfolio


def print_files(files: Sequence[Path]) -> None:
    """The files that were written, one a line."""
    for file in files:
        print_text(str(file))
