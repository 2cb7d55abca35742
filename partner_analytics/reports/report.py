"""The value that a report is, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from partner_analytics.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import altair as alt

__all__ = ["Basis", "Behind", "Column", "Figure", "Pack", "Report", "Toggle", "Words", "together"]


@dataclass(frozen=True)
class Behind:
    """The rows of the exports behind the figures, with the load and the line that brought them.

    Parameters
    ----------
    contacts
        One row per customer: the result `contacts`, and basis (how its Partner Assistance is known).
    actions
        One row per action: the result `actions`.
    names_to_correct
        One row per customer with a name to look at: the result `names_to_correct`.
    licenses
        One row per license, customer by customer: what `license_states` says of it, and load_id, line, snapshot_date.
    names
        One row per name that a customer was shown under, for those with several: customer_id, customer_name,
        snapshot_date (the first of that name), load_id, line, file.
    sources
        One row per customer and row that was read about it, licenses apart: customer_id, kind, load_id, line,
        snapshot_date.
    """

    contacts: pl.DataFrame
    actions: pl.DataFrame
    names_to_correct: pl.DataFrame
    licenses: pl.DataFrame
    names: pl.DataFrame
    sources: pl.DataFrame


@dataclass(frozen=True)
class Pack:
    """A part of the portfolio: the customers of one account manager, or those without one.

    Parameters
    ----------
    account_manager
        Who looks after them; None for nobody, since any text could be somebody's name.
    """

    account_manager: str | None

    @property
    def title(self) -> str:
        """What it is called."""
        return "Customers without an account manager" if self.account_manager is None else self.account_manager


@dataclass(frozen=True)
class Basis:
    """What a report rests on.

    Parameters
    ----------
    as_of
        The day the report is about.
    expiring_days
        Days before its end from which a license counts as expiring.
    renewal_days
        How many days ahead renewals look.
    customers
        How many customers the reports are about.
    snapshot_days
        For each kind of export that exists: the kind and the day of the newest snapshot used.
    loads
        One row per load behind the report: load_id, file, kind, snapshot_date, sha256, rows_read, accepted,
        quarantined, duplicates.
    quarantine
        One row per broken rule in these loads: load_id, file, line, kind, column_name, value, reason.
    suspicions
        One row for each thing that makes the exports look incomplete or spoilt: kind, suspicion (a sentence).
    unmapped_products
        One row per product code that the catalogue lacks: product_code, product_name, licenses, customers.
    unknown_customers
        One row per customer id and kind that the customer export lacks: customer_id, kind, rows.
    partner
        The partner's own name, if it is known.
    programs
        The vendor's programs that the partner is in; None where nobody has said.
    pack
        Whose customers these are, for a part of the portfolio; None for all of it.
    behind
        The rows of the exports behind the report, where they were asked for.
    since
        The earlier day that the report compares with, if it does.
    only
        Which customers it is about, if not about all.
    only_categories
        The only categories it is about, if not about all.
    """

    as_of: date
    expiring_days: int
    renewal_days: int
    customers: int
    snapshot_days: tuple[tuple[str, date], ...]
    loads: pl.DataFrame
    quarantine: pl.DataFrame
    suspicions: pl.DataFrame
    unmapped_products: pl.DataFrame
    unknown_customers: pl.DataFrame
    partner: str = ""
    programs: tuple[str, ...] | None = None
    pack: Pack | None = None
    behind: Behind | None = None
    since: date | None = None
    only: str = ""
    only_categories: tuple[str, ...] = ()

    @property
    def rows_refused(self) -> int:
        """How many rows of the loads were refused, and have not come back corrected."""
        return self.quarantine.select("load_id", "line").n_unique()

    @property
    def is_part(self) -> bool:
        """Whether it is about some of the customers: then which rows were refused is not told, as they may be anybody's."""
        return self.pack is not None or bool(self.only)


def together(bases: Sequence[Basis]) -> Basis:
    """What several reports rest on together: what the first does, and the loads of all."""
    loads = pl.concat(basis.loads for basis in bases).unique("load_id").sort("load_id")
    since = next((basis.since for basis in bases if basis.since is not None), None)
    return replace(bases[0], loads=loads, since=since)


@dataclass(frozen=True)
class Figure:
    """One figure of a report: what it counts, how many, and whether that is good news.

    `tone` is one of "good", "warning", "bad", "unknown" and "plain"; the words say the same without colour. `rows` says
    which rows of the report's frame it counts, so that it can be opened to them.
    """

    label: str
    value: str
    tone: str = "plain"
    note: str = ""
    rows: pl.Expr | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Toggle:
    """A choice on a report to show some of its rows only: what it is called, which rows stay, and those in words."""

    label: str
    rows: pl.Expr = field(repr=False, compare=False)
    note: str


@dataclass(frozen=True)
class Column:
    """One column of a report's table on the page.

    `form` is one of "name" (the customer), "text", "word" (a code, shown as words), "badge" (a word with a shape),
    "day", "number", "flag" (yes or no), "alarm" (a flag that is bad news), "sentence" (a longer text), "cover" (categories
    by status), "to_do" (what to do, by when, and how much more), "person" (in the last column) and "id".
    """

    name: str
    title: str
    form: str = "text"


@dataclass(frozen=True)
class Words:
    """What a report's module says about its frame.

    Parameters
    ----------
    table
        The rows of the table on the page, where they are not those of the CSV file.
    drawn
        What the chart draws, where that is not the frame.
    further
        Further frames of the report, each a CSV file beside its own, by name.
    """

    headline: str
    figures: tuple[Figure, ...]
    assumptions: tuple[str, ...]
    caveats: tuple[str, ...]
    toggle: Toggle | None = None
    table: pl.DataFrame | None = None
    drawn: pl.DataFrame | None = None
    further: Mapping[str, pl.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """One report as of one day; it never changes once it is built.

    Parameters
    ----------
    frame
        The rows, with the columns of the CSV file.
    headline
        The most important figures in one sentence.
    assumptions
        What the report takes as given because the vendor does not say.
    caveats
        What is missing or doubtful in the data behind it.
    columns
        The columns of the table on the page, in order.
    toggle
        The choice to show some rows only, if there is one.
    table
        The rows of the table on the page.
    drawn
        What the chart draws.
    further
        Further frames of the report, each a CSV file beside its own, by name.
    history
        What its figures were on each snapshot day: day, series, value (empty in a gap). Without rows where there is no trend.
    """

    name: str
    title: str
    frame: pl.DataFrame = field(repr=False)
    basis: Basis = field(repr=False)
    headline: str
    figures: tuple[Figure, ...]
    assumptions: tuple[str, ...] = field(repr=False)
    caveats: tuple[str, ...]
    columns: tuple[Column, ...] = field(repr=False)
    table: pl.DataFrame = field(repr=False)
    drawn: pl.DataFrame = field(repr=False)
    further: Mapping[str, pl.DataFrame] = field(repr=False)
    history: pl.DataFrame = field(repr=False)
    toggle: Toggle | None = field(default=None, repr=False)

    @property
    def as_of(self) -> date:
        """The day the report is about."""
        return self.basis.as_of

    @property
    def chart(self) -> alt.TopLevelMixin:
        """The Altair chart; asking for it makes Altair draw without the network."""
        from partner_analytics.charts import chart

        drawing = chart(self.name, self.drawn, self.basis.only)
        from partner_analytics.charts.notebook import draw_offline

        draw_offline()
        return drawing

    @property
    def trend(self) -> alt.TopLevelMixin | None:
        """The chart of its figures over the snapshots; None where there are not at least two of them."""
        from partner_analytics.charts import trend

        return trend(self.name, self.history)

    @property
    def trend_alternative(self) -> str:
        """What the trend shows, in words."""
        from partner_analytics.charts import trend_alternative

        return trend_alternative(self.name, self.history)

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
            raise UsageError(f"`{self.name}` makes no calendar.", "ask for that of `renewals`.")
        from partner_analytics.reports.renewals import calendar

        return calendar(self.frame, self.basis)

    def to_html(self) -> str:
        """The report as one `<section>`, as it stands in the page."""
        from partner_analytics.reports.fragment import fragment

        return fragment(self)

    def _repr_html_(self) -> str:
        """What a notebook shows: the section of the page, and its sources, with a style that reaches nothing else."""
        from partner_analytics.reports.fragment import style
        from partner_analytics.reports.sources import sources

        return f'<div class="pa"><style>{style()}</style>{self.to_html()}{sources(self.basis)}</div>'
