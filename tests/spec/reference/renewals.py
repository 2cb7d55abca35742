"""The rules page, section 11, in plain loops: which license takes over from which, and how many seats of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from . import rules
from .rules import Customer, Exports, License, Row

COLUMNS = (
    "customer_id", "customer_name", "account_manager", "product_code", "product_name", "model", "license_id",
    "quantity", "used", "end_date", "days_left", "window", "renewal", "seats_open",
)  # fmt: skip

WINDOWS = (30, 60, 90, 180, 365, 400)


@dataclass(frozen=True)
class Renewal:
    """What becomes of the seats of one license that ends."""

    held: License
    renewal: str
    seats_open: int | None


def takes_over_from(y: License, x: License, ends_on: date) -> bool:
    """Section 11: whether y takes over from x, which ends on that day; both are the same customer's."""
    # "y is another license, paid"
    if y.license_id == x.license_id or not y.is_paid:
        return False
    # "starts no earlier than 90 days before x ends and no later than the day after"
    if y.start_date < ends_on - timedelta(days=90) or y.start_date > ends_on + timedelta(days=1):
        return False
    # "ends later than x (or has no end, or is perpetual)"
    if y.ends_on is not None and y.ends_on <= ends_on:
        return False
    # "has x's product code or a product whose categories include all categories of x's [...]; an unmapped code is
    # taken over by the same code only"
    if y.product_code == x.product_code:
        return True
    return x.is_mapped and set(y.categories) >= set(x.categories)


def heirs_of(x: License, licenses: Iterable[License]) -> list[License]:
    """The licenses that take over from x, "by start date and then license id"."""
    if x.ends_on is None:
        return []
    found = [y for y in licenses if takes_over_from(y, x, x.ends_on)]
    return sorted(found, key=lambda y: (y.start_date, y.license_id))


def gives_all(y: License) -> bool:
    """Section 11: "An unlimited or flex license gives all that is asked"."""
    return y.is_unlimited or y.model == "flex"


def seats_taken(licenses: list[License]) -> dict[str, int]:
    """Section 11: how many seats each license of one customer gets from those that take over from it, by license id.

    Who asks for a number that nobody knows (unlimited, or no quantity) takes nothing that could be counted, and who
    holds a number that nobody knows gives nothing that could be counted.
    """
    taken: dict[str, int] = {}
    for product_code in sorted({held.product_code for held in licenses}):
        # "what earlier ones of the same product code have left of them"
        left = {y.license_id: y.quantity or 0 for y in licenses}
        paid = [x for x in licenses if x.product_code == product_code and x.is_paid and x.ends_on is not None]
        for x in sorted(paid, key=lambda x: (x.ends_on or date.max, x.license_id)):
            asked = 0 if x.is_unlimited or x.quantity is None else x.quantity
            got = 0
            for y in heirs_of(x, licenses):
                wanted = asked - got
                if gives_all(y):
                    got += wanted
                else:
                    given = min(wanted, left[y.license_id])
                    left[y.license_id] -= given
                    got += given
            taken[x.license_id] = got
    return taken


def renewal_of(x: License, heirs: list[License], got: int) -> Renewal:
    """Section 11: the five rules in their order, and what is open then."""
    if not heirs:
        renewal = "open"
    elif not x.is_paid or any(gives_all(y) for y in heirs):
        renewal = "renewed"
    elif x.is_unlimited or x.quantity is None or any(y.quantity is None for y in heirs):
        renewal = "unknown"
    elif got == x.quantity:
        renewal = "renewed"
    else:
        renewal = "reduced" if got > 0 else "open"

    # "empty for trials, when unknown, and where its quantity is not known or unlimited, else 0 when renewed"
    if not x.is_paid or renewal == "unknown" or x.is_unlimited or x.quantity is None:
        return Renewal(x, renewal, None)
    return Renewal(x, renewal, 0 if renewal == "renewed" else x.quantity - got)


def renewals_of(customer: Customer) -> list[Renewal]:
    """What becomes of each license of a customer that has an end date and is not perpetual, near or far."""
    taken = seats_taken(customer.licenses)
    return [
        renewal_of(x, heirs_of(x, customer.licenses), taken.get(x.license_id, 0))
        for x in customer.licenses
        if x.ends_on is not None
    ]


def window_of(days_left: int) -> str:
    """Section 11: "ended (days_left below 0), else the smallest of 30, 60, 90, 180, 365, 400 that holds it"."""
    return "ended" if days_left < 0 else next(str(days) for days in WINDOWS if days_left <= days)


def renewals(exports: Exports) -> list[Row]:
    """Section 11: one row per license that ended at most 60 days ago or ends within the horizon."""
    found: list[tuple[tuple[int, int, str, int, str], Row]] = []
    # The customers come in the order of section 9.
    for place, customer in enumerate(rules.customers_of(exports)):
        for one in renewals_of(customer):
            held = one.held
            assert held.ends_on is not None
            days_left = (held.ends_on - exports.as_of).days
            if not -rules.REACTIVATION_DAYS <= days_left <= exports.renewal_days:
                continue
            row: Row = {
                "customer_id": customer.customer_id,
                "customer_name": customer.name,
                "account_manager": customer.account_manager,
                "product_code": held.product_code,
                "product_name": rules.product_name(held.product_code, [held], exports.catalogue),
                "model": held.model,
                "license_id": held.license_id,
                "quantity": None if held.is_unlimited else held.quantity,
                "used": held.used,
                "end_date": held.ends_on,
                "days_left": days_left,
                "window": window_of(days_left),
                "renewal": one.renewal,
                "seats_open": one.seats_open,
            }
            # "Order: days_left, then as in section 9, then license id."
            order = (days_left, place, held.product_code, rules.MODELS.index(held.model), held.license_id)
            found.append((order, row))
    return [row for _order, row in sorted(found, key=lambda pair: pair[0])]
