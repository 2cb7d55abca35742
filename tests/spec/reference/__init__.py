"""A second, independent reading of the rules page, so that the product is compared with something it did not write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from . import actions, changes, overview, renewals, rules
from .rules import Exports, Row, csv_text

REPORTS: dict[str, tuple[tuple[str, ...], Callable[[Exports], list[Row]]]] = {
    "protection_status": (rules.COLUMNS["protection_status"], rules.protection_status),
    "license_positions": (rules.COLUMNS["license_positions"], rules.license_positions),
    "flex_vs_term": (rules.COLUMNS["flex_vs_term"], rules.flex_vs_term),
    "assistance_coverage": (rules.COLUMNS["assistance_coverage"], rules.assistance_coverage),
    "customer_overview": (overview.COLUMNS, overview.customer_overview),
    "renewals": (renewals.COLUMNS, renewals.renewals),
    "actions": (actions.COLUMNS, actions.actions),
}
"""Of each report about one day, its columns and how its rows are found."""


def texts(exports: Exports, *names: str, renewal_days: int = 90) -> dict[str, str]:
    """The text of the CSV files of the reports about one day, by the report's name; without a name, of all."""
    seen = replace(exports, renewal_days=renewal_days)
    return {name: csv_text(REPORTS[name][0], REPORTS[name][1](seen)) for name in names or REPORTS}


def texts_between(exports: Exports, since: date, as_of: date) -> dict[str, str]:
    """The text of the two CSV files that compare two days, by name."""
    a, b = changes.day_of(exports, since), changes.day_of(exports, as_of)
    return {
        "changes": csv_text(changes.COLUMNS["changes"], changes.changes(a, b)),
        "changes_bridge": csv_text(changes.COLUMNS["changes_bridge"], changes.changes_bridge(a, b)),
    }
