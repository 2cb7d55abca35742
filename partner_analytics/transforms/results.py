"""Every result as of a day, by the name under which reports and SQL know it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache, partial
from typing import Any, Final

import polars as pl

from partner_analytics.transforms import (
    accounts,
    actions,
    assistance_coverage,
    categories,
    change_origins,
    changes,
    changes_bridge,
    contacts,
    customer_overview,
    customer_seats,
    data_quality,
    flex_vs_term,
    license_positions,
    license_states,
    names_to_correct,
    protection_status,
    renewals,
    renewals_by_month,
    unlinkable_customers,
)
from partner_analytics.transforms.coding import coded, decoded
from partner_analytics.transforms.exports import Exports
from partner_analytics.transforms.lazily import Lazily
from partner_analytics.transforms.per_customer import LICENSES_OF_A_PART, PER_CUSTOMER, in_parts, merged, per_customer
from partner_analytics.transforms.state import State
from partner_analytics.vocabulary import EXPIRING_DAYS, RENEWAL_DAYS


@dataclass(frozen=True)
class Relation:
    """What a row of a result is, and what its columns mean."""

    grain: str
    columns: Mapping[str, str]


def _relation(transform: Callable[..., Any], columns: Mapping[str, str]) -> Relation:
    return Relation((transform.__doc__ or "").partition("\n")[0], columns)


RELATIONS: Final = {
    "categories": _relation(categories.categories, categories.COLUMNS),
    "accounts": _relation(accounts.accounts, accounts.COLUMNS),
    "contacts": _relation(contacts.contacts, contacts.COLUMNS),
    "license_states": _relation(license_states.license_states, license_states.COLUMNS),
    "customer_overview": _relation(customer_overview.customer_overview, customer_overview.COLUMNS),
    "actions": _relation(actions.actions, actions.COLUMNS),
    "protection_status": _relation(protection_status.protection_status, protection_status.COLUMNS),
    "license_positions": _relation(license_positions.license_positions, license_positions.COLUMNS),
    "flex_vs_term": _relation(flex_vs_term.flex_vs_term, flex_vs_term.COLUMNS),
    "assistance_coverage": _relation(assistance_coverage.assistance_coverage, assistance_coverage.COLUMNS),
    "changes": _relation(changes.changes, changes.COLUMNS),
    "changes_bridge": _relation(changes_bridge.changes_bridge, changes_bridge.COLUMNS),
    "customer_seats": _relation(customer_seats.customer_seats, customer_seats.COLUMNS),
    "change_origins": _relation(change_origins.change_origins, change_origins.COLUMNS),
    "renewals": _relation(renewals.renewals, renewals.COLUMNS),
    "renewals_by_month": _relation(renewals_by_month.renewals_by_month, renewals_by_month.COLUMNS),
    "names_to_correct": _relation(names_to_correct.names_to_correct, names_to_correct.COLUMNS),
    "unlinkable_customers": _relation(unlinkable_customers.unlinkable_customers, unlinkable_customers.COLUMNS),
    "unmapped_products": _relation(data_quality.unmapped_products, data_quality.UNMAPPED_PRODUCTS),
    "unknown_customers": _relation(data_quality.unknown_customers, data_quality.UNKNOWN_CUSTOMERS),
}


COMPARED: Final = frozenset({"changes", "changes_bridge", "customer_seats", "change_origins"})
"""The results that are about two days."""

NEEDED_TO_COMPARE: Final = ("accounts", "license_states", "assistance_coverage")
"""The results of a day that a comparison reads."""


def results(
    exports: Exports,
    as_of: date,
    expiring_days: int = EXPIRING_DAYS,
    names: Collection[str] = tuple(RELATIONS),
    renewal_days: int = RENEWAL_DAYS,
    licenses_of_a_part: int = LICENSES_OF_A_PART,
) -> Lazily:
    """Apply the rules that are about one day, all of them or only those that some results need.

    Parameters
    ----------
    exports
        What is known as of the day.
    as_of
        The day that the results are about.
    expiring_days
        Days before its end from which a license is `expiring`.
    names
        The results that are wanted.
    renewal_days
        How many days ahead `renewals` looks.
    licenses_of_a_part
        About how many licenses are judged at a time; it makes no difference to what is found.

    Returns
    -------
    Mapping
        A frame for each name of `RELATIONS` that is wanted, but for those of `compared`; each is made when it is first asked
        for.
    """

    @cache
    def read() -> Exports:
        return coded(exports)

    @cache
    def customers() -> pl.DataFrame:
        return accounts.accounts(read())

    @cache
    def parts() -> list[Lazily]:
        return [
            per_customer(part, whose, as_of, expiring_days, renewal_days)
            for part, whose in in_parts(read(), customers(), licenses_of_a_part)
        ]

    @cache
    def found(name: str) -> pl.DataFrame:
        return merged(name, [part.made[name].coded for part in parts()])

    made: dict[str, Callable[[], pl.DataFrame]] = {
        **{name: partial(found, name) for name in PER_CUSTOMER},
        "categories": categories.categories,
        "accounts": customers,
        "customer_overview": lambda: customer_overview.customer_overview(
            read(), customers(), found("actions"), found("protection_status"), found("flex_vs_term"),
            found("assistance_coverage"), as_of,
        ),
        "renewals_by_month": lambda: renewals_by_month.renewals_by_month(found("renewals")),
        "names_to_correct": lambda: names_to_correct.names_to_correct(found("contacts")),
        "unmapped_products": lambda: data_quality.unmapped_products(found("license_states")),
        "unknown_customers": lambda: data_quality.unknown_customers(read()),
    }  # fmt: skip
    return Lazily({name: make for name, make in made.items() if name in names})


def compared(then: State | None, now: State) -> dict[str, pl.DataFrame]:
    """Compare what is known as of two days.

    Parameters
    ----------
    then, now
        What is known as of the earlier day, or None where there is none to compare with, and as of the later one.

    Returns
    -------
    dict
        `changes`, `changes_bridge`, `customer_seats` and `change_origins`; without rows where there is nothing to compare with.
    """
    if then is None:
        # A comparison of nothing with nothing has every column, and no row.
        nothing = Exports(**{kind.name: getattr(now.exports, kind.name).clear() for kind in fields(Exports)})
        nobody = State(now.day, nothing, results(nothing, now.day, names=NEEDED_TO_COMPARE))
        return {name: frame.clear() for name, frame in compared(nobody, nobody).items()}
    then, now = (replace(known, exports=decoded(known.exports)) for known in (then, now))
    found = changes.changes(then, now)
    held = customer_seats.customer_seats(then, now)
    return {
        "changes": found.select(*changes.COLUMNS),
        "changes_bridge": changes_bridge.changes_bridge(found, held),
        "customer_seats": held,
        "change_origins": change_origins.change_origins(found, then, now),
    }
