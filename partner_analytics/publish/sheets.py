"""Customer sheets for a meeting: each customer's card on a page of its own, under the partner's name and logo."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from partner_analytics.errors import UsageError
from partner_analytics.languages import spoken
from partner_analytics.publish.printing import print_to_pdf
from partner_analytics.publish.site.cards import cards
from partner_analytics.publish.site.page import standing_alone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from partner_analytics.reports import Report

__all__ = ["SHEETS", "customer_sheets"]

SHEETS: Final = "sheets.pdf"
PAGE: Final = "sheets.html"

MOST_SHEETS: Final = 2_000
"""How many customers are printed at a time; a browser takes a second for a hundred."""

NO_LIMIT: Final = 2**31 - 1


def customer_sheets(overview: Report, reports: Sequence[Report], version: str) -> dict[str, bytes]:
    """The sheets as a page to print, and as a PDF where this machine has a browser that makes one.

    Parameters
    ----------
    overview
        The report `customer_overview`, with the rows behind it; its order is that of the sheets.
    reports
        What the cards are told of besides: what has changed.
    version
        The version of this package.

    Raises
    ------
    UsageError
        If there are more customers than are printed at a time.
    """
    behind = overview.basis.behind
    if behind is None:
        return {}
    if overview.frame.height > MOST_SHEETS:
        raise UsageError(
            f"Expected at most {MOST_SHEETS:,} customers to print sheets of; found {overview.frame.height:,}.",
            "write those of each account manager: --split-by account_manager",
        )
    changed = next((one.table for one in reports if {"customer_id", "sentence"} <= set(one.table.columns)), None)
    with spoken(overview.basis.language):
        made = cards(overview.frame, behind, overview.basis.loads, changed, overview.as_of, NO_LIMIT)
        page = standing_alone(
            "sheets.html",
            rules=RULES + SIZES,
            basis=overview.basis,
            cards=[(Markup(card), _zoom(card)) for card in made],
            version=version,
        ).encode()
    printed = print_to_pdf(page)
    return {PAGE: page} | ({} if printed is None else {SHEETS: _of_day(printed, overview.as_of)})


ZOOMS: Final = {10: 100, 14: 85, 18: 70, 24: 55, 32: 42}
"""Up to how many things to do and licenses a card is printed so large, in percent; one of more takes several pages."""


def _zoom(card: str) -> int:
    items = card.count("<li")
    return next((zoom for most, zoom in ZOOMS.items() if items <= most), min(ZOOMS.values()))


RULES: Final = """
@page { size: A4 portrait; margin: 14mm; }
.pa .sheet { max-inline-size: 46rem; margin: 0 auto 2rem; }
.pa .sheet .letterhead { display: flex; }
.pa .sheet div[popover] { display: block; position: static; inline-size: auto; max-inline-size: none; max-block-size: none; overflow: visible; margin: 0; padding: 0; border: 0; box-shadow: none; background: none; }
.pa .sheet .launch::after { content: none; }

.pa .how { max-inline-size: 46rem; margin: 1.5rem auto; }
@media print { .pa .how { display: none; } .pa .sheet { max-inline-size: none; margin: 0; font-size: 10pt; } .pa .sheet + .sheet { break-before: page; } }
"""
"""Each card as a sheet, and not as a window over the page."""

SIZES: Final = "\n".join(f"@media print {{ .pa .z{zoom} {{ zoom: {zoom}%; }} }}" for zoom in ZOOMS.values())


def _of_day(printed: bytes, day: date) -> bytes:
    """The PDF with the day of the report as the day on which it was made: the same sheets are the same bytes."""
    return re.sub(rb"(?<=Date \(D:)\d{14}\+00'00'", f"{day:%Y%m%d}000000+00'00'".encode(), printed)
