"""Every result as of a day, by the name under which reports and SQL know it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from partner_analytics.transforms import (
    accounts,
    assistance_coverage,
    categories,
    customer_overview,
    data_quality,
    flex_vs_term,
    license_positions,
    license_states,
    protection_status,
)
from partner_analytics.transforms.exports import Exports
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
    "unmapped_products": _relation(data_quality.unmapped_products, data_quality.UNMAPPED_PRODUCTS),
    "unknown_customers": _relation(data_quality.unknown_customers, data_quality.UNKNOWN_CUSTOMERS),
}


def results(exports: Exports, as_of: date, expiring_days: int = EXPIRING_DAYS) -> dict[str, pl.DataFrame]:
    """Apply every rule.

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
        A frame for each name of `RELATIONS`.
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
        "unmapped_products": data_quality.unmapped_products(states),
        "unknown_customers": data_quality.unknown_customers(exports),
    }
