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
from partner_analytics.transforms import RELATIONS

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


def wanted(
    definitions: Sequence[Definition], *, draws: bool = True, of_some: bool = False, is_rows_alone: bool = False
) -> Wanted:
    """What these reports need to know beside the results of their day.

    Parameters
    ----------
    draws
        Whether their charts are drawn: else nobody sees a trend.
    of_some
        Whether they are made about some customers too, beside those about all.
    is_rows_alone
        Whether nothing but their rows is written.
    """
    shown = [result for one in definitions for result in (one.result, *one.further.values())]
    # The list of customers opens to all that is known of each, and a report of somebody's own may read anything.
    is_all = any(one.lists_customers for one in definitions) or not all(isinstance(one, str) for one in shown)
    return Wanted(
        results=frozenset(RELATIONS if is_all else (one for one in shown if isinstance(one, str))),
        shows_rows=is_all,
        compares=any(one.compares for one in definitions),
        only_compares=all(one.compares for one in definitions),
        series={one.name: one.trend for one in definitions if one.trend is not None and draws},
        of_some=of_some,
        is_rows_alone=is_rows_alone and not is_all and not of_some,
    )
