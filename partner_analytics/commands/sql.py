"""The command that asks in SQL."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from partner_analytics.commands.options import as_of_option, db_option, opened
from partner_analytics.commands.tables import print_frame, print_questions
from partner_analytics.errors import UsageError
from partner_analytics.terminal import is_terminal, print_data


@click.command()
@click.argument("query", required=False)
@db_option
@as_of_option
@click.option("--list", "lists", is_flag=True, help="List the named questions and their parameters.")
@click.option("--question", metavar="NAME", help="Ask a named question.")
@click.option("-p", "parameters", multiple=True, metavar="KEY=VALUE", help="A parameter of the question or query.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How the answer is printed.",
)
@click.option("--chart", type=click.Choice(["bar"]), help="Draw the answer instead, as SVG: redirect it to a file.")
@click.option("--max-rows", type=click.IntRange(1), default=10_000, show_default=True, help="Where to cut the answer.")
@click.option(
    "--max-seconds", type=click.FloatRange(0, min_open=True), default=10, show_default=True, help="When to stop."
)
def sql(
    query: str | None,
    db: str | None,
    as_of: date | None,
    lists: bool,
    question: str | None,
    parameters: tuple[str, ...],
    form: str,
    chart: str | None,
    max_rows: int,
    max_seconds: float,
) -> None:
    """Ask the store: one read-only QUERY, or a named question."""
    if lists:
        print_questions()
        return
    if (query is None) == (question is None):
        raise UsageError(
            "Expected one of a query and --question NAME.",
            'ask: partner-analytics sql "select * from customers"',
        )
    for parameter in parameters:
        if "=" not in parameter:
            raise UsageError(f"-p expects KEY=VALUE; found {parameter!r}.", "write -p days=60.")
        if parameter.partition("=")[0] in ("as_of", "max_rows", "max_seconds"):
            option = parameter.partition("=")[0].replace("_", "-")
            raise UsageError(
                f"`{parameter}` is an option, and not a parameter of a question.", f"write it as an option: --{option}."
            )
    given: dict[str, Any] = {name: value for name, _, value in (parameter.partition("=") for parameter in parameters)}
    if chart and is_terminal():
        raise UsageError("A chart is a picture in SVG, which a terminal does not show.", "add: > chart.svg")
    portfolio = opened(db, as_of)
    ask, asked = (portfolio.sql, query) if question is None else (portfolio.ask, question)
    frame = ask(str(asked), as_of=as_of, max_rows=max_rows, max_seconds=max_seconds, **given)
    if chart:
        from partner_analytics.charts import answer, svg

        print_data(svg.to_svg(answer.draw(frame), "answer"))
    else:
        print_frame(frame, form)
