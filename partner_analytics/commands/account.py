"""The commands that change customers at the vendor's: a preview, the change with --yes, and the ledger of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from partner_analytics.errors import SettingsError, UsageError, VendorError
from partner_analytics.terminal import print_data, print_text, say
from partner_analytics.vocabulary import PROGRAMS

if TYPE_CHECKING:
    from partner_analytics.settings import Settings
    from partner_analytics.vendor.change_ledger import Ledger
    from partner_analytics.vendor.changes import Change
    from partner_analytics.vendor.changing import Became, Office

MONTHLY = PROGRAMS[0]
"""The program whose partners alone can create monthly usage accounts (rules, section 7)."""

yes_option = click.option("--yes", is_flag=True, help="Do it; without it, what would be sent is printed.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print what became of each change as JSON.")


@click.group()
def account() -> None:
    """Change customers at the vendor's: the name shown, or a new account.

    Nothing is sent without --yes, and nothing is sent twice. Nothing was checked against a live account.
    """


@account.command()
@click.argument("customer", required=False)
@click.argument("name", required=False)
@click.option("--from", "file", metavar="FILE", help="A list with customer_id and new_name, for many at once.")
@yes_option
@json_option
def rename(customer: str | None, name: str | None, file: str | None, yes: bool, as_json: bool) -> None:
    """Change the name that a customer is shown under; CUSTOMER is its id, or its whole name.

    The account's name stays.
    """
    from partner_analytics.vendor.changing import renames

    wanted = _wanted(customer, name, file)
    with _office(yes) as (office, ledger):
        changes = renames(office, wanted)
        if not changes and not as_json:
            print_text("There is nothing to change: each is shown under this name already.")
        _make(changes, office, ledger, as_json=as_json)


@account.command()
@click.argument("name")
@click.option("--trial", is_flag=True, help="A trial, in place of a monthly usage account.")
@click.option("--geography", default="", help="The country in which its data are kept, such as DE.")
@click.option("--region", default="", help="The region in which its data are kept, such as eu01, in place of that.")
@click.option("--first-name", required=True, help="The first name of the contact.")
@click.option("--last-name", required=True, help="The last name of the contact.")
@click.option("--mail", required=True, help="The mail address of the contact.")
@click.option("--country", required=True, help="The country of the customer, such as DE.")
@click.option("--phone", default="", help="The phone number of the contact.")
@click.option("--address", default="", help="Street and number.")
@click.option("--city", default="", help="The city.")
@click.option("--state", default="", help="The state.")
@click.option("--postal-code", default="", help="The postal code.")
@click.option("--shown-as", default="", help="The name that it is shown under; by default the account's.")
@click.option("--same-name", is_flag=True, help="Do it although another customer has this name.")
@yes_option
@json_option
def create(
    name: str, trial: bool, geography: str, region: str, shown_as: str, same_name: bool, yes: bool, as_json: bool,
    **contact: str,
) -> None:  # fmt: skip
    """Create a monthly usage account for a new customer, or a trial."""
    from partner_analytics.languages import countries
    from partner_analytics.settings import read_settings
    from partner_analytics.vendor.changes import NewAccount, new_account_problem, tidy

    account = NewAccount(
        tidy(name), trial, geography.strip().upper(), region.strip().lower(), _contact(contact), tidy(shown_as)
    )
    if problem := new_account_problem(account, countries()):
        raise UsageError(f"{problem}.", "nothing was sent; see partner-analytics account create --help")
    if not trial:
        _check_program(read_settings())
    with _office(yes) as (office, ledger):
        account = office.with_namesakes(account)
        if account.before and not same_name:
            raise UsageError(
                f"The vendor lists a customer of this name already: {', '.join(sorted(account.before))}.",
                "if it is another one: --same-name",
            )
        _make([account], office, ledger, as_json=as_json)


@account.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def ledger(as_json: bool) -> None:
    """Print what was changed, when, by whose credentials, and what became of it."""
    from partner_analytics.settings import read_settings
    from partner_analytics.vendor.change_ledger import entries
    from partner_analytics.vendor.changes import change_of

    found = entries(_folder(read_settings()))
    if as_json:
        _print([{**one.noted, "outcome": one.outcome, "what": one.what} for one in found])
        return
    for one in found:
        change, by = change_of(one.noted), one.noted.get("by")
        who = (
            f"{by.get('kind')} {by.get('id')}, client {by.get('client_id')}" if isinstance(by, dict) else "nobody knows"
        )
        print_text(f"{one.noted.get('at')}  {one.outcome}: {change.what if change else 'cannot be read'}; by {who}")
    if not found:
        print_text("Nothing was changed from here.")


def _wanted(customer: str | None, name: str | None, file: str | None) -> list[tuple[str, str]]:
    """The customers, by id or name, and their new names."""
    from partner_analytics.vendor.changes import name_problem, tidy

    if file is None and customer is not None and name is not None:
        wanted = [(customer, tidy(name))]
    elif file is not None and customer is None:
        from partner_analytics.loaders.new_names import read_new_names

        wanted = [(one, tidy(new)) for one, new in read_new_names(file).select("customer_id", "new_name").iter_rows()]
        if not wanted:
            raise UsageError(f"{file} holds no new name.", "fill in its column new_name.")
    else:
        raise UsageError(
            "Expected a customer and its new name, or --from FILE; found something else.",
            "for example: partner-analytics account rename 00000000-0000-4000-8000-000000000001 'Acme Ltd'",
        )
    for whose, new in wanted:
        if problem := name_problem(new):
            raise UsageError(f"The new name for {whose} {problem}.", "nothing was sent; give another name.")
    return wanted


def _contact(said: dict[str, str]) -> dict[str, object]:
    """The contact by the vendor's names; what was not said is left out."""
    from partner_analytics.vendor.changes import tidy

    given = {name: tidy(value) for name, value in said.items()}
    address = {
        "address1": given["address"],
        "city": given["city"],
        "state": given["state"],
        "postalCode": given["postal_code"],
        "countryCode": given["country"].upper(),
    }
    contact = {
        "firstName": given["first_name"],
        "lastName": given["last_name"],
        "email": given["mail"],
        "phone": given["phone"],
        "address": {name: value for name, value in address.items() if value},
    }
    return {name: value for name, value in contact.items() if value}


def _check_program(settings: Settings) -> None:
    """Refuse a monthly usage account where the partner's programs do not allow it.

    Raises
    ------
    SettingsError
        If they do not, or are not known.
    """
    if settings.programs is None or MONTHLY not in settings.programs:
        raise SettingsError(
            f"Only partners in {MONTHLY} can create monthly usage accounts, and partner_analytics.toml does not name it.",
            f'if you are: [partner] programs = ["{MONTHLY}"]; else: --trial',
        )


@contextmanager
def _office(yes: bool) -> Iterator[tuple[Office, Ledger | None]]:
    """Where changes are made, with the credentials that are kept; with `yes`, the ledger is held meanwhile.

    What the list tells of earlier changes of which nobody knew whether they were done is said.
    """
    from partner_analytics.settings import read_settings
    from partner_analytics.vendor import credentials
    from partner_analytics.vendor.change_ledger import held
    from partner_analytics.vendor.changing import office
    from partner_analytics.vendor.client import Client

    settings = read_settings()
    known = credentials.needed(settings.sign_in)
    with ExitStack() as until:
        # Before the list is read: what another command changes after that would not be in it.
        ledger = until.enter_context(held(_folder(settings))) if yes else None
        client = until.enter_context(Client(known, settings.sign_in, 1, settings.global_host))
        opened = office(known, client, settings.global_host)
        for entry, outcome in opened.settle(ledger, datetime.now) if ledger else ():
            say(f"Nobody knew whether the change of {entry.noted.get('at')} was done; by the list it was {outcome}.")
        yield opened, ledger


def _make(changes: Sequence[Change], office: Office, ledger: Ledger | None, *, as_json: bool) -> None:
    """Print what would be sent and what follows; where there is a ledger, send it, and say what became of each change.

    Raises
    ------
    VendorError
        If one of them was not done, or nobody knows.
    """
    if not as_json:
        for change in changes:
            sent = json.dumps(change.said, ensure_ascii=False)
            print_text(change.what, f"  {change.method} {office.who.host}{change.path} {sent}")
        for sentence in dict.fromkeys(sentence for change in changes for sentence in change.follows):
            print_text(sentence)
    if ledger is None:
        if as_json:
            _print([{**change.noted(), "outcome": "not sent"} for change in changes])
        if changes:
            say("Nothing was sent. To do it, give the same command with --yes.")
        return
    became: list[Became] = []
    for one in office.make(changes, ledger, datetime.now):
        became.append(one)
        if not as_json:
            print_text(f"{one.outcome}: {one.change.what}" + (f"; {one.what}" if one.what else ""))
    if as_json:
        found = ("customer_id", "outcome", "what")
        _print([{**one.change.noted(), **{name: getattr(one, name) for name in found}} for one in became])
    failed = [one for one in became if one.outcome != "done"]
    if failed:
        unclear = sum(one.outcome == "not known" for one in failed)
        raise VendorError(
            f"{len(failed):,} of {len(became):,} changes {'was' if len(failed) == 1 else 'were'} not done"
            + (f", or nobody knows: {unclear:,}" if unclear else "")
            + f"; {failed[0].what}.",
            failed[0].hint or "look at the customers in Sophos Central Partner before you try it again.",
        )


def _print(said: Sequence[Mapping[str, object]]) -> None:
    print_data(json.dumps(said, indent=2, ensure_ascii=False))


def _folder(settings: Settings) -> Path:
    """Where the ledger is: beside the store."""
    return settings.db.parent
