"""The command that loads exports, and what it prints of each file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from partner_analytics.commands.options import Day, db_option
from partner_analytics.errors import PartnerAnalyticsError, RefusedRowsError
from partner_analytics.schemas.kinds import KINDS
from partner_analytics.terminal import print_data, print_text, progress_bar, say, say_what

if TYPE_CHECKING:
    from partner_analytics.portfolio import Portfolio
    from partner_analytics.store import Accounting

SHOWN_REFUSALS = 5
LARGE = 64 * 2**20
"""From how many bytes on a load shows how far it is."""


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@db_option
@click.option("--snapshot-date", type=Day(), help="The day for which the files were exported; by default today.")
@click.option("--kind", type=click.Choice(tuple(KINDS)), help="What the files are, if they do not say so themselves.")
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

    FILE can be a folder or a ZIP archive too: each export in it is loaded.
    Each file is loaded whole or not at all; the rows that break a rule are kept apart with their line and the reason.
    """
    from partner_analytics.portfolio import Portfolio

    portfolio = Portfolio.open(db)
    if snapshot_date is None:
        snapshot_date = date.today()
        say(
            f"Loading as exports of today, {snapshot_date}. Were they made on another day? Name it with --snapshot-date."
        )
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
            left_out=say,
            progress=progress,
            **reading,
        )
    if as_json:
        print_data(json.dumps([counts(accounting) for accounting in loaded], indent=2, ensure_ascii=False))
    elif loaded:
        print_accounting(loaded)
    # Files of one kind share the warnings about their snapshot: each is said once, of the last of them.
    warned = {warning: one.file for one in loaded for warning in one.warnings}
    for warning, file in warned.items():
        say(f"{file}: {warning}")
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


def _what_happened(one: Accounting) -> Iterator[str]:
    """What there is to know of a file besides its counts; each sentence goes on from its name."""
    if one.replaced and not one.already_loaded:
        yield f": takes the place of {', '.join(dict.fromkeys(one.replaced))}"
    yield from (f": {note}" for note in one.notes)
    if one.already_loaded and one.erased_rows:
        yield f": {one.erased_rows:,} of its rows were erased since, and stay erased; --replace brings them back"
    for day in one.returned:
        yield f": holds rows of a customer who was erased on {day}: they are in the store again"
    if one.ignored:
        yield f": columns that are not known, and were ignored: {one.ignored}"
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


def counts(accounting: Accounting) -> dict[str, object]:
    """What became of the rows of a file, for other programs."""
    names = ("file", "kind", "rows_read", "accepted", "quarantined", "duplicates", "already_loaded")
    return {name: getattr(accounting, name) for name in names}


def print_accounting(loaded: Sequence[Accounting]) -> None:
    """What became of the rows of each file, as a table."""
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
