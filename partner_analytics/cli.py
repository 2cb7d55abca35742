"""The command line: parse, call, print. Results go to stdout, messages to stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from partner_analytics import __version__
from partner_analytics.commands import upkeep
from partner_analytics.commands.options import Day, as_of_option, db_option
from partner_analytics.errors import PartnerAnalyticsError, RefusedRowsError, UsageError
from partner_analytics.printing import print_frame, print_questions
from partner_analytics.terminal import (
    is_terminal,
    prepare,
    print_data,
    print_text,
    progress_bar,
    say,
    say_error,
    say_what,
)
from partner_analytics.vocabulary import KINDS, SPLITS

if TYPE_CHECKING:
    from partner_analytics.portfolio import Portfolio
    from partner_analytics.store import Accounting

SHOWN_REFUSALS = 5
LARGE = 64 * 2**20
"""From how many bytes on a load shows how far it is."""
DEBUG = "PARTNER_ANALYTICS_DEBUG"


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and end the process with its exit code."""
    prepare()
    try:
        sys.exit(commands.main(arguments, prog_name="partner-analytics", standalone_mode=False) or 0)
    except PartnerAnalyticsError as error:
        say_what(error)
        sys.exit(error.exit_code)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "partner-analytics"
        say_error(error.format_message(), f"see {command} --help")
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


for command in (upkeep.verify, upkeep.migrate, upkeep.erase, upkeep.forget):
    commands.add_command(command)


@commands.command()
@click.option("--out", default="partner-analytics-demo", show_default=True, help="The folder to write to.")
def demo(out: str) -> None:
    """Write all reports of a demo portfolio; needs no network and no settings."""
    from partner_analytics.portfolio import Portfolio

    portfolio = Portfolio.demo(out)
    _written(portfolio.publish(out))
    say(f"Open the page in a browser. To ask its store, name its day: --db {portfolio.db} --as-of {portfolio.today}")


@commands.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@db_option
@click.option("--snapshot-date", type=Day(), help="The day for which the files were exported; by default today.")
@click.option("--kind", type=click.Choice(KINDS), help="What the files are, if they do not say so themselves.")
@click.option("--date-format", metavar="FORMAT", help="How days are written, if not like 2026-11-02: %d/%m/%Y.")
@click.option("--customer", "customer_id", metavar="ID", help="Whose licenses these are, if no file says so.")
@click.option("--remember", is_flag=True, help="Keep the date format in partner_analytics.toml, by header.")
@click.option("--replace", is_flag=True, help="Take the place of what was loaded of this kind for that day.")
@click.option("--json", "as_json", is_flag=True, help="Print the accounting as JSON.")
@click.option("--strict", is_flag=True, help="End with exit code 11 if a row was refused.")
def load(
    files: tuple[str, ...],
    db: str | None,
    snapshot_date: date | None,
    as_json: bool,
    remember: bool,
    replace: bool,
    strict: bool,
    **reading: str | None,
) -> int:
    """Load exports of customers, licenses, Partner Assistance or customer facts.

    Each file is loaded whole or not at all; the rows that break a rule are kept apart with their line and the reason.
    """
    from partner_analytics.portfolio import Portfolio

    portfolio = Portfolio.open(db)
    if snapshot_date is None:
        snapshot_date = date.today()
        say(f"Loading as exports of {snapshot_date}, today, but for corrected rows; --snapshot-date names another day.")
    errors: list[PartnerAnalyticsError] = []

    def failed(error: PartnerAnalyticsError) -> None:
        errors.append(error)
        say_what(error)

    with _progress(files) as progress:
        loaded = portfolio.load(
            *files,
            snapshot_date=snapshot_date,
            remember=remember,
            replace=replace,
            failed=failed,
            progress=progress,
            **reading,
        )
    if as_json:
        print_data(json.dumps([_counts(accounting) for accounting in loaded], indent=2, ensure_ascii=False))
    elif loaded:
        _print_accounting(loaded)
    # Files of one kind share what is suspicious about their snapshot: it is said once, of the last of them.
    suspicious = {suspicion: one.file for one in loaded for suspicion in one.suspicions}
    for suspicion, file in suspicious.items():
        say(f"{file}: {suspicion}")
    for one in loaded:
        say(*(f"{one.file}{sentence}" for sentence in _what_happened(one)))
    refused = sum(accounting.quarantined for accounting in loaded)
    if refused:
        _say_refused(loaded, portfolio)
    if strict and refused and not errors:
        raise RefusedRowsError(
            f"{refused} {'row was' if refused == 1 else 'rows were'} refused, and --strict expects none.",
            "correct the lines named above and load the file again; the other rows are loaded.",
        )
    return errors[-1].exit_code if errors else 0


@commands.command()
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
    "formats",
    type=click.Choice(["csv", "html", "ics", "xlsx"]),
    multiple=True,
    help="CSV files, a page, a calendar of renewals, a workbook; can be given several times. By default the first three.",
)
@click.option(
    "--requests", is_flag=True, help="Write drafts of mails that ask for Partner Assistance; nothing is sent."
)
@click.option("--split-by", type=click.Choice(SPLITS), help="Write a folder each, with their customers only.")
def report(
    names: tuple[str, ...],
    db: str | None,
    as_of: date | None,
    since: date | None,
    ahead: int | None,
    out: str,
    formats: tuple[str, ...],
    requests: bool,
    split_by: str | None,
) -> None:
    """Write reports: a CSV file each, one page of all, and a calendar of what ends.

    NAME is customer_overview, actions, protection_status, flex_vs_term, license_positions, assistance_coverage, changes,
    renewals.
    """
    how: dict[str, Any] = {"formats": formats or ("csv", "html", "ics"), "requests": requests, "split_by": split_by}
    _written(_opened(db, as_of).publish(out, *names, as_of=as_of, since=since, ahead=ahead, **how))


@commands.command()
@click.argument("query", required=False)
@db_option
@as_of_option
@click.option("--list", "lists", is_flag=True, help="List the named questions and their parameters.")
@click.option("--question", metavar="NAME", help="Ask a named question.")
@click.option("-p", "parameters", multiple=True, metavar="KEY=VALUE", help="A parameter of the question or query.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
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
            raise UsageError(f"`{parameter}` is no parameter of a question.", f"write it as an option: --{option}.")
    given: dict[str, Any] = {name: value for name, _, value in (parameter.partition("=") for parameter in parameters)}
    if chart and is_terminal():
        raise UsageError("A chart is a picture in SVG, which a terminal does not show.", "add: > chart.svg")
    portfolio = _opened(db, as_of)
    ask, asked = (portfolio.sql, query) if question is None else (portfolio.ask, question)
    frame = ask(str(asked), as_of=as_of, max_rows=max_rows, max_seconds=max_seconds, **given)
    if chart:
        from partner_analytics.charts import answer, svg

        print_data(svg.to_svg(answer.draw(frame), "answer"))
    else:
        print_frame(frame, form)


@commands.command()
@click.argument("file")
@click.option("--kind", type=click.Choice(KINDS), help="What the file is, if it does not say so itself.")
@click.option("--date-format", metavar="FORMAT", help="How days are written, if not like 2026-11-02: %d/%m/%Y.")
@click.option("--customer", "customer_id", metavar="ID", help="Whose licenses these are, if the file does not say so.")
def explain(file: str, **reading: str | None) -> None:
    """Say how FILE would be read, column by column; nothing is loaded."""
    from partner_analytics.portfolio import Portfolio

    print_text(*Portfolio.open().explain(file, **reading).split("\n"))


@commands.command()
@db_option
@click.option("--kind", type=click.Choice(KINDS), help="Only those of this kind of export.")
@click.option("--out", required=True, metavar="FILE", help="The CSV file to write.")
def quarantine(db: str | None, kind: str | None, out: str) -> None:
    """Write the refused rows as CSV, with file, line and reason in front.

    Corrected there and loaded, they take their places.
    """
    from partner_analytics.portfolio import Portfolio

    portfolio = Portfolio.open(db)
    written = portfolio.quarantine(out, kind=kind)
    for file, rows in written:
        print_text(str(file))
        say(f"{file}: {rows:,} {'row' if rows == 1 else 'rows'} to correct; then: partner-analytics load {file}")
    if not written:
        say("No refused row waits to be corrected; nothing was written.")


@commands.command()
@click.argument("file", required=False)
def check(file: str | None) -> int:
    """Say what in a settings FILE is not understood; by default in partner_analytics.toml of this folder."""
    from partner_analytics.portfolio import Portfolio
    from partner_analytics.settings import FILE

    if file is None and not Path(FILE).exists():
        print_text(f"There is no {FILE} in this folder: the defaults hold.")
        return 0
    problems = Portfolio.check(file or FILE)
    for problem in problems:
        say_what(problem)
    if not problems:
        print_text(f"{file or FILE}: all of it is understood.")
    return problems[0].exit_code if problems else 0


def _what_happened(one: Accounting) -> Iterator[str]:
    """What there is to know of a file besides its counts; each sentence goes on from its name."""
    if one.replaced and not one.already_loaded:
        yield f": takes the place of {', '.join(dict.fromkeys(one.replaced))}"
    yield from (f": {note}" for note in one.notes)
    if one.already_loaded and one.erased_rows:
        yield f": {one.erased_rows:,} of its rows were erased since, and stay so; --replace brings them back"
    for day in one.returned:
        yield f": holds rows of a customer who was erased on {day}: they are in the store again"
    if one.ignored:
        yield f": not known, and ignored: {one.ignored}"
    if not one.accepted + one.duplicates:
        yield ": no row of it was loaded" + ("." if one.rows_read else ": it holds none.")


@contextmanager
def _progress(files: Sequence[str]) -> Iterator[Callable[[int], None]]:
    """A bar on stderr where it is a terminal, and files are large enough to wait for."""
    size = sum(Path(file).stat().st_size for file in files if Path(file).is_file())
    if size < LARGE:
        yield lambda _: None
        return
    with progress_bar(size, "Reading") as update:
        yield update


@commands.command()
@click.argument("file")
@db_option
@as_of_option
def copy(file: str, db: str | None, as_of: date | None) -> None:
    """Write exports, results and ledger as of a day to FILE, a plain DuckDB database for any tool."""
    _written([_opened(db, as_of).copy(file, as_of=as_of)])


@commands.command()
@click.argument("folder")
def notebooks(folder: str) -> None:
    """Copy the notebooks into FOLDER, to open in JupyterLab; those that you have changed stay as they are."""
    from partner_analytics.publish.notebooks import copy_notebooks

    copied, kept = copy_notebooks(Path(folder))
    _written(copied)
    for notebook in kept:
        say(f"{notebook} is yours, and stays as it is.")


def _opened(db: str | None, as_of: date | None) -> Portfolio:
    from partner_analytics.portfolio import Portfolio

    if as_of is None:
        say(f"As of {date.today()}, today; --as-of names another day.")
    portfolio = Portfolio.open(db)
    if writer := portfolio.writer:
        say(f"{writer[0].upper()}{writer[1:]}.")
    if portfolio.is_of_an_older_version:
        say(f"{portfolio.db} is of an older version, and copied to be read; for good: partner-analytics migrate")
    return portfolio


def _counts(accounting: Accounting) -> dict[str, object]:
    names = ("file", "kind", "rows_read", "accepted", "quarantined", "duplicates", "already_loaded")
    return {name: getattr(accounting, name) for name in names}


def _print_accounting(loaded: Sequence[Accounting]) -> None:
    width = max(len("file"), *(len(accounting.file) for accounting in loaded))
    print_text(f"{'file':{width}}  {'kind':14}  {'read':>9}  {'accepted':>9}  {'quarantined':>11}  {'duplicates':>10}")
    for one in loaded:
        print_text(
            f"{one.file:{width}}  {one.kind:14}  {one.rows_read:9,}  {one.accepted:9,}  {one.quarantined:11,}"
            f"  {one.duplicates:10,}" + ("  was loaded before: nothing changed" if one.already_loaded else "")
        )


def _say_refused(loaded: Sequence[Accounting], portfolio: Portfolio) -> None:
    from partner_analytics.loaders import quoted

    for one in loaded:
        for line, column, value, reason in one.refused.head(SHOWN_REFUSALS).iter_rows():
            cell = (
                f"`{column}` {reason}; found {quoted(value)}" if column and value else f"{column or 'the row'} {reason}"
            )
            say(f"{one.file}, {one.counts} {line}: {cell}")
        if one.refused.height > SHOWN_REFUSALS:
            say(f"{one.file}: more; {one.quarantined:,} rows in all")
    say(f"See all refused rows: partner-analytics sql --question refused_rows --db {portfolio.db}")
    say(f"Correct and load them: partner-analytics quarantine --out refused.csv --db {portfolio.db}")


def _written(files: Sequence[Path]) -> None:
    for file in files:
        print_text(str(file))
