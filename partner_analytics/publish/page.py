"""All reports as one page that stands alone: no script, no request, no clock."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from markupsafe import Markup

from partner_analytics.reports.fragment import style, templates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from partner_analytics.reports import Report

__all__ = ["page"]


def page(reports: Sequence[Report], *, version: str) -> str:
    """The reports as one HTML document.

    Its content policy allows nothing but the one style sheet inside it, named by its hash.

    Parameters
    ----------
    reports
        At least one report; all as of the same day.
    version
        The version of this package, told at the foot of the page.
    """
    sheet = style()
    digest = base64.b64encode(hashlib.sha256(sheet.encode("utf-8")).digest()).decode("ascii")
    return templates("partner_analytics.publish").get_template("page.html").render(
        reports=reports,
        basis=reports[0].basis,
        customers=max(report.frame["customer_id"].n_unique() for report in reports),
        fragments=[Markup(report.to_html()) for report in reports],
        sheet=Markup(sheet),
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'",
        version=version,
    ) + "\n"  # fmt: skip
