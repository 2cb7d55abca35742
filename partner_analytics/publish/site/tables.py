"""The table of a report on the page: how large it would be whole, and its section with as much of it as fits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl
from markupsafe import Markup

from partner_analytics.languages import say
from partner_analytics.publish.site.filters import row_marks
from partner_analytics.publish.site.monday import MONDAY, monday_rows, monday_table
from partner_analytics.reports.html.section import fragment, shown_columns, shown_rows

if TYPE_CHECKING:
    from partner_analytics.as_of.basis import Behind
    from partner_analytics.reports import Report

__all__ = ["ReportTable"]

ROOM: Final = 1_500_000
"""No table of the page is larger."""

PLAN: Final = "actions"
"""The report that is the plan of the week: its rows are grouped by when they are due."""


@dataclass(frozen=True)
class ReportTable:
    """The table of a report.

    Parameters
    ----------
    behind
        The rows behind the reports, where there are any: then its rows can be filtered.
    customers
        One row per customer: customer_id, urgency, card, opened_by.
    """

    report: Report
    behind: Behind | None
    customers: pl.DataFrame

    @cached_property
    def size(self) -> int:
        """How many bytes all rows have."""
        rows = shown_rows(self.report, self.customers, ROOM, self._marks) if self._plan is None else self._plan["row"]
        return int(rows.str.len_bytes().sum())

    def section(self, size: int, said: frozenset[str]) -> Markup:
        """The report's section, with the rows that fit.

        Parameters
        ----------
        said
            The caveats that stand elsewhere on the page.
        """
        plan = "" if self._plan is None else monday_table(self.report, self._plan, size)
        return Markup(
            fragment(self.report, customers=self.customers, table_bytes=size, marks=self._marks, table=plan, said=said)
        )

    @property
    def is_plan(self) -> bool:
        """Whether it is the plan of the week."""
        return self._plan is not None

    @property
    def titles(self) -> list[str]:
        """What its columns are called."""
        if self._plan is not None:
            return [say(title) for title in MONDAY]
        return [column.title for column in shown_columns(self.report, on_page=True)]

    @cached_property
    def _marks(self) -> pl.Expr | None:
        return None if self.behind is None else row_marks(self.report.table, self.behind, self.report.as_of)

    @cached_property
    def _plan(self) -> pl.DataFrame | None:
        if self.behind is None or self.report.name != PLAN:
            return None
        return monday_rows(self.report, self.behind, self.customers)
