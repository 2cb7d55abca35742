"""All reports as one page that stands alone: no request, no clock, and one small script that it can do without."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import TYPE_CHECKING, Final

from jinja2 import PackageLoader
from markupsafe import Markup

from partner_analytics.as_of.basis import together
from partner_analytics.languages import say, spoken
from partner_analytics.publish.site.customers import customer_list
from partner_analytics.publish.site.filters import filter_bar
from partner_analytics.publish.site.tables import ReportTable
from partner_analytics.publish.site.views import EVERYTHING, View, in_order, label_rules, view_rules
from partner_analytics.publish.site.worklists import WORKLISTS, worklists
from partner_analytics.reports.html.section import fragment, shown_columns, style, templates
from partner_analytics.reports.html.sources import sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from partner_analytics.as_of.basis import Basis
    from partner_analytics.reports import Report

__all__ = ["PAGE_BYTES", "page", "standing_alone"]

HERE: Final = "partner_analytics.publish"

PAGE_BYTES: Final = 1_500_000
"""How large a page may get."""

CUSTOMERS_BYTES: Final = 1_345_000
"""How large the list of customers and their cards may get together, where all else is as large as it mostly is."""

SPARE_BYTES: Final = 2_000
"""What is kept free where the rest of the page is larger than that, since it changes a little with the cards."""

LEAST_TABLE_BYTES: Final = 3_500
PLAN_BYTES: Final = 20_000
"""What the plan of the week gets at least: some seventy actions."""

SAID: Final = re.compile(r'\bsay\(("[^"\n]*")\)')
"""A text in the style sheet or the script that people read."""

DRAWING_BYTES: Final = 20_000
"""What the chart and the words of a report take."""


def page(reports: Sequence[Report], *, version: str) -> str:
    """The reports as one HTML document, a view each, of which one is shown at a time.

    Its content policy allows nothing but the style sheet and the script inside it, each named by its hash.

    Parameters
    ----------
    reports
        At least one report; all as of the same day.
    version
        The version of this package, told at the foot of the page.
    """
    with spoken(reports[0].basis.language):
        return _said(reports, version)


def _said(reports: Sequence[Report], version: str) -> str:
    """The page in the language that is spoken."""
    basis = together([report.basis for report in reports])
    overview = next((report for report in reports if report.lists_customers), None)
    if overview is None:
        size = PAGE_BYTES // len(reports) - DRAWING_BYTES
        views = [
            View(report.name, report.short, Markup(fragment(report, table_bytes=size))) for report in in_order(reports)
        ]
        return _document([*views, View("sources", say("Sources"), Markup(sources(basis)))], basis, version)
    made = _with_customers(reports, overview, CUSTOMERS_BYTES, version)
    excess = len(made.encode()) - PAGE_BYTES
    # How large all else is shows when it is there; seldom is it so large that fewer cards fit.
    return made if excess <= 0 else _with_customers(reports, overview, CUSTOMERS_BYTES - excess - SPARE_BYTES, version)


def _with_customers(reports: Sequence[Report], overview: Report, size: int, version: str) -> str:
    """The page with the list of customers and their cards, which get so many bytes."""
    basis, behind = together([report.basis for report in reports]), overview.basis.behind
    listed = customer_list(reports, overview, size)
    list_ = fragment(overview, customers=listed.customers, table_bytes=listed.size, controls=listed.controls(overview))
    of_sources = Markup(sources(basis))
    left = PAGE_BYTES - DRAWING_BYTES * len(reports)
    left -= sum(len(text.encode()) for text in (list_, of_sources, listed.cards))
    lists = {} if behind is None else worklists(overview, behind, listed.customers, max(left // 20, LEAST_TABLE_BYTES))
    left -= sum(len(text.encode()) for text in lists.values())
    tables = [ReportTable(report, behind, listed.customers) for report in reports if report is not overview]
    plan = max(left // 3, PLAN_BYTES)
    wanted = [min(table.size, plan) if table.is_plan else table.size for table in tables]
    others = max(left - plan, LEAST_TABLE_BYTES * len(tables))
    sizes = [
        size if table.is_plan else of_it
        for table, size, of_it in zip(
            tables, wanted, shared(others, [0 if table.is_plan else table.size for table in tables]), strict=True
        )
    ]
    said = frozenset(overview.caveats)
    content = {table.report.name: table.section(of_it, said) for table, of_it in zip(tables, sizes, strict=True)}
    content[overview.name] = Markup(list_)
    if "assistance_coverage" in content:
        content["assistance_coverage"] += lists.pop("launch", Markup())
    views = [View(report.name, report.short, content[report.name]) for report in in_order(reports)]
    views += [View(place, say(WORKLISTS[place]), section) for place, section in lists.items()]
    return _document(
        [*views, View("sources", say("Sources"), of_sources)],
        basis,
        version,
        rules=(
            *listed.style(),
            *(rule for table in tables for rule in label_rules(table.report.name, table.titles)),
            *label_rules(overview.name, [column.title for column in shown_columns(overview, on_page=True)]),
        ),
        cards=listed.cards,
        filters=Markup() if behind is None else filter_bar(behind, overview),
    )


def shared(room: int, wanted: Sequence[int]) -> list[int]:
    """How much of a room each gets: what it wants, and where that is too much, an equal part of what is left."""
    given = dict.fromkeys(range(len(wanted)), 0)
    left = room
    for number, (place, size) in enumerate(sorted(enumerate(wanted), key=lambda of: of[1])):
        given[place] = min(size, left // (len(wanted) - number))
        left -= given[place]
    return list(given.values())


def _document(
    views: Sequence[View],
    basis: Basis,
    version: str,
    *,
    rules: Sequence[str] = (),
    cards: str = "",
    filters: str = "",
) -> str:
    return standing_alone(
        "page.html",
        rules="\n".join((*view_rules(views), *rules)),
        views=views,
        basis=basis,
        everything=EVERYTHING,
        cards=Markup(cards),
        filters=Markup(filters),
        version=version,
    )


def standing_alone(template: str, *, rules: str = "", **context: object) -> str:
    """A template of this package as a document with its style and script inside, and a policy that allows just these.

    Parameters
    ----------
    rules
        Rules of style for this document alone.
    """
    sheet = _in_short("\n".join((style(), _in_language(_text("page.css")), rules)))
    script = _in_language(_text("page.js"))
    policy = (
        f"default-src 'none'; style-src {_hash(sheet)}; script-src {_hash(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    made = templates(HERE).get_template(template)
    return made.render(sheet=Markup(sheet), script=Markup(script), policy=policy, **context) + "\n"


def _in_language(source: str) -> str:
    """A style sheet or a script with its texts in the language that is spoken: those in double quotes after `say`."""
    return SAID.sub(lambda found: json.dumps(say(json.loads(found[1])), ensure_ascii=False), source)


def _in_short(sheet: str) -> str:
    """A style sheet without its comments and indentation."""
    return re.sub(r"^[ \t]+|/\*.*?\*/\n?", "", sheet, flags=re.MULTILINE | re.DOTALL)


def _text(name: str) -> str:
    return PackageLoader(HERE, "templates").get_source(templates(HERE), name)[0]


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
