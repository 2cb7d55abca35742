"""A report and its renderings: chart, CSV, calendar and HTML."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from partner_analytics.errors import UsageError
from partner_analytics.languages import ENGLISH, decimal_sign, spoken
from partner_analytics.reports.content import Content
from partner_analytics.reports.csv_text import MACHINES, CsvTable, Dialect, csv_table
from partner_analytics.reports.headers import headers

if TYPE_CHECKING:
    import altair as alt

__all__ = ["Report"]


@dataclass(frozen=True)
class Report(Content):
    """One report as of one day, and how it is drawn and written."""

    calendar: Callable[[], str] | None = field(default=None, repr=False, compare=False)

    @property
    def chart(self) -> alt.TopLevelMixin:
        """The Altair chart; a notebook shows it without the network, whatever renderer Altair has."""
        from partner_analytics.charts import chart

        with spoken(self.basis.language):
            drawn = chart(self.look, self.drawn, self.basis.only)
        from partner_analytics.charts.offline import offline

        return offline(drawn)

    @property
    def trend(self) -> alt.TopLevelMixin | None:
        """The chart of its figures over the snapshots; None where there are fewer than three of them."""
        from partner_analytics.charts import trend

        with spoken(self.basis.language):
            drawn = trend(self.look, self.history)
        if drawn is None:
            return None
        from partner_analytics.charts.offline import offline

        return offline(drawn)

    def to_csv(self) -> str:
        """The rows as CSV: UTF-8, comma, line feed, safe to open in a spreadsheet."""
        return self.csv_files()[f"{self.name}.csv"]

    def csv_files(self, dialect: Dialect = MACHINES) -> dict[str, str]:
        """The text of each CSV file of the report, by the file's name; its own is the first."""
        return {name: table.text for name, table in self.csv_tables(dialect).items()}

    def csv_tables(self, dialect: Dialect = MACHINES) -> dict[str, CsvTable]:
        """What stands in each CSV file of the report, by the file's name; its own is the first.

        For people of another language than English the headers are in it; for machines they are the names of the columns.
        """
        files = {self.name: self.frame, **self.further}
        with spoken(self.basis.language):
            if dialect != MACHINES:
                dialect = replace(dialect, decimal=decimal_sign())
            is_named = dialect == MACHINES or self.basis.language == ENGLISH
            return {
                f"{name}.csv": csv_table(frame, () if is_named else headers(frame.columns, self.columns), dialect)
                for name, frame in files.items()
            }

    def to_ics(self) -> str:
        """The report as a calendar file, an entry for each thing that ends; `renewals` has such days."""
        if self.calendar is None:
            raise UsageError(
                f"`{self.name}` has no calendar; expected `renewals`.", "ask for the calendar of `renewals`."
            )
        with spoken(self.basis.language):
            return self.calendar()

    def to_html(self) -> str:
        """The report as one `<section>`, as it stands in the page."""
        from partner_analytics.reports.html.section import fragment

        return fragment(self)

    def _repr_html_(self) -> str:
        """What a notebook shows: the section of the page, and its sources, with a style that reaches nothing else."""
        from partner_analytics.reports.html.section import style
        from partner_analytics.reports.html.sources import sources

        return f'<div class="pa"><style>{style()}</style>{self.to_html()}{sources(self.basis)}</div>'
