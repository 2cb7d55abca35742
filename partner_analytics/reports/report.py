"""A report and its renderings: chart, CSV, calendar and HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from partner_analytics.errors import UsageError
from partner_analytics.reports.content import Content

if TYPE_CHECKING:
    import altair as alt

__all__ = ["Report"]


@dataclass(frozen=True)
class Report(Content):
    """One report as of one day, and how it is drawn and written."""

    @property
    def chart(self) -> alt.TopLevelMixin:
        """The Altair chart; asking for it makes Altair draw without the network."""
        from partner_analytics.charts import chart

        drawing = chart(self.name, self.drawn, self.basis.only)
        from partner_analytics.charts.offline import draw_offline

        draw_offline()
        return drawing

    @property
    def trend(self) -> alt.TopLevelMixin | None:
        """The chart of its figures over the snapshots; None where there are not at least two of them."""
        from partner_analytics.charts import trend

        return trend(self.name, self.history)

    def to_csv(self) -> str:
        """The rows as CSV: UTF-8, comma, line feed, safe to open in a spreadsheet."""
        return self.csv_files()[f"{self.name}.csv"]

    def csv_files(self) -> dict[str, str]:
        """The text of each CSV file of the report, by the file's name; its own is the first."""
        from partner_analytics.reports.csv_text import csv_text

        return {f"{name}.csv": csv_text(frame) for name, frame in {self.name: self.frame, **self.further}.items()}

    def to_ics(self) -> str:
        """The renewals as a calendar file, one entry a license; no other report has days to put into a calendar."""
        if self.name != "renewals":
            raise UsageError(
                f"`{self.name}` has no calendar; expected `renewals`.", "ask for the calendar of `renewals`."
            )
        from partner_analytics.reports.renewals import calendar

        return calendar(self.frame, self.basis)

    def to_html(self) -> str:
        """The report as one `<section>`, as it stands in the page."""
        from partner_analytics.reports.html.section import fragment

        return fragment(self)

    def _repr_html_(self) -> str:
        """What a notebook shows: the section of the page, and its sources, with a style that reaches nothing else."""
        from partner_analytics.reports.html.section import style
        from partner_analytics.reports.html.sources import sources

        return f'<div class="pa"><style>{style()}</style>{self.to_html()}{sources(self.basis)}</div>'
