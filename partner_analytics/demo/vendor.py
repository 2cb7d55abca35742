"""What the vendor has, as its API would give it: of the demo portfolio, as if it had been exported today."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from partner_analytics.demo.portfolio import DEMO_DAY, demo_store
from partner_analytics.settings import Settings

__all__ = ["Vendor", "bare", "demo_vendor"]

CONTACT: Final = {
    "firstName": "contact_first_name",
    "lastName": "contact_last_name",
    "email": "contact_email",
    "phone": "contact_phone",
    "mobile": "contact_mobile",
}
ADDRESS: Final = {
    "address1": "address_1",
    "city": "city",
    "state": "state",
    "postalCode": "postal_code",
    "countryCode": "country_code",
}


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
    client_id, secret
        The credentials that sign in.
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
    asker_id: str = "aaaaaaaa-0000-4000-8000-00000000000a"
    client_id: str = "demo-client"
    secret: str = field(default="demo-secret", repr=False)
    default_page: int = 50
    largest_page: int = 100
    created_status: int = 201


def bare(text: str) -> str:
    """An id in lower case, without `urn:uuid:`."""
    return text.strip().lower().removeprefix("urn:uuid:")


def demo_vendor(today: date) -> Vendor:
    """The demo portfolio as its vendor has it today: all its days are as far from today as they are from the demo's own day.

    A customer whose Partner Assistance is off answers with 403, and one whose licenses were never exported has none.
    """
    from partner_analytics import store
    from partner_analytics.as_of import state
    from partner_analytics.transforms.coding import decoded

    with store.reading(demo_store()) as connection:
        known = decoded(state.known(connection, DEMO_DAY, Settings(), whole=True))
        coverage = state.transformed(connection, DEMO_DAY, Settings(), ["assistance_coverage"])["assistance_coverage"]
    later = today - DEMO_DAY

    def moved(day: date | None) -> str | None:
        return None if day is None else (day + later).isoformat()

    licenses: dict[str, list[dict[str, Any]]] = {customer: [] for customer in known.customers["customer_id"]}
    for row in known.licenses.sort("license_id").iter_rows(named=True):
        licenses.setdefault(row["customer_id"], []).append(_license(row, moved))
    return Vendor(
        [_customer(row) for row in known.customers.sort("customer_id").iter_rows(named=True)],
        licenses,
        frozenset(coverage.filter(assistance="off")["customer_id"]),
    )


def _customer(row: Mapping[str, Any]) -> dict[str, Any]:
    contact = _said({name: row[column] for name, column in CONTACT.items()})
    address = _said({name: row[column] for name, column in ADDRESS.items()})
    return {
        "id": row["customer_id"],
        "name": row["account_name"],
        "billingType": row["billing_type"],
        "dataGeography": row["data_geography"],
        "dataRegion": row["data_region"],
        "apiHost": row["api_host"],
        **_said({"showAs": row["shown_as"], "status": row["account_status"]}),
        **({"contact": {**contact, **({"address": address} if address else {})}} if contact or address else {}),
    }


def _license(row: Mapping[str, Any], moved: Callable[[date | None], str | None]) -> dict[str, Any]:
    product = {"code": row["product_code"], "name": row["product_name"], "genericCode": row["product_generic_code"]}
    usage = _said({"count": row["used"], "date": moved(row["used_on"])})
    return {
        "id": row["license_id"],
        "licenseIdentifier": row["license_number"],
        "product": _said(product),
        "type": row["license_type"],
        "perpetual": row["is_perpetual"] is True,
        "unlimited": row["is_unlimited"] is True,
        "startDate": moved(row["start_date"]),
        **_said({"endDate": moved(row["end_date"]), "quantity": row["quantity"]}),
        **({"usage": {"current": usage}} if "count" in usage else {}),
    }


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of it; the API leaves out what is not."""
    return {name: value for name, value in values.items() if value is not None}
