"""The rules page, section 12, in plain loops: what to do for a customer, and by when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from . import rules
from .renewals import Renewal, renewals_of
from .rules import CATEGORIES, REACTIVATION_DAYS, Customer, Exports, License, Row

COLUMNS = (
    "customer_id", "customer_name", "account_manager", "action", "due_on", "days_left", "subject", "product_name",
    "model", "seats", "contact_name", "contact_email", "contact_phone",
)  # fmt: skip

TABLE = (
    "reactivate", "renew", "convert_trial", "win_back", "offer_protection", "export_licenses", "check_end_dates",
    "check_renewal", "check_assistance", "add_seats", "check_double_cover", "ask_for_assistance",
)  # fmt: skip
"""Section 12: "the order of the table"."""


def known_sum(values: Iterable[int | None]) -> int | None:
    """Section 11: "A sum of seats_open leaves out what is not known, and is empty where nothing is known"."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def one_model(licenses: Iterable[License]) -> str | None:
    """Section 12: "that of the licenses that the row is about, empty where they have several or there are none"."""
    models = {held.model for held in licenses}
    return models.pop() if len(models) == 1 else None


def by_product(renewals: Iterable[Renewal]) -> dict[str, list[Renewal]]:
    """Section 12: "one row per product code"."""
    groups: dict[str, list[Renewal]] = {}
    for one in renewals:
        groups.setdefault(one.held.product_code, []).append(one)
    return groups


def by_product_and_end(renewals: Iterable[Renewal]) -> dict[tuple[str, date], list[Renewal]]:
    """Section 12: "one row per product code and end date"."""
    groups: dict[tuple[str, date], list[Renewal]] = {}
    for one in renewals:
        assert one.held.ends_on is not None
        groups.setdefault((one.held.product_code, one.held.ends_on), []).append(one)
    return groups


def is_covered(categories: Iterable[str], licenses: Iterable[License]) -> bool:
    """Tell whether each of the categories is one of some of the licenses."""
    return set(categories) <= {category for held in licenses for category in held.categories}


def actions_of(customer: Customer, assistance: Row, double_covered: list[str], exports: Exports) -> list[Row]:
    """All that is to be done for one customer, in no particular order."""
    as_of, catalogue = exports.as_of, exports.catalogue
    rows: list[Row] = []

    def says(
        action: str,
        due_on: date | None = None,
        subject: str | None = None,
        licenses: list[License] | None = None,
        seats: int | None = None,
    ) -> None:
        is_about_a_product = licenses is not None and subject is not None
        rows.append(
            {
                "customer_id": customer.customer_id,
                "customer_name": customer.name,
                "account_manager": customer.account_manager,
                "action": action,
                "due_on": due_on,
                "days_left": None if due_on is None else (due_on - as_of).days,
                "subject": subject,
                # "product_name is empty in rows of a customer and of check_double_cover"
                "product_name": rules.product_name(subject or "", licenses or [], catalogue)
                if is_about_a_product
                else None,
                "model": one_model(licenses or []),
                "seats": seats,
                "contact_name": customer.contact_name,
                "contact_email": customer.contact_email,
                "contact_phone": customer.contact_phone,
            }
        )

    licenses = customer.licenses
    paid_in_force = [held for held in licenses if held.is_paid and held.is_in_force]
    paid_in_force_or_future = [
        held for held in licenses if held.is_paid and (held.is_in_force or held.state == "future")
    ]
    renewals = renewals_of(customer)

    # reactivate: "a paid license of it ended at most 60 days ago and is open or reduced, and at least one category of
    # the product is not covered by a paid license in force"
    lapsed = [
        one
        for one in renewals
        if one.held.is_paid
        and one.held.state == "expired"
        and one.held.ends_on is not None
        and (as_of - one.held.ends_on).days <= REACTIVATION_DAYS
        and one.renewal in ("open", "reduced")
    ]
    for product_code, about in by_product(lapsed).items():
        if not is_covered(about[0].held.categories, paid_in_force):
            first_end = min(one.held.ends_on for one in about if one.held.ends_on is not None)
            says(
                "reactivate",
                first_end + timedelta(days=REACTIVATION_DAYS),
                product_code,
                [one.held for one in about],
                known_sum(one.seats_open for one in about),
            )

    # "in force that end within the expiring window" is what section 4 calls expiring.
    ending = [one for one in renewals if one.held.state == "expiring"]
    for (product_code, end), about in by_product_and_end(
        one for one in ending if one.held.is_paid and one.renewal in ("open", "reduced")
    ).items():
        says("renew", end, product_code, [one.held for one in about], known_sum(one.seats_open for one in about))

    # convert_trial: "a trial in force that ends within the expiring window, open, and one of its categories without a
    # paid license in force or future"
    for (product_code, end), about in by_product_and_end(
        one for one in ending if not one.held.is_paid and one.renewal == "open"
    ).items():
        if not is_covered(about[0].held.categories, paid_in_force_or_future):
            says("convert_trial", end, product_code, [one.held for one in about])

    # win_back: "every license has ended, each longer than 60 days ago"
    if licenses and all(
        held.state == "expired" and held.ends_on is not None and (as_of - held.ends_on).days > REACTIVATION_DAYS
        for held in licenses
    ):
        says("win_back")

    if not customer.is_exported:
        says("export_licenses")
    elif not licenses:
        says("offer_protection")

    unknown = [held for held in licenses if held.state == "unknown"]
    for product_code in sorted({held.product_code for held in unknown}):
        says("check_end_dates", None, product_code, [held for held in unknown if held.product_code == product_code])

    for (product_code, end), about in by_product_and_end(
        one for one in ending if one.held.is_paid and one.renewal == "unknown"
    ).items():
        says("check_renewal", end, product_code, [one.held for one in about])

    if assistance["is_anomaly"]:
        says("check_assistance")
    elif assistance["assistance"] in ("off", "unknown"):
        says("ask_for_assistance")

    # add_seats: "one row per product code and paid model", "over_used_by above 0"
    for position in rules.positions(customer, catalogue):
        if position.model != "trial" and position.over_used_by is not None and position.over_used_by > 0:
            about_it = [
                held
                for held in licenses
                if held.is_in_force and (held.product_code, held.model) == (position.product_code, position.model)
            ]
            says("add_seats", None, position.product_code, about_it, position.over_used_by)

    for category in double_covered:
        # A flex and a term license are two models, so `model` stays empty.
        says("check_double_cover", None, category)
    return rows


def actions(exports: Exports) -> list[Row]:
    """Section 12: one row per customer and thing to do, the most urgent first."""
    assistance = {row["customer_id"]: row for row in rules.assistance_coverage(exports)}
    models = {row["customer_id"]: row for row in rules.flex_vs_term(exports)}
    found: list[tuple[int, Row]] = []
    for place, customer in enumerate(rules.customers_of(exports)):
        double_covered = [word for word in str(models[customer.customer_id]["double_covered"]).split("; ") if word]
        for row in actions_of(customer, assistance[customer.customer_id], double_covered, exports):
            found.append((place, row))

    def urgency(pair: tuple[int, Row]) -> tuple[object, ...]:
        """Section 12: "due_on, empty last; then the order of the table; then as in section 9; then subject"."""
        place, row = pair
        due_on, subject, model = row["due_on"], str(row["subject"] or ""), row["model"]
        is_category = row["action"] == "check_double_cover"
        return (
            due_on is None,
            due_on or date.max,
            TABLE.index(str(row["action"])),
            place,
            # Section 9: "then category in the order of section 5, then product code, then model in the order [...]"
            CATEGORIES.index(subject) if is_category else -1,
            "" if is_category else subject,
            -1 if model is None else rules.MODELS.index(str(model)),
            subject,
        )

    return [row for _place, row in sorted(found, key=urgency)]


def first_of_each(rows: Iterable[Row]) -> dict[str, Row]:
    """Each customer's first action, in the order of section 12."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(str(row["customer_id"]), row)
    return first
