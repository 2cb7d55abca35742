"""Change customers at the vendor's: each change is sent once, and what nobody knows is looked up in the list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from partner_analytics.errors import UsageError, VendorError
from partner_analytics.vendor.change_ledger import Entry, Ledger, entries
from partner_analytics.vendor.changes import (
    DONE,
    NOT_DONE,
    NOT_KNOWN,
    Change,
    Listed,
    NewAccount,
    Rename,
    change_of,
    listed,
)
from partner_analytics.vendor.client import Client, FailedCallError, UnclearWriteError
from partner_analytics.vendor.credentials import Credentials
from partner_analytics.vendor.customers import all_customers
from partner_analytics.vendor.facts import IDENTITY
from partner_analytics.vendor.identity import Identity, who_am_i
from partner_analytics.vendor.ids import bare_id

__all__ = ["Became", "Office", "office", "renames"]

REFUSED = (403, 405)
"""The statuses by which the vendor says that this is not to be done in this way."""

MOST_OF_AN_ID = 8
"""How much of the client id the ledger keeps: enough to tell credentials apart."""


@dataclass(frozen=True)
class Became:
    """What became of a change.

    Parameters
    ----------
    change
        The change.
    outcome
        "done", "not done" or "not known".
    customer_id
        The customer, if it is known.
    what
        What came instead of an answer; empty where it was answered.
    hint
        What to do by hand, where the vendor does not let it be done in this way.
    """

    change: Change
    outcome: str
    customer_id: str = ""
    what: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Office:
    """Where changes are made: who asks, and the customers as they were listed at the beginning."""

    client: Client
    who: Identity
    customers: Mapping[str, Listed]
    is_whole: bool
    client_id: str

    def make(self, changes: Sequence[Change], ledger: Ledger, now: Callable[[], datetime]) -> Iterator[Became]:
        """What became of each change, as soon as it is known."""
        for change in changes:
            key = ledger.sent(_at(now), self._by(), change.noted())
            became = self._sent(change)
            ledger.became(key, _at(now), became.outcome, became.customer_id, became.what)
            yield became

    def settle(self, ledger: Ledger, now: Callable[[], datetime]) -> Iterator[tuple[Entry, str]]:
        """What the list says of the changes of which nobody knew whether they were done."""
        for entry in entries(ledger.file.parent):
            change = change_of(entry.noted) if entry.is_open else None
            if change is not None:
                outcome, customer_id = self._looked_up(change, self.customers)
                if outcome != NOT_KNOWN:
                    ledger.became(entry.key, _at(now), outcome, customer_id, "by the list of customers, later")
                    yield entry, outcome

    def _by(self) -> dict[str, str]:
        return {"kind": self.who.kind, "id": self.who.id, "client_id": f"{self.client_id[:MOST_OF_AN_ID]}…"}

    def _sent(self, change: Change) -> Became:
        headers = {IDENTITY[self.who.kind]: self.who.id, "Content-Type": change.content_type}
        try:
            answer = self.client.write(change.method, self.who.host + change.path, headers, change.said)
        except FailedCallError as error:
            return Became(change, NOT_DONE, what=str(error))
        except UnclearWriteError as error:
            return self._asked_about(change, str(error))
        except VendorError as error:
            return Became(change, NOT_DONE, what=error.message.rstrip("."))
        if answer.status >= 400:
            hint = change.in_the_portal if answer.status in REFUSED else ""
            return Became(change, NOT_DONE, what=self.client.told(answer), hint=hint)
        if customer_id := change.is_answered_by(answer.said):
            return Became(change, DONE, customer_id)
        return self._asked_about(change, "the answer does not show it")

    def _asked_about(self, change: Change, what: str) -> Became:
        """What the list says of a change that was not answered clearly."""
        try:
            found = all_customers(self.client, self.who)
        except VendorError as error:
            return Became(change, NOT_KNOWN, what=f"{what}; and the list of customers does not come: {error.message}")
        outcome, customer_id = self._looked_up(change, listed(found.items), is_whole=found.is_whole)
        return Became(change, outcome, customer_id, what)

    def _looked_up(
        self, change: Change, customers: Mapping[str, Listed], *, is_whole: bool | None = None
    ) -> tuple[str, str]:
        outcome, customer_id = change.outcome(customers)
        whole = self.is_whole if is_whole is None else is_whole
        # Who is not in half a list may be in the other half.
        return (outcome, customer_id) if whole or outcome == DONE else (NOT_KNOWN, "")

    def found(self, customer: str) -> Listed:
        """The one customer that an id or a name means.

        Raises
        ------
        UsageError
            If there is none, or several.
        """
        by_id = self.customers.get(bare_id(customer) or "")
        if by_id is not None:
            return by_id
        same = [one for one in self.customers.values() if customer.strip().casefold() in one.names]
        if len(same) == 1:
            return same[0]
        if same:
            raise UsageError(
                f"{len(same)} customers are called {customer!r}: {', '.join(one.customer_id for one in same)}.",
                "name one of them by its id.",
            )
        raise UsageError(
            f"The vendor lists no customer {customer!r}.",
            "name it by its id, or by its whole name as the vendor lists it.",
        )

    def with_namesakes(self, account: NewAccount) -> NewAccount:
        """A new account that knows who is called so already."""
        names = {account.name.casefold(), (account.shown_as or account.name).casefold()}
        same = frozenset(one.customer_id for one in self.customers.values() if not names.isdisjoint(one.names))
        return replace(account, before=same)


def office(credentials: Credentials, client: Client, global_host: str) -> Office:
    """Sign in, ask who that is, and read the list of customers.

    Raises
    ------
    VendorError
        If that cannot be asked, or the credentials are no partner's.
    """
    who = who_am_i(client, global_host)
    if who.kind != "partner":
        raise VendorError(
            f"These credentials are of the kind {who.kind}, which cannot change accounts; expected a partner's.",
            "make credentials in Sophos Central Partner, then: partner-analytics connect",
        )
    found = all_customers(client, who)
    return Office(client, who, listed(found.items), found.is_whole, credentials.client_id)


def renames(office: Office, wanted: Sequence[tuple[str, str]]) -> list[Rename]:
    """The changes of names that are wanted and not there yet; wanted are a customer, by id or name, and its new name.

    Raises
    ------
    UsageError
        If a customer is not listed, or is to get two names.
    """
    found: dict[str, Rename] = {}
    for customer, name in wanted:
        change = Rename(office.found(customer), name)
        earlier = found.setdefault(change.customer.customer_id, change)
        if earlier.shown_as != name:
            raise UsageError(
                f"The customer {change.customer.customer_id} is to get two names, {earlier.shown_as!r} and {name!r}.",
                "keep one of them.",
            )
    return [change for change in found.values() if change.shown_as != change.customer.shown_as]


def _at(now: Callable[[], datetime]) -> str:
    return now().astimezone().isoformat(timespec="seconds")
