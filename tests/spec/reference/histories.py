"""Histories of a portfolio: snapshot after snapshot, in which everything that section 10 names happens, and happens at once.

The portfolio of each day grows out of the day before. Few products are shared by few licenses, so that successors meet
those that they succeed, and days are drawn from around the edges of the rules.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from .portfolios import HOSTILE_NAMES, PLAIN_NAMES, SHAPES, Shape, _uuid, contact_of
from .rules import Catalogue, Exports, Row

TYPES = ("term", "term", "term", "usage", "usage", "ordered", "enterprise", "perpetual", "trial")
STEPS = (1, 7, 29, 30, 31, 61)


@dataclass
class Account:
    """One customer as it stands, and its licenses as they stand."""

    customer_id: str
    name: str
    shape: Shape
    is_exported: bool = True
    licenses: list[Row] = field(default_factory=list)


def history(seed: int, catalogue: Catalogue, customers: int = 40, days: int = 4) -> tuple[Exports, list[date]]:
    """Build the exports of a seed and the snapshot days, in order; the exports are as of the last of them."""
    rng = random.Random(seed)
    codes = _codes(rng, catalogue)
    day = rng.choice((date(2026, 1, 31), date(2024, 2, 28), date(2025, 12, 30)))
    accounts = [_account(rng, codes, day) for _ in range(customers)]
    exports = Exports([], [], [], [], set(), catalogue, day)
    snapshot_days: list[date] = []
    for _ in range(days):
        _export(rng, exports, accounts, day)
        snapshot_days.append(day)
        day += timedelta(days=rng.choice(STEPS))
        for account in accounts:
            _live_on(rng, account, codes, day)
        accounts.extend(_account(rng, codes, day) for _ in range(3))
    return (
        Exports(
            exports.customers, exports.licenses, exports.assistance, exports.customer_facts,
            frozenset(exports.empty_answers), catalogue, snapshot_days[-1],
        ),
        snapshot_days,
    )  # fmt: skip


def _codes(rng: random.Random, catalogue: Catalogue) -> list[str]:
    """A product, one that has all its categories and more, any other, and two that the catalogue lacks."""
    pairs = [
        (one, other)
        for one, (_name, narrow) in sorted(catalogue.items())
        for other, (_other_name, wide) in sorted(catalogue.items())
        if set(narrow) < set(wide)
    ]
    return [*rng.choice(pairs), rng.choice(sorted(catalogue)), "NEW-CODE", "NEWER-CODE"]


def _account(rng: random.Random, codes: list[str], day: date) -> Account:
    account = Account(_uuid(rng), rng.choice(PLAIN_NAMES + HOSTILE_NAMES), rng.choice(SHAPES), rng.random() < 0.9)
    account.licenses = _unique([_license(rng, rng.choice(codes), day) for _ in range(rng.choice((0, 1, 2, 3, 4)))])
    return account


def _unique(licenses: list[Row]) -> list[Row]:
    """A license id is unique within its customer."""
    return list({row["license_id"]: row for row in licenses}.values())


def _license(rng: random.Random, code: str, day: date, start: date | None = None, kind: str | None = None) -> Row:
    kind = kind or rng.choice(TYPES)
    start = start or day + timedelta(days=rng.choice((-300, -300, -300, -40, 0, 1, 7, 30, 31)))
    end = start + timedelta(days=rng.choice((0, 30, 90, 299, 300, 301, 307, 330, 331, 364)))
    has_end = rng.random() < (0.3 if kind in ("usage", "ordered") else 0.9)
    return {
        "license_id": f"lic-{rng.randrange(12)}" if rng.random() < 0.2 else _uuid(rng),
        "license_number": "7",
        "product_code": code,
        "product_name": rng.choice((None, "A name", "Another name")),
        "product_generic_code": None,
        "license_type": kind,
        "quantity": rng.choice((None, 0, 5, 10, 10, 25, 25)),
        "is_unlimited": rng.random() < 0.1,
        "is_perpetual": kind == "perpetual" and rng.random() < 0.7,
        "start_date": start,
        "end_date": end if has_end else None,
        "used": rng.choice((None, 0, 7, 12)),
        "used_on": None,
    }


# What can happen to a license from one day to the next.

Event = Callable[[random.Random, Row, date], None]


def _moves_end(rng: random.Random, row: Row, day: date) -> None:
    start, end = row["start_date"], row["end_date"]
    assert isinstance(start, date)
    around = end if isinstance(end, date) else day
    moved = around + timedelta(days=rng.choice((-365, -31, -30, -8, -1, 1, 7, 30, 365)))
    row["end_date"] = max(start, moved)


def _loses_or_gets_end(rng: random.Random, row: Row, day: date) -> None:
    start = row["start_date"]
    assert isinstance(start, date)
    row["end_date"] = None if row["end_date"] else max(start, day + timedelta(days=rng.choice((-1, 0, 90))))


def _moves_start(rng: random.Random, row: Row, day: date) -> None:
    end = row["end_date"]
    moved = day + timedelta(days=rng.choice((-2, -1, 0, 1, 2)))
    row["start_date"] = min(moved, end) if isinstance(end, date) else moved


def _changes_type(rng: random.Random, row: Row, day: date) -> None:
    row["license_type"] = rng.choice(TYPES)


def _changes_quantity(rng: random.Random, row: Row, day: date) -> None:
    quantity = row["quantity"]
    row["quantity"] = rng.choice((None, 0, 3, 40, quantity + 1 if isinstance(quantity, int) else 1))


def _changes_limit(rng: random.Random, row: Row, day: date) -> None:
    row["is_unlimited"] = not row["is_unlimited"]


def _changes_perpetuity(rng: random.Random, row: Row, day: date) -> None:
    row["is_perpetual"] = not row["is_perpetual"]


EVENTS: tuple[Event, ...] = (
    _moves_end, _moves_end, _moves_end, _loses_or_gets_end, _moves_start, _changes_type, _changes_quantity,
    _changes_quantity, _changes_limit, _changes_perpetuity,
)  # fmt: skip


def _live_on(rng: random.Random, account: Account, codes: list[str], day: date) -> None:
    if rng.random() < 0.1:
        account.is_exported = not account.is_exported
    if rng.random() < 0.1:
        account.name = rng.choice(PLAIN_NAMES + HOSTILE_NAMES)
    if rng.random() < 0.15:
        account.shape = rng.choice(SHAPES)
    for row in list(account.licenses):
        if rng.random() < 0.05:
            account.licenses.remove(row)
            continue
        if rng.random() < 0.3:
            for event in rng.sample(EVENTS, rng.choice((1, 1, 1, 2, 3))):
                event(rng, row, day)
        if rng.random() < 0.04:
            row["product_code"] = rng.choice(codes)
        end = row["end_date"]
        if isinstance(end, date) and rng.random() < 0.25:
            # Its successor: in time, at the last moment, or too late; of the same model or another.
            for _ in range(rng.choice((1, 1, 1, 2, 3))):
                start = end + timedelta(days=rng.choice((-91, -90, -89, -20, 0, 1, 1, 1, 2)))
                kind = rng.choice((str(row["license_type"]), str(row["license_type"]), *TYPES))
                code = rng.choice((str(row["product_code"]), str(row["product_code"]), *codes))
                account.licenses.append(_license(rng, code, day, start, kind))
                if rng.random() < 0.6:
                    account.licenses[-1] |= {"quantity": rng.choice((3, 5, 10)), "is_unlimited": False}
    if rng.random() < 0.15:
        account.licenses.append(_license(rng, rng.choice(codes), day))
    account.licenses = _unique(account.licenses)


def _export(rng: random.Random, exports: Exports, accounts: list[Account], day: date) -> None:
    """Add a day's snapshot of every kind, with customers and licenses left out now and then."""
    answers = exports.empty_answers
    assert isinstance(answers, set)
    for number, account in enumerate(accounts):
        if number == 0 or (account.is_exported and rng.random() < 0.95):
            exports.customers.append(_customer_row(rng, account, day))
        if number > 0 and rng.random() < 0.12:
            # Nobody looked.
            continue
        exports.licenses.extend(_of(account, day) | row for row in account.licenses)
        if not account.licenses and rng.random() < 0.7:
            answers.add((day, account.customer_id))
        if rng.random() < 0.2:
            exports.assistance.append(
                {
                    "snapshot_date": day,
                    "customer_id": account.customer_id,
                    "partner_assistance": rng.choice(("on", "off")),
                    "checked_on": day - timedelta(days=rng.choice((0, 0, 1, 40))),
                    "basis": rng.choice(("stated", "observed")),
                }
            )
        if account.shape.has_facts or rng.random() < 0.2:
            exports.customer_facts.append(
                {
                    "snapshot_date": day,
                    "customer_id": account.customer_id,
                    "is_managed_order": account.shape.fact_is_managed_order,
                    "trial_started_by": account.shape.fact_trial_started_by,
                    "account_manager": rng.choice((None, "Ana Lima")),
                    "customer_group": None,
                }
            )


def _customer_row(rng: random.Random, account: Account, day: date) -> Row:
    row: Row = _of(account, day) | {
        "account_name": account.name,
        "shown_as": rng.choice((None, None, None, account.name, "Shown as this")),
        "billing_type": account.shape.billing_type,
        "is_managed_order": account.shape.is_managed_order,
        "trial_started_by": account.shape.trial_started_by,
        "partner_assistance": rng.choice((None, None, None, None, "on", "off")),
    }
    row |= contact_of(rng)
    return row | dict.fromkeys(
        (
            "account_status", "address_1", "city", "state", "postal_code", "country_code", "data_region",
            "data_geography", "api_host", "organization_id",
        )
    )  # fmt: skip


def _of(account: Account, day: date) -> Row:
    return {"snapshot_date": day, "customer_id": account.customer_id}
