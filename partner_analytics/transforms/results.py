"""Every result as of a day, by the name under which reports and SQL know it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

import polars as pl

from partner_analytics.transforms import (
    accounts,
    assistance_coverage,
    categories,
    change_origins,
    changes,
    changes_bridge,
    customer_overview,
    customer_seats,
    data_quality,
    flex_vs_term,
    license_positions,
    license_states,
    protection_status,
    renewals,
    unlinkable_customers,
)
from partner_analytics.transforms.exports import Exports
from partner_analytics.transforms.knowledge import Knowledge
from partner_analytics.vocabulary import EXPIRING_DAYS


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
    "license_states": _relation(license_states.license_states, license_states.COLUMNS),
    "customer_overview": _relation(customer_overview.customer_overview, customer_overview.COLUMNS),
    "protection_status": _relation(protection_status.protection_status, protection_status.COLUMNS),
    "license_positions": _relation(license_positions.license_positions, license_positions.COLUMNS),
    "flex_vs_term": _relation(flex_vs_term.flex_vs_term, flex_vs_term.COLUMNS),
    "assistance_coverage": _relation(assistance_coverage.assistance_coverage, assistance_coverage.COLUMNS),
    "changes": _relation(changes.changes, changes.COLUMNS),
    "changes_bridge": _relation(changes_bridge.changes_bridge, changes_bridge.COLUMNS),
    "customer_seats": _relation(customer_seats.customer_seats, customer_seats.COLUMNS),
    "change_origins": _relation(change_origins.change_origins, change_origins.COLUMNS),
    "renewals": _relation(renewals.renewals, renewals.COLUMNS),
    "unlinkable_customers": _relation(unlinkable_customers.unlinkable_customers, unlinkable_customers.COLUMNS),
    "unmapped_products": _relation(data_quality.unmapped_products, data_quality.UNMAPPED_PRODUCTS),
    "unknown_customers": _relation(data_quality.unknown_customers, data_quality.UNKNOWN_CUSTOMERS),
}


def results(exports: Exports, as_of: date, expiring_days: int = EXPIRING_DAYS) -> dict[str, pl.DataFrame]:
    """Apply every rule that is about one day.

    Parameters
    ----------
    exports
        What is known as of the day.
    as_of
        The day that the results are about.
    expiring_days
        Days before its end from which a license is `expiring`.

    Returns
    -------
    dict
        A frame for each name of `RELATIONS`, but for those of `compared`.
    """
    customers = accounts.accounts(exports)
    states = license_states.license_states(exports, customers, as_of, expiring_days)
    positions = license_positions.license_positions(customers, states)
    protection = protection_status.protection_status(customers, states, as_of)
    models = flex_vs_term.flex_vs_term(customers, states, positions)
    assistance = assistance_coverage.assistance_coverage(exports, customers, as_of)
    return {
        "categories": categories.categories(),
        "accounts": customers,
        "license_states": states,
        "customer_overview": customer_overview.customer_overview(
            exports, customers, protection, positions, models, assistance, as_of, expiring_days
        ),
        "protection_status": protection,
        "license_positions": positions,
        "flex_vs_term": models,
        "assistance_coverage": assistance,
        "renewals": renewals.renewals(customers, states),
        "unlinkable_customers": unlinkable_customers.unlinkable_customers(customers, states),
        "unmapped_products": data_quality.unmapped_products(states),
        "unknown_customers": data_quality.unknown_customers(exports),
    }


def compared(then: Knowledge | None, now: Knowledge) -> dict[str, pl.DataFrame]:
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
        of_nothing = {name: frame.clear() for name, frame in now.results.items()}
        nobody = Knowledge(now.day, nothing, of_nothing)
        return {name: frame.clear() for name, frame in compared(nobody, nobody).items()}
    found = changes.changes(then, now)
    held = customer_seats.customer_seats(then, now)
    return {
        "changes": found.select(*changes.COLUMNS),
        "changes_bridge": changes_bridge.changes_bridge(found, held),
        "customer_seats": held,
        "change_origins": change_origins.change_origins(found, then, now),
    }
