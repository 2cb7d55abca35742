"""The command line: parse, call, print. Results go to stdout, messages to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

import click

from partner_analytics import __version__
from partner_analytics.commands.account import account
from partner_analytics.commands.check import check
from partner_analytics.commands.copy import copy
from partner_analytics.commands.demo import demo
from partner_analytics.commands.explain import explain
from partner_analytics.commands.load import load
from partner_analytics.commands.notebooks import notebooks
from partner_analytics.commands.quarantine import quarantine
from partner_analytics.commands.report import report
from partner_analytics.commands.results import results
from partner_analytics.commands.run import run, schedule, status
from partner_analytics.commands.sql import sql
from partner_analytics.commands.upkeep import erase, forget, migrate, verify
from partner_analytics.commands.vendor import connect, pull
from partner_analytics.errors import PartnerAnalyticsError, UsageError
from partner_analytics.terminal import prepare, say, say_error, say_what

COMMANDS: Final = (
    demo, connect, pull, account, load, report, run, schedule, status, sql, explain, quarantine, check, copy, results, notebooks, verify, migrate, erase, forget,
)  # fmt: skip
DEBUG: Final = "PARTNER_ANALYTICS_DEBUG"


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and end the process with its exit code."""
    prepare()
    try:
        sys.exit(commands.main(arguments, prog_name="partner-analytics", standalone_mode=False) or 0)
    except PartnerAnalyticsError as error:
        say_what(error)
        sys.exit(error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        say(*error.format_message().split("\n"))
        sys.exit(UsageError.exit_code)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "partner-analytics"
        hint = error.__cause__.hint if isinstance(error.__cause__, UsageError) else f"see {command} --help"
        say_error(error.format_message(), hint)
        sys.exit(UsageError.exit_code)
    except (click.Abort, KeyboardInterrupt):
        say("Stopped.")
        sys.exit(130)
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        what = str(error).strip().partition("\n")[0]
        say_error(
            f"Something went wrong that should not: {type(error).__name__}: {what}",
            f"please report this, it is a defect of partner-analytics; with {DEBUG}=1 it says where.",
        )
        sys.exit(PartnerAnalyticsError.exit_code)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
def commands() -> None:
    """Reports on a Sophos partner's customers that refuse to lie.

    Load the exports of customers and licenses into a store, then write reports from it or ask it in SQL.
    """


for command in COMMANDS:
    commands.add_command(command)
