"""Every result as of a day, by the name under which reports and SQL know it."""

from __future__ import annotations

from datetime import date

import polars as pl

from partner_analytics.transforms.accounts import accounts
from partner_analytics.transforms.assistance_coverage import assistance_coverage
from partner_analytics.transforms.data_quality import unknown_customers, unmapped_products
from partner_analytics.transforms.exports import Exports
from partner_analytics.transforms.flex_vs_term import flex_vs_term
from partner_analytics.transforms.license_positions import license_positions
from partner_analytics.transforms.license_states import license_states
from partner_analytics.transforms.protection_status import protection_status
from partner_analytics.vocabulary import EXPIRING_DAYS


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
        `accounts`, `license_states`, the four reports, `unmapped_products` and `unknown_customers`.
    """
    customers = accounts(exports)
    states = license_states(exports, customers, as_of, expiring_days)
    positions = license_positions(customers, states)
    return {
        "accounts": customers,
        "license_states": states,
        "protection_status": protection_status(customers, states, as_of),
        "license_positions": positions,
        "flex_vs_term": flex_vs_term(customers, states, positions),
        "assistance_coverage": assistance_coverage(exports, customers, as_of),
        "unmapped_products": unmapped_products(states),
        "unknown_customers": unknown_customers(exports),
    }
