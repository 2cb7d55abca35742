"""The list of customers, page by page, however the vendor counts its pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from partner_analytics.errors import VendorError
from partner_analytics.vendor.client import Client, FailedCallError
from partner_analytics.vendor.facts import CUSTOMERS, IDENTITY, MOST_PAGES, PAGE_SIZE
from partner_analytics.vendor.identity import Identity
from partner_analytics.vendor.ids import bare_id

__all__ = ["CustomerList", "all_customers"]


@dataclass(frozen=True)
class CustomerList:
    """The customers as they were answered.

    Parameters
    ----------
    items
        One item a customer, by its bare id; what has no id stands under its place.
    announced
        How many there are, if the vendor says so.
    """

    items: Mapping[str, dict[str, Any]]
    announced: int | None

    @property
    def is_whole(self) -> bool:
        """Whether all that were announced are there."""
        return self.announced is None or len(self.items) >= self.announced


def all_customers(client: Client, who: Identity, progress: Callable[[], None] = lambda: None) -> CustomerList:
    """All customers; where there are fewer than were announced, the list is asked for once more.

    Raises
    ------
    VendorError
        If a page never comes, or is none.
    """
    first = _asked(client, who, progress)
    if first.is_whole:
        return first
    again = _asked(client, who, progress)
    # A list that moves between two pages hides one customer here, and another there.
    return CustomerList({**first.items, **again.items}, again.announced or first.announced)


def _asked(client: Client, who: Identity, progress: Callable[[], None]) -> CustomerList:
    items: dict[str, dict[str, Any]] = {}
    announced = total = None
    for page in range(1, MOST_PAGES + 1):
        said = _page(client, who, page)
        pages = said.get("pages")
        announced = _number(pages, "items", announced)
        total = _number(pages, "total", total)
        before = len(items)
        for item in said["items"]:
            items[bare_id(item.get("id")) or f"no id, {json.dumps(item, sort_keys=True)}"] = item
        progress()
        # A page past the end is empty, and one that is always the first brings nobody new.
        if len(items) == before or (total is not None and page >= total and len(items) >= (announced or 0)):
            break
    return CustomerList(items, announced)


def _page(client: Client, who: Identity, page: int) -> dict[str, Any]:
    """One page.

    Raises
    ------
    VendorError
        If it does not come, or is none.
    """
    address = f"{who.host}{CUSTOMERS[who.kind]}?page={page}&pageSize={PAGE_SIZE}&pageTotal=true"
    try:
        answer = client.get(address, {IDENTITY[who.kind]: who.id})
    except FailedCallError as error:
        raise VendorError(f"Page {page} of the customers does not come: {error}.", "try it again later.") from None
    said = answer.said
    if answer.status != 200:
        raise VendorError(
            f"The vendor refuses the list of customers: {client.told(answer)}.",
            "give the credentials a role that may read customers.",
        )
    if not isinstance(said, dict) or not isinstance(said.get("items"), list):
        what = client.plain(json.dumps(said))
        raise VendorError(f"Expected page {page} of the customers; found {what}.", "try it again later.")
    if not all(isinstance(item, dict) for item in said["items"]):
        raise VendorError(
            f"Page {page} of the customers holds something that is no customer.",
            "please report this: the API has changed.",
        )
    return said


def _number(pages: object, name: str, before: int | None) -> int | None:
    """A count of a page, if it has one; else what an earlier page said."""
    value = pages.get(name) if isinstance(pages, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else before
