"""The rules page, section 10, in plain loops and dictionaries: a second reading that shares no line with the product."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from . import rules
from .renewals import takes_over_from
from .rules import Customer, Exports, License, Row

COLUMNS: dict[str, tuple[str, ...]] = {
    "changes": (
        "customer_id", "customer_name", "change", "subject", "license_id", "before", "after", "seats_delta",
    ),
    "changes_bridge": ("reason", "seats"),
}  # fmt: skip

TABLES = (
    "customer_new", "customer_gone", "customer_renamed", "account_type_changed", "assistance_changed",
    "licenses_not_seen", "licenses_first_seen",
    "model_changed", "license_renewed", "license_ended_early", "license_expired", "license_started",
    "license_new", "license_gone",
    "product_changed", "quantity_changed", "dates_changed", "license_changed",
)  # fmt: skip
"""Section 10: "change in the order of the tables"."""

FIRST_GROUP = TABLES[7:14]


@dataclass(frozen=True)
class Day:
    """One of the two days: what is known as of it."""

    as_of: date
    customers: dict[str, Customer]
    exported: set[str]
    assistance: dict[str, str]

    def looked_at(self, customer_id: str) -> bool:
        """Tell whether its licenses were exported: a row, or "an API answer with an empty list"."""
        customer = self.customers.get(customer_id)
        return customer is not None and customer.is_exported

    def name_of(self, customer_id: str) -> str | None:
        """The name in the customer snapshot of the day, which may not have the customer."""
        return self.customers[customer_id].name if customer_id in self.exported else None


def day_of(exports: Exports, as_of: date) -> Day:
    """Section 10: "taken as of a and as of b, each from its own day's snapshots"."""
    seen = replace(exports, as_of=as_of)
    newest = rules.newest_snapshot([row["snapshot_date"] for row in exports.customers], as_of)  # type: ignore[misc]
    return Day(
        as_of=as_of,
        customers={customer.customer_id: customer for customer in rules.customers_of(seen)},
        exported={str(row["customer_id"]) for row in exports.customers if row["snapshot_date"] == newest},
        assistance={str(row["customer_id"]): str(row["assistance"]) for row in rules.assistance_coverage(seen)},
    )


def seats_of(held: License | None) -> int:
    """Section 10: "its quantity if it is paid, in force, limited and the quantity is known, else 0"."""
    if held is None or not held.is_paid or not held.is_in_force or held.is_unlimited or held.quantity is None:
        return 0
    return held.quantity


def is_successor(y: License, x: License, *, y_then: License | None) -> bool:
    """Section 10: whether y of b succeeds x of a; both are the same customer's."""
    # "x in force on a, with an end date, not perpetual"
    if not x.is_in_force or x.ends_on is None:
        return False
    # "takes over from x (section 11, x's end date on a)"
    if not takes_over_from(y, x, x.ends_on):
        return False
    # "is in force or future on b, and is not in a's snapshot, or was future on a and is in force on b"
    if y_then is None:
        return y.is_in_force or y.state == "future"
    return y_then.state == "future" and y.is_in_force


def latest_first(held: License) -> tuple[bool, int, str]:
    """Order by what ends last, then by the lowest id: the smallest key comes first."""
    last = held.ends_on
    return (last is not None, 0 if last is None else -last.toordinal(), held.license_id)


def license_rows(then: dict[str, License], now: dict[str, License], b: date) -> list[Row]:
    """Section 10, the license changes of one customer."""
    successors_of: dict[str, list[License]] = {}
    heir_of: dict[str, str] = {}
    for y in now.values():
        succeeded = [x for x in then.values() if is_successor(y, x, y_then=then.get(y.license_id))]
        for x in succeeded:
            successors_of.setdefault(x.license_id, []).append(y)
        if succeeded:
            # "if it succeeds several, of the one that ends last, then the lowest license id"
            last = max(end for x in succeeded if (end := x.ends_on) is not None)
            heir_of[y.license_id] = min(x.license_id for x in succeeded if x.ends_on == last)

    rows: list[Row] = []
    for license_id in sorted(set(then) | set(now)):
        if license_id in heir_of:
            # "A successor has no row of its own"
            continue
        was, held = then.get(license_id), now.get(license_id)
        difference = seats_of(held) - seats_of(was)
        for y_id, x_id in heir_of.items():
            if x_id == license_id:
                difference += seats_of(now[y_id]) - seats_of(then.get(y_id))
        successors = successors_of.get(license_id, [])
        found = first_of_group(was, held, successors, b)
        if was is not None and held is not None:
            found += besides(was, held, [change for change, _before, _after in found], bool(successors))
        for number, (change, before, after) in enumerate(found):
            rows.append(
                {
                    "change": change,
                    "subject": (held or was).product_code,  # type: ignore[union-attr]
                    "license_id": license_id,
                    "before": before,
                    "after": after,
                    # "in exactly one row: the first, in the order of the table, that is about it"
                    "seats_delta": difference if number == 0 else 0,
                }
            )
        if not found and difference:
            raise AssertionError(f"seats of {license_id} stand in no row")
    return rows


Found = list[tuple[str, str | None, str | None]]


def text(day: date | None) -> str | None:
    """A day as a cell of a column of words."""
    return None if day is None else day.isoformat()


def first_of_group(was: License | None, held: License | None, successors: list[License], b: date) -> Found:
    """Section 10: "From the first group at most one row, the first match"."""
    if was is None:
        assert held is not None
        return [("license_new", None, held.model)]
    ended = was.ends_on

    if held is not None and held.model != was.model:
        return [("model_changed", was.model, held.model)]
    others = sorted((y for y in successors if y.model != was.model), key=latest_first)
    if others:
        return [("model_changed", was.model, others[0].model)]

    if was.is_paid and successors:
        ends = [y.ends_on for y in successors]
        latest = None if None in ends else max(end for end in ends if end is not None)
        return [("license_renewed", text(ended), text(latest))]
    is_longer = held is not None and ended is not None and (held.ends_on is None or held.ends_on > ended)
    if held is not None and was.state != "future" and is_longer:
        return [("license_renewed", text(ended), text(held.ends_on))]

    if held is not None and was.is_in_force and held.state == "expired":
        end = held.ends_on
        if ended is not None and end is not None and end < ended:
            return [("license_ended_early", text(ended), text(end))]

    if was.is_in_force or was.state == "future":
        end = was.ends_on if held is None else held.ends_on
        if end is not None and end < b:
            return [("license_expired", was.model, None)]

    if held is not None and was.state == "future" and held.is_in_force:
        return [("license_started", was.model, held.model)]
    if held is None:
        return [("license_gone", was.model, None)]
    return []


def besides(was: License, held: License, so_far: list[str], is_succeeded: bool) -> Found:
    """Section 10: "and besides, for a license on both days"."""
    found: Found = []
    if was.product_code != held.product_code:
        found.append(("product_changed", was.product_code, held.product_code))
    # "unlimited differs, or the quantity does while it is limited on one of the days; and it is not expired on b"
    is_other_quantity = was.is_unlimited != held.is_unlimited or (
        was.quantity != held.quantity and not (was.is_unlimited and held.is_unlimited)
    )
    if held.state != "expired" and is_other_quantity:
        found.append(("quantity_changed", amount(was), amount(held)))
    # "unless its own row is license_renewed or license_ended_early because of its own end date and its start is
    # unchanged": a license that successors renew says nothing about its own end.
    is_its_own_end = "license_ended_early" in so_far or ("license_renewed" in so_far and not is_succeeded)
    is_said = is_its_own_end and was.start_date == held.start_date
    if (was.start_date, was.end_date) != (held.start_date, held.end_date) and not is_said:
        found.append(("dates_changed", dates(was), dates(held)))
    if not found and not so_far:
        states = {was.state, held.state}
        is_change = len(states) == 2 and states != {"active", "expiring"}
        if is_change or seats_of(was) != seats_of(held):
            found.append(("license_changed", was.state, held.state))
    return found


def amount(held: License) -> str | None:
    """A quantity as a cell."""
    if held.is_unlimited:
        return "unlimited"
    return None if held.quantity is None else str(held.quantity)


def dates(held: License) -> str:
    """The table says: "`start/end`, with an empty side where there is none"."""
    return f"{held.start_date.isoformat()}/{text(held.end_date) or ''}"


def changes(a: Day, b: Day) -> list[Row]:
    """Section 10, one row per change, in its order."""
    rows: list[Row] = []
    for customer_id in sorted(set(a.customers) | set(b.customers)):
        was, held = a.customers.get(customer_id), b.customers.get(customer_id)
        was_exported, is_exported = customer_id in a.exported, customer_id in b.exported
        found: list[Row] = []

        def says(change: str, before: str | None = None, after: str | None = None, delta: int | None = None) -> None:
            found.append({"change": change, "before": before, "after": after, "seats_delta": delta})  # noqa: B023

        if was_exported != is_exported:
            says("customer_new" if is_exported else "customer_gone")
        elif was is not None and held is not None:
            if was.name != held.name:
                says("customer_renamed", was.name, held.name)
            if was.account_type != held.account_type:
                says("account_type_changed", was.account_type, held.account_type)
            # "for customers in both customer snapshots, or in neither and with licenses on both days"
            is_followed = was_exported or (was.licenses and held.licenses)
            if is_followed and a.assistance[customer_id] != b.assistance[customer_id]:
                says("assistance_changed", a.assistance[customer_id], b.assistance[customer_id])

        then = {held.license_id: held for held in was.licenses} if was else {}
        now = {held.license_id: held for held in held.licenses} if held else {}
        if was_exported and is_exported and a.looked_at(customer_id) != b.looked_at(customer_id):
            total = sum(seats_of(held) for held in now.values()) - sum(seats_of(held) for held in then.values())
            says("licenses_first_seen" if b.looked_at(customer_id) else "licenses_not_seen", delta=total)
        else:
            found.extend(license_rows(then, now, b.as_of))

        # "the name in the later of the two customer snapshots that has the customer, else its id"
        name = b.name_of(customer_id) or a.name_of(customer_id) or customer_id
        rows.extend(
            {"customer_id": customer_id, "customer_name": name, "subject": None, "license_id": None} | row
            for row in found
        )
    return sorted(
        rows,
        key=lambda row: (
            str(row["customer_name"]).lower(),
            str(row["customer_id"]),
            TABLES.index(str(row["change"])),
            str(row["subject"] or ""),
            str(row["license_id"] or ""),
        ),
    )


def changes_bridge(a: Day, b: Day) -> list[Row]:
    """Section 10: "`then`, the reasons that are not 0, `now`"."""
    reasons = dict.fromkeys(
        ("new", "gone", "renewed", "expired", "started", "grown", "reduced", "not_seen", "first_seen", "reclassified"),
        0,
    )
    named = {
        "license_new": "new", "license_gone": "gone", "license_renewed": "renewed", "license_expired": "expired",
        "license_ended_early": "expired", "license_started": "started", "licenses_not_seen": "not_seen",
        "licenses_first_seen": "first_seen",
    }  # fmt: skip
    for row in changes(a, b):
        delta = row["seats_delta"]
        if not isinstance(delta, int):
            continue
        if row["change"] == "quantity_changed":
            reasons["grown" if delta > 0 else "reduced"] += delta
        else:
            reasons[named.get(str(row["change"]), "reclassified")] += delta
    totals = [total_seats(a), total_seats(b)]
    if totals[0] + sum(reasons.values()) != totals[1]:
        raise AssertionError(f"the bridge does not add up: {totals}, {reasons}")
    rows: list[Row] = [{"reason": "then", "seats": totals[0]}]
    rows.extend({"reason": reason, "seats": seats} for reason, seats in reasons.items() if seats)
    return [*rows, {"reason": "now", "seats": totals[1]}]


def total_seats(day: Day) -> int:
    """The seats of all licenses on a day."""
    return sum(seats_of(held) for customer in day.customers.values() for held in customer.licenses)
