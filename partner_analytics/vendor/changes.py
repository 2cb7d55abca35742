"""A change of a customer at the vendor's: what would be sent, what follows from it, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from partner_analytics.safety.addresses import ADDRESS
from partner_analytics.vendor.facts import CUSTOMERS, LONGEST_NAME, MERGE_PATCH
from partner_analytics.vendor.ids import bare_id

__all__ = [
    "DONE",
    "NOT_DONE",
    "NOT_KNOWN",
    "Change",
    "Listed",
    "NewAccount",
    "Rename",
    "change_of",
    "listed",
    "name_problem",
    "new_account_problem",
    "tidy",
]

DONE, NOT_DONE, NOT_KNOWN = "done", "not done", "not known"

JOINERS: Final = {0x200C: None, 0x200D: None}
"""What joins letters or keeps them apart in Persian and Hindi: unseen, and part of a name."""

REGION: Final = re.compile(r"[a-z]{2}\d{2}")
"""A region of data such as `eu01`, as the vendor's examples write them."""


@dataclass(frozen=True)
class Listed:
    """A customer as the vendor's list has it.

    Parameters
    ----------
    customer_id
        The bare id.
    name, shown_as
        The account's name, and the name that is shown.
    """

    customer_id: str
    name: str
    shown_as: str

    @property
    def names(self) -> frozenset[str]:
        """Its names, without case."""
        return frozenset((self.name.casefold(), self.shown_as.casefold()))


def listed(items: Mapping[str, Mapping[str, Any]]) -> dict[str, Listed]:
    """The customers of a list, by their bare ids; those without an id cannot be changed."""
    found = {}
    for item in items.values():
        customer, name, shown = bare_id(item.get("id")), _text(item.get("name")), _text(item.get("showAs"))
        if customer is not None:
            found[customer] = Listed(customer, name, shown or name)
    return found


def _text(said: object) -> str:
    return said.strip() if isinstance(said, str) else ""


@dataclass(frozen=True)
class Rename:
    """Another name for a customer to be shown under; the account's name stays.

    Parameters
    ----------
    customer
        The customer as it is listed now.
    shown_as
        The name that it gets.
    """

    customer: Listed
    shown_as: str

    method: ClassVar[str] = "PATCH"
    content_type: ClassVar[str] = MERGE_PATCH

    @property
    def path(self) -> str:
        """Where it is sent."""
        return f"{CUSTOMERS['partner']}/{self.customer.customer_id}"

    @property
    def said(self) -> dict[str, Any]:
        """What is sent."""
        return {"showAs": self.shown_as}

    @property
    def what(self) -> str:
        """What it does, on a line."""
        return f"rename {self.customer.customer_id}: “{self.customer.shown_as}” → “{self.shown_as}”"

    @property
    def follows(self) -> Sequence[str]:
        """What follows from it."""
        return ("The account's name stays. Reports show the new name from the next pull on.",)

    @property
    def in_the_portal(self) -> str:
        """How it is done by hand."""
        return (
            "do it in Sophos Central Partner: click the customer's name, next to Name shown as click Edit, and save "
            "the name."
        )

    def is_answered_by(self, said: Any) -> str | None:
        """The id of the customer, if an answer shows that the change was done."""
        is_it = isinstance(said, dict) and bare_id(said.get("id")) == self.customer.customer_id
        return self.customer.customer_id if is_it and _text(said.get("showAs")) == self.shown_as else None

    def outcome(self, now: Mapping[str, Listed]) -> tuple[str, str]:
        """Whether a list that was read after it shows that it was done, and the id of the customer."""
        found = now.get(self.customer.customer_id)
        if found is None:
            return NOT_KNOWN, ""
        states = {self.shown_as: DONE, self.customer.shown_as: NOT_DONE}
        return states.get(found.shown_as, NOT_KNOWN), found.customer_id

    def noted(self) -> dict[str, Any]:
        """What the ledger keeps of it."""
        return {
            "change": "rename",
            "customer_id": self.customer.customer_id,
            "before": self.customer.shown_as,
            "after": self.shown_as,
        }


@dataclass(frozen=True)
class NewAccount:
    """A new customer: a monthly usage account, or a trial.

    Parameters
    ----------
    name
        The account's name.
    is_trial
        Whether it is a trial.
    geography, region
        Where its data are kept: one of the two.
    contact
        Who is asked there, by the vendor's names: firstName, lastName, email, phone, address.
    shown_as
        The name that it is shown under; empty for the account's.
    before
        The ids of the customers that had its name before.
    """

    name: str
    is_trial: bool
    geography: str
    region: str
    contact: Mapping[str, Any]
    shown_as: str = ""
    before: frozenset[str] = frozenset()

    method: ClassVar[str] = "POST"
    content_type: ClassVar[str] = "application/json"
    path: ClassVar[str] = CUSTOMERS["partner"]

    @property
    def said(self) -> dict[str, Any]:
        """What is sent."""
        said = {
            "name": self.name,
            "billingType": "trial" if self.is_trial else "usage",
            "dataGeography": self.geography,
            "dataRegion": self.region,
            "showAs": self.shown_as,
            "contact": self.contact,
        }
        return {name: value for name, value in said.items() if value}

    @property
    def what(self) -> str:
        """What it does, on a line."""
        kind = "trial" if self.is_trial else "monthly usage"
        return f"create “{self.name}”: a {kind} account, its data in {self.geography or self.region}"

    @property
    def follows(self) -> Sequence[str]:
        """What follows from it (rules, section 8)."""
        on = "Partner Assistance is on by itself for a {} account: you can launch it at once."
        if self.is_trial:
            return (
                on.format("trial") + " That you started it is in no export: say so in your customer facts, "
                "trial_started_by = partner.",
            )
        return (on.format("monthly usage"), "What its users use is billed to you each month.")

    @property
    def in_the_portal(self) -> str:
        """How it is done by hand."""
        return "add the customer on the Customers page of Sophos Central Partner."

    def is_answered_by(self, said: Any) -> str | None:
        """The id of the customer, if an answer shows that the change was done."""
        is_it = isinstance(said, dict) and _text(said.get("name")) == self.name
        return bare_id(said.get("id")) if is_it else None

    def outcome(self, now: Mapping[str, Listed]) -> tuple[str, str]:
        """Whether a list that was read after it shows that it was done, and the id of the customer."""
        new = [one.customer_id for one in now.values() if one.name == self.name and one.customer_id not in self.before]
        if len(new) == 1:
            return DONE, new[0]
        return (NOT_KNOWN if new else NOT_DONE), ""

    def noted(self) -> dict[str, Any]:
        """What the ledger keeps of it; the contact is the vendor's to keep."""
        said = {name: value for name, value in self.said.items() if name != "contact"}
        return {"change": "create", "customer_id": "", "said": said, "before": sorted(self.before)}


Change = Rename | NewAccount


def change_of(noted: Mapping[str, Any]) -> Change | None:
    """The change that the ledger has noted; None where it cannot be read."""
    customer, before, after, said = (noted.get(name) for name in ("customer_id", "before", "after", "said"))
    if noted.get("change") == "rename" and all(isinstance(text, str) for text in (customer, before, after)):
        return Rename(Listed(str(customer), "", str(before)), str(after))
    if noted.get("change") == "create" and isinstance(said, dict) and isinstance(before, list):
        name, billing, geography, region = (
            _text(said.get(key)) for key in ("name", "billingType", "dataGeography", "dataRegion")
        )
        return NewAccount(name, billing == "trial", geography, region, {}, before=frozenset(map(str, before)))
    return None


def tidy(text: str) -> str:
    """A text on one line, with one blank where there is white space of any kind."""
    return " ".join(text.split())


def name_problem(name: str) -> str:
    """What is wrong with a name, in words; empty where it can be sent."""
    if not name.strip():
        return "is empty"
    if len(name) > LONGEST_NAME:
        return f"has {len(name):,} characters, and at most {LONGEST_NAME} are sent"
    plain = name.translate(JOINERS)
    return "" if plain.isprintable() and "\ufffd" not in plain else "holds a character that cannot be read"


def new_account_problem(account: NewAccount, countries: Collection[str]) -> str:
    """What is wrong with a new account, as a sentence without its end; empty where it can be sent.

    Parameters
    ----------
    countries
        The codes of the countries, of two letters.
    """
    country = account.contact.get("address", {}).get("countryCode", "")
    for what, name in (("the account's name", account.name), ("the name shown", account.shown_as or account.name)):
        if problem := name_problem(name):
            return f"Expected {what}; found {name!r}, which {problem}"
    for what, code in (("country", country), ("geography", account.geography)):
        if code and code not in countries:
            return f"Expected the {what} as a code of two letters, such as DE; found {code!r}"
    if bool(account.geography) == bool(account.region):
        return "Expected where its data are kept, as a geography or as a region; found " + (
            "both" if account.geography else "neither"
        )
    if account.region and not REGION.fullmatch(account.region):
        return f"Expected a region such as eu01; found {account.region!r}"
    mail = account.contact.get("email", "")
    if not ADDRESS.fullmatch(mail):
        return f"Expected the contact's mail address; found {mail!r}"
    for part in _texts(account.contact):
        if problem := name_problem(part):
            return f"Expected a contact on one line; found {part!r}, which {problem}"
    return ""


def _texts(values: Mapping[str, Any]) -> list[str]:
    return [one for value in values.values() for one in (_texts(value) if isinstance(value, dict) else [value])]
