"""The views of the page: which there are, in which order, and the rules that show one at a time without a script."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

if TYPE_CHECKING:
    from partner_analytics.reports import Report

__all__ = ["EVERYTHING", "FIRST", "View", "in_order", "label_rules", "view_rules"]

FIRST: Final = (
    "actions",
    "customer_overview",
    "renewals",
    "changes",
    "protection_status",
    "flex_vs_term",
    "license_positions",
    "assistance_coverage",
)
"""Our reports in the order of the menu: what is asked most often comes first."""

EVERYTHING: Final = "everything"
"""The place at which all views stand one after the other, to be printed."""


@dataclass(frozen=True)
class View:
    """One view of the page.

    Parameters
    ----------
    place
        Where it is in the page: the address of the link that leads to it.
    title
        What the menu calls it.
    content
        Its sections.
    """

    place: str
    title: str
    content: Markup


def in_order(reports: Sequence[Report]) -> list[Report]:
    """The reports in the order of the menu; those of a user's own come last."""
    return sorted(reports, key=lambda report: FIRST.index(report.name) if report.name in FIRST else len(FIRST))


def view_rules(views: Iterable[View]) -> list[str]:
    """The rules that mark the view which is shown in the menu; without one that is asked for, it is the first."""
    places = [view.place for view in views]
    chosen = [f".pa:has(#{place}:target, .v-{place} :target) .bar [href='#{place}']" for place in places]
    chosen.append(f".pa:not(:has(main :target)) .bar [href='#{places[0]}']")
    return [f"{', '.join(chosen)} {{ background: var(--raised); box-shadow: inset 0 -2px var(--link); }}"]


def label_rules(name: str, titles: Sequence[str]) -> list[str]:
    """The rules that say what each cell of a report's table is where a row stands as a card of its own."""
    rules = [
        f".pa #{name} .rows td:nth-child({place})::before {{ content: {json.dumps(title)}; }}"
        for place, title in enumerate(titles, start=1)
        if place > 1
    ]
    return ["@media screen and (max-width: 60rem) {", *rules, "}"]
