"""What several commands take: the store, and a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from partner_analytics.days import iso_day
from partner_analytics.errors import UsageError

__all__ = ["Day", "as_of_option", "db_option"]

Command = TypeVar("Command", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """An ISO day on the command line."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day that a text such as `2026-11-02` names."""
        try:
            return iso_day(value)
        except UsageError as error:
            self.fail(error.message, param, ctx)


def db_option(command: Command) -> Command:
    """Name the store."""
    return click.option(
        "--db",
        type=click.Path(),
        help="The store; by default that of partner_analytics.toml, else partner.duckdb.",
    )(command)


as_of_option = click.option("--as-of", type=Day(), help="The day that the results are about; by default today.")
