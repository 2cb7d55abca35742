"""All reports as one page that stands alone: no request, no clock, and one small script that it can do without."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from jinja2 import PackageLoader
from markupsafe import Markup

from partner_analytics.as_of.basis import together
from partner_analytics.publish.site.customers import customer_list
from partner_analytics.publish.site.worklists import worklists
from partner_analytics.reports.html.section import fragment, style, templates
from partner_analytics.reports.html.sources import sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from partner_analytics.reports import Report

__all__ = ["PAGE_BYTES", "page", "standing_alone"]

HERE: Final = "partner_analytics.publish"

PAGE_BYTES: Final = 1_500_000
"""How large a page may get."""

CUSTOMERS_BYTES: Final = 1_345_000
"""How large the list of customers and their cards may get together, where all else is as large as it mostly is."""

SPARE_BYTES: Final = 2_000
"""What is kept free where the rest of the page is larger than that, since it changes a little with the cards."""

LEAST_TABLE_BYTES: Final = 4_000
DRAWING_BYTES: Final = 20_000
"""What the chart and the words of a report take."""


def page(reports: Sequence[Report], *, version: str) -> str:
    """The reports as one HTML document.

    Its content policy allows nothing but the style sheet and the script inside it, each named by its hash.

    Parameters
    ----------
    reports
        At least one report; all as of the same day.
    version
        The version of this package, told at the foot of the page.
    """
    basis = together([report.basis for report in reports])
    overview = next((report for report in reports if report.lists_customers), None)
    if overview is None:
        size = PAGE_BYTES // len(reports) - DRAWING_BYTES
        sections = [Markup(fragment(report, table_bytes=size)) for report in reports]
        return _document(reports, [*sections, Markup(sources(basis))], version)
    made = _with_customers(reports, overview, CUSTOMERS_BYTES, version)
    excess = len(made.encode()) - PAGE_BYTES
    # How large all else is shows when it is there; seldom is it so large that fewer cards fit.
    return made if excess <= 0 else _with_customers(reports, overview, CUSTOMERS_BYTES - excess - SPARE_BYTES, version)


def _with_customers(reports: Sequence[Report], overview: Report, size: int, version: str) -> str:
    """The page with the list of customers and their cards, which get so many bytes."""
    basis = together([report.basis for report in reports])
    listed = customer_list(reports, overview, size)
    list_ = fragment(overview, customers=listed.customers, table_bytes=listed.size, controls=listed.controls(overview))
    lists = worklists(overview, basis.behind, listed.customers) if basis.behind is not None else Markup()
    beside = [Markup(list_), lists, Markup(sources(basis)), listed.cards]
    others = [report for report in reports if report is not overview]
    left = PAGE_BYTES - sum(len(text.encode()) for text in beside) - DRAWING_BYTES * len(reports)
    table_bytes = max(LEAST_TABLE_BYTES, left // max(len(others), 1))
    said = frozenset(overview.caveats)
    sections = [
        Markup(fragment(report, customers=listed.customers, table_bytes=table_bytes, said=said)) for report in others
    ]
    return _document(reports, [*beside[:2], *sections, *beside[2:]], version, listed.style)


def _document(reports: Sequence[Report], sections: Sequence[Markup], version: str, rules: str = "") -> str:
    return standing_alone(
        "page.html",
        rules=rules,
        reports=reports,
        basis=together([report.basis for report in reports]),
        sections=sections,
        version=version,
    )


def standing_alone(template: str, *, rules: str = "", **context: object) -> str:
    """A template of this package as a document with its style and script inside, and a policy that allows just these.

    Parameters
    ----------
    rules
        Rules of style for this document alone.
    """
    sheet = "\n".join((style(), _text("page.css"), rules))
    script = _text("page.js")
    policy = (
        f"default-src 'none'; style-src {_hash(sheet)}; script-src {_hash(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    made = templates(HERE).get_template(template)
    return made.render(sheet=Markup(sheet), script=Markup(script), policy=policy, **context) + "\n"


def _text(name: str) -> str:
    return PackageLoader(HERE, "templates").get_source(templates(HERE), name)[0]


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
