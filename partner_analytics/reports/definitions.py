"""The reports that ship with the package, in the order of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from partner_analytics.as_of.wanted import Wanted
from partner_analytics.reports import (
    actions,
    assistance_coverage,
    changes,
    customer_overview,
    flex_vs_term,
    license_positions,
    protection_status,
    renewals,
)
from partner_analytics.reports.definition import Definition

__all__ = ["DEFINITIONS", "OVERVIEW", "wanted"]

DEFINITIONS: Final = {
    definition.name: definition
    for definition in (
        customer_overview.DEFINITION,
        actions.DEFINITION,
        protection_status.DEFINITION,
        flex_vs_term.DEFINITION,
        license_positions.DEFINITION,
        assistance_coverage.DEFINITION,
        changes.DEFINITION,
        renewals.DEFINITION,
    )
}

OVERVIEW: Final = customer_overview.DEFINITION
"""The list of all customers: packs and drafts are made from it, written or not."""


def wanted(definitions: Sequence[Definition]) -> Wanted:
    """What these reports need to know beside the results of their day."""
    return Wanted(
        compares=any(one.compares for one in definitions),
        only_compares=all(one.compares for one in definitions),
        series={one.name: one.trend for one in definitions if one.trend is not None},
    )
