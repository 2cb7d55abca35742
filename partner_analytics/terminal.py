"""What the command line prints: results to stdout, messages to stderr."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from partner_analytics.errors import UsageError

if TYPE_CHECKING:
    import polars as pl


def say(message: str) -> None:
    """A message, on stderr."""
    click.echo(message, err=True)


def print_text(text: str) -> None:
    """A result, on stdout; it is no mistake if whoever reads along has had enough."""
    try:
        click.echo(text)
    except BrokenPipeError:
        # Whoever reads along, such as `head`, has had enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise UsageError(f"The result cannot be written: {error.strerror}.", "make room, and ask again.") from error


def print_questions() -> None:
    """The named questions, with their parameters."""
    from partner_analytics.questions import questions

    for question in questions():
        print_text(f"{question.name}: {question.title}\n  {question.grain}")
        for parameter in question.parameters:
            print_text(f"  -p {parameter.name}={parameter.default}  {parameter.meaning}")


def print_frame(frame: pl.DataFrame, form: str) -> None:
    """The rows of an answer as a table, CSV or JSON."""
    import polars as pl

    if form == "csv":
        from partner_analytics.reports import csv_text

        print_text(csv_text(frame).removesuffix("\n"))
    elif form == "json":
        print_text(frame.write_json())
    else:
        with pl.Config(
            tbl_rows=-1,
            tbl_cols=-1,
            tbl_width_chars=2**15,
            fmt_str_lengths=200,
            tbl_hide_column_data_types=True,
            tbl_hide_dataframe_shape=True,
            tbl_formatting="UTF8_BORDERS_ONLY",
        ):
            print_text(str(frame))
        say(f"{frame.height:,} {'row' if frame.height == 1 else 'rows'}")
