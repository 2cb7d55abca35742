"""The commands that ask the vendor's API: keep credentials, and pull exports."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from partner_analytics.commands.load import counts, print_accounting
from partner_analytics.commands.options import db_option
from partner_analytics.errors import PartialPullError, PartnerAnalyticsError, UsageError
from partner_analytics.terminal import ask, ask_secret, counter, print_data, print_text, say, say_what
from partner_analytics.vocabulary import UUID

if TYPE_CHECKING:
    from partner_analytics.portfolio.pulling import Pulled
    from partner_analytics.settings import Settings

SHOWN_FAILURES = 5


@click.command()
@click.option("--check", is_flag=True, help="Only try the credentials that are kept.")
@click.option("--forget", is_flag=True, help="Remove the credentials that are kept.")
@click.option("--mail", is_flag=True, help="The password of the mail server instead, which jobs send mails by.")
def connect(check: bool, forget: bool, mail: bool) -> None:
    """Keep the credentials for the vendor's API in the keyring of this machine.

    They are asked for, tried, and kept when they work; the secret is not shown.
    """
    from partner_analytics.settings import read_settings
    from partner_analytics.vendor import credentials
    from partner_analytics.vendor.client import Client
    from partner_analytics.vendor.identity import who_am_i

    if check and forget:
        raise UsageError("Expected one of --check and --forget; found both.", "give one of them.")
    settings = read_settings()
    if mail:
        _connect_mail(settings, check=check, forget=forget)
        return
    if forget:
        print_text(
            "The credentials are removed."
            if credentials.forget(settings.sign_in)
            else "There were no credentials to remove."
        )
        return
    known = credentials.needed(settings.sign_in) if check else _asked_for()
    with Client(known, settings.sign_in, 1, settings.global_host) as client:
        who = who_am_i(client, settings.global_host)
    if not check:
        credentials.keep(known, settings.sign_in)
    kept = "they work" if check else "they work, and are kept"
    print_text(f"The credentials are those of the {who.kind} {who.id}; {kept}.")
    say(credentials.what_of_their_end(settings.expires_on, date.today()), "Next: partner-analytics pull")


def _connect_mail(settings: Settings, *, check: bool, forget: bool) -> None:
    """The same for the mail server of the settings."""
    from partner_analytics.deliver import passwords
    from partner_analytics.deliver.smtp import Outbox

    server = settings.mail
    if server is None:
        raise UsageError("The settings name no mail server.", 'write [mail] host = "smtp.example.com", from = "…"')
    if forget:
        was_there = passwords.forget_password(server)
        print_text("The password is removed." if was_there else "There was no password to remove.")
        return
    password = passwords.password_for(server) if check or not server.user else ask_secret(f"Password of {server.user}")
    with Outbox(server, password) as outbox:
        outbox.try_out()
    if server.user and not check:
        passwords.keep_password(server, password)
    print_text(f"The mail server {server.host} takes mails of {server.sender}.")


def _asked_for() -> Any:
    """The credentials that somebody types, or another program writes: the secret is never an argument."""
    from partner_analytics.vendor.credentials import Credentials

    client_id, secret = ask("Client id", "Client secret")
    if not client_id or not secret:
        raise UsageError(
            "Expected a client id and a client secret; found one of them empty.", "give both, a line each."
        )
    return Credentials(client_id, secret)


@click.command()
@db_option
@click.option("--out", default="exports", show_default=True, help="The folder that holds a folder a day.")
@click.option("--no-load", is_flag=True, help="Only write the exports.")
@click.option("--fresh", is_flag=True, help="Ask for everything again; what is there stays until the new is whole.")
@click.option("--only", type=click.Choice(("customers",)), help="Ask for the list of customers, and for no licenses.")
@click.option(
    "--customers", "chosen", metavar="FILE", help="A file with the ids of those whose licenses are asked for."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was pulled as JSON.")
def pull(
    db: str | None, out: str, no_load: bool, fresh: bool, only: str | None, chosen: str | None, as_json: bool
) -> None:
    """Ask the vendor's API for all customers and their licenses, and load them for today.

    What is in the folder of today already is not asked for again. Nothing was checked against a live account.
    """
    from partner_analytics.portfolio import Portfolio
    from partner_analytics.settings import read_settings
    from partner_analytics.vendor.credentials import what_of_their_end
    from partner_analytics.vendor.facts import end_soon

    if only and chosen:
        raise UsageError("Expected one of --only and --customers; found both.", "give one of them.")
    settings = read_settings()
    if settings.expires_on is not None and end_soon(settings.expires_on, date.today()):
        say(what_of_their_end(settings.expires_on, date.today()))
    wanted = () if only else None if chosen is None else _ids_in(chosen)
    errors: list[PartnerAnalyticsError] = []

    def failed(error: PartnerAnalyticsError) -> None:
        errors.append(error)
        say_what(error)

    with counter("Asking") as progress:
        found = Portfolio.open(db).pull(
            out, load=not no_load, fresh=fresh, customers=wanted, progress=progress, failed=failed
        )
    if as_json:
        print_data(json.dumps(_said(found), indent=2, ensure_ascii=False))
    else:
        _print(found)
    for warning in dict.fromkeys(warning for one in found.loads for warning in one.warnings):
        say(warning)
    for customer, what in found.pull.failures[:SHOWN_FAILURES]:
        say(f"{customer}: {what}" if customer else what)
    if len(found.pull.failures) > SHOWN_FAILURES:
        say(f"and {len(found.pull.failures) - SHOWN_FAILURES:,} more; all are in {found.pull.folder / 'pull.json'}")
    if found.pull.left_out:
        say(f"{found.pull.left_out:,} customers were not to be asked: their licenses are not known for today.")
    if found.pull.failed or not found.pull.has_all_customers:
        raise PartialPullError(
            f"The pull is not whole: {found.pull.failed:,} customers could not be asked, or not all of them came.",
            "what was there stays; try --fresh again later."
            if fresh
            else "pull again today: only what is missing is asked for.",
        )
    if errors:
        raise errors[-1]


def _ids_in(file: str) -> tuple[str, ...]:
    """The ids of customers that a file names, wherever they stand in it: a list, or a report."""
    import re
    from pathlib import Path

    try:
        found = re.findall(UUID, Path(file).read_text("utf-8-sig").lower())
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{file} cannot be read as text; expected ids of customers.", "name a file of text.") from None
    if not found:
        raise UsageError(f"{file} names no id of a customer.", "write one a line, or name a report as CSV.")
    return tuple(dict.fromkeys(found))


def _said(found: Pulled) -> dict[str, object]:
    names = ("customers", "asked", "answered", "refused", "failed", "requests", "retries", "seconds", "is_whole")
    return {
        "day": found.day.isoformat(),
        "folder": str(found.pull.folder),
        **{name: getattr(found.pull, name) for name in names},
        "loads": [counts(one) for one in found.loads],
    }


def _print(found: Pulled) -> None:
    pull = found.pull
    print_text(
        f"{pull.folder}: {pull.customers:,} customers; {pull.asked:,} asked, {pull.answered:,} answered, {pull.refused:,} "
        f"refused, {pull.failed:,} failed, in {pull.seconds:,.1f} seconds"
    )
    if found.loads:
        print_accounting(found.loads)
