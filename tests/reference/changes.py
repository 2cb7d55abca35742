"""The rules page, sections 10 and 11, in plain loops and dictionaries: a second reading that shares no line with the product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from . import rules
from .rules import Customer, Exports, License, Row

COLUMNS: dict[str, tuple[str, ...]] = {
    "changes": (
        "customer_id", "customer_name", "change", "subject", "license_id", "before", "after", "seats_delta",
    ),
    "changes_bridge": ("reason", "seats"),
    "renewals": (
        "customer_id", "customer_name", "product_code", "product_name", "model", "license_id", "quantity", "end_date",
        "days_left", "window", "is_renewed",
    ),
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
        return customer is not None and (customer.was_answered or bool(customer.licenses))


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


def end_of(held: License) -> date | None:
    """The day a license ends; "a perpetual license has none" (section 5)."""
    return None if held.is_perpetual else held.end_date


def seats_of(held: License | None) -> int:
    """Section 10: "its quantity if it is paid, in force, limited and the quantity is known, else 0"."""
    if held is None or not held.is_paid or not held.is_in_force or held.is_unlimited or held.quantity is None:
        return 0
    return held.quantity


def starts_in_time_and_ends_later(held: License, ends_on: date) -> bool:
    """Sections 10 and 11: "starts no later than the day after [...] and ends later than it (or has no end, or is
    perpetual)"."""
    if held.start_date > ends_on + timedelta(days=1):
        return False
    last = end_of(held)
    return last is None or last > ends_on


def is_successor(y: License, x: License, *, y_then: License | None) -> bool:
    """Section 10: whether y of b succeeds x of a; both are the same customer's."""
    ends_on = end_of(x)
    if not x.is_in_force or ends_on is None:
        return False
    if y.product_code != x.product_code or not y.is_paid or not (y.is_in_force or y.state == "future"):
        return False
    if not starts_in_time_and_ends_later(y, ends_on):
        return False
    return y_then is None or (y_then.state == "future" and y.is_in_force)


def latest_first(held: License) -> tuple[bool, int, str]:
    """Order by what ends last, then by the lowest id: the smallest key comes first."""
    last = end_of(held)
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
            last = max(end for x in succeeded if (end := end_of(x)) is not None)
            heir_of[y.license_id] = min(x.license_id for x in succeeded if end_of(x) == last)

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
        found = first_of_group(was, held, successors_of.get(license_id, []), b)
        if was is not None and held is not None:
            found += besides(was, held, [change for change, _before, _after in found])
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
    ended = end_of(was)

    if held is not None and held.model != was.model:
        return [("model_changed", was.model, held.model)]
    others = sorted((y for y in successors if y.model != was.model), key=latest_first)
    if others:
        return [("model_changed", was.model, others[0].model)]

    if was.is_paid and successors:
        ends = [end_of(y) for y in successors]
        latest = None if None in ends else max(end for end in ends if end is not None)
        return [("license_renewed", text(ended), text(latest))]
    if held is not None and was.state != "future" and ended is not None:
        ends = [end_of(held)]
        if ends[0] is None or ends[0] > ended:
            return [("license_renewed", text(ended), text(ends[0]))]

    if held is not None and was.is_in_force and held.state == "expired":
        end = end_of(held)
        if ended is not None and end is not None and end < ended:
            return [("license_ended_early", text(ended), text(end))]

    if was.is_in_force or was.state == "future":
        end = end_of(was) if held is None else end_of(held)
        if end is not None and end < b:
            return [("license_expired", was.model, None)]

    if held is not None and was.state == "future" and held.is_in_force:
        return [("license_started", was.model, held.model)]
    if held is None:
        return [("license_gone", was.model, None)]
    return []


def besides(was: License, held: License, so_far: list[str]) -> Found:
    """Section 10: "and besides, for a license on both days"."""
    found: Found = []
    if was.product_code != held.product_code:
        found.append(("product_changed", was.product_code, held.product_code))
    if held.state != "expired" and (was.quantity != held.quantity or was.is_unlimited != held.is_unlimited):
        found.append(("quantity_changed", amount(was), amount(held)))
    # "no row of the first group says it": those rows say it whose before and after are end dates.
    is_said = "license_renewed" in so_far or "license_ended_early" in so_far
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


def changes(exports: Exports, since: date, as_of: date) -> list[Row]:
    """Section 10, one row per change, in its order."""
    a, b = day_of(exports, since), day_of(exports, as_of)
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
            if a.assistance[customer_id] != b.assistance[customer_id]:
                says("assistance_changed", a.assistance[customer_id], b.assistance[customer_id])

        then = {held.license_id: held for held in was.licenses} if was else {}
        now = {held.license_id: held for held in held.licenses} if held else {}
        if was_exported and is_exported and a.looked_at(customer_id) != b.looked_at(customer_id):
            total = sum(seats_of(held) for held in now.values()) - sum(seats_of(held) for held in then.values())
            says("licenses_first_seen" if b.looked_at(customer_id) else "licenses_not_seen", delta=total)
        else:
            found.extend(license_rows(then, now, as_of))

        # "the name as on the later day that knows the customer"
        name = (held or was).name  # type: ignore[union-attr]
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


def changes_bridge(exports: Exports, since: date, as_of: date) -> list[Row]:
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
    for row in changes(exports, since, as_of):
        delta = row["seats_delta"]
        if not isinstance(delta, int):
            continue
        if row["change"] == "quantity_changed":
            reasons["grown" if delta > 0 else "reduced"] += delta
        else:
            reasons[named.get(str(row["change"]), "reclassified")] += delta
    totals = [total_seats(exports, day) for day in (since, as_of)]
    if totals[0] + sum(reasons.values()) != totals[1]:
        raise AssertionError(f"the bridge does not add up: {totals}, {reasons}")
    rows: list[Row] = [{"reason": "then", "seats": totals[0]}]
    rows.extend({"reason": reason, "seats": seats} for reason, seats in reasons.items() if seats)
    return [*rows, {"reason": "now", "seats": totals[1]}]


def total_seats(exports: Exports, as_of: date) -> int:
    """The seats of all licenses on a day."""
    customers = day_of(exports, as_of).customers.values()
    return sum(seats_of(held) for customer in customers for held in customer.licenses)


def renewals(exports: Exports) -> list[Row]:
    """Section 11, one row per license that ends soon or ended lately."""
    found: list[tuple[tuple[int, int, str, int, str], Row]] = []
    for place, customer in enumerate(rules.customers_of(exports)):
        for held in customer.licenses:
            if held.is_perpetual or held.end_date is None:
                continue
            days_left = (held.end_date - exports.as_of).days
            if not -60 <= days_left <= 90:
                continue
            name = exports.catalogue[held.product_code][0] if held.product_code in exports.catalogue else None
            row: Row = {
                "customer_id": customer.customer_id,
                "customer_name": customer.name,
                "product_code": held.product_code,
                "product_name": name or held.exported_name or held.product_code,
                "model": held.model,
                "license_id": held.license_id,
                "quantity": None if held.is_unlimited else held.quantity,
                "end_date": held.end_date,
                "days_left": days_left,
                "window": "ended" if days_left < 0 else next(str(days) for days in (30, 60, 90) if days_left <= days),
                "is_renewed": any(
                    other.license_id != held.license_id
                    and other.is_paid
                    and other.product_code == held.product_code
                    and other.state != "expired"
                    and starts_in_time_and_ends_later(other, held.end_date)
                    for other in customer.licenses
                ),
            }
            order = (days_left, place, held.product_code, rules.MODELS.index(held.model), held.license_id)
            found.append((order, row))
    return [row for _order, row in sorted(found, key=lambda pair: pair[0])]


def reports(exports: Exports, since: date) -> dict[str, str]:
    """The text of each CSV file of the two reports, by its name."""
    rows: dict[str, Iterable[Row]] = {
        "changes": changes(exports, since, exports.as_of),
        "changes_bridge": changes_bridge(exports, since, exports.as_of),
        "renewals": renewals(exports),
    }
    return {name: rules.csv_text(COLUMNS[name], found) for name, found in rows.items()}
