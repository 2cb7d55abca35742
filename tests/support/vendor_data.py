"""What the vendor has: customers and their licenses, given as plain dicts or made up the same each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

CLIENT_ID: Final = "11111111-2222-4333-8444-555555555555"
SECRET: Final = "s3cret-that-nobody-may-see"
PARTNER: Final = "aaaaaaaa-0000-4000-8000-00000000000a"


@dataclass(frozen=True)
class Vendor:
    """What the vendor has; a server changes copies of it, never this.

    Parameters
    ----------
    customers
        The items of the list.
    licenses
        The licenses of each customer, by its bare id; a customer without any has an empty list.
    refused
        The customers whose licenses are answered with 403.
    kind
        Whose the credentials are: "partner" or "organization".
    asker_id
        Who asks.
    default_page
        How many items a page has if nobody says; the vendor's own number is not known.
    largest_page
        How many items a page has at most.
    created_status
        The status of an answer to a new customer; the vendor's own is not known.
    """

    customers: Sequence[Mapping[str, Any]] = ()
    licenses: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    kind: str = "partner"
    asker_id: str = PARTNER
    default_page: int = 50
    largest_page: int = 100
    created_status: int = 201


def customer_id(number: int) -> str:
    """The id of a made-up customer."""
    return f"00000000-0000-4000-8000-{number:012}"


def bare(text: str) -> str:
    """An id in lower case, without `urn:uuid:`."""
    return text.strip().lower().removeprefix("urn:uuid:")


def vendor_of(many: int, **settings: Any) -> Vendor:
    """So many customers with two licenses each; every fifth has none, every seventh is a trial."""
    licenses = {customer_id(number): _licenses(number) if number % 5 else [] for number in range(many)}
    return Vendor([_customer(number) for number in range(many)], licenses, **settings)


def _customer(number: int) -> dict[str, Any]:
    return {
        "id": customer_id(number),
        "name": f"Customer {number}",
        "dataGeography": None,
        "dataRegion": None,
        "apiHost": None,
        "billingType": "trial" if number % 7 == 0 else "term" if number % 2 else "usage",
        "partner": {"id": PARTNER},
    }


def _licenses(number: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"L-{number}-{which}",
            "licenseIdentifier": f"D{number:06}{which}",
            "product": {"code": code},
            "startDate": "2026-01-01",
            "endDate": "2026-12-31",
            "perpetual": False,
            "unlimited": False,
            "type": "term",
            "quantity": 5,
        }
        for which, code in enumerate(("CIXA", "CEMA"))
    ]
