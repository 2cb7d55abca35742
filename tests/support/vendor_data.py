"""What the vendor has: customers and their licenses, given as plain dicts or made up the same each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from partner_analytics.demo.vendor import Vendor

CLIENT_ID: Final = "11111111-2222-4333-8444-555555555555"
SECRET: Final = "s3cret-that-nobody-may-see"
PARTNER: Final = "aaaaaaaa-0000-4000-8000-00000000000a"


def customer_id(number: int) -> str:
    """The id of a made-up customer."""
    return f"00000000-0000-4000-8000-{number:012}"


def vendor(
    customers: Sequence[Mapping[str, Any]] = (),
    licenses: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    **settings: Any,
) -> Vendor:
    """A vendor that knows the credentials of the tests."""
    known = {"asker_id": PARTNER, "client_id": CLIENT_ID, "secret": SECRET, **settings}
    return Vendor(customers, licenses or {}, **known)


def vendor_of(many: int, **settings: Any) -> Vendor:
    """So many customers with two licenses each; every fifth has none, every seventh is a trial."""
    licenses = {customer_id(number): _licenses(number) if number % 5 else [] for number in range(many)}
    return vendor([_customer(number) for number in range(many)], licenses, **settings)


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
