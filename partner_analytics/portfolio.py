"""What a notebook holds: a store, and the reports that can be asked of it."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from partner_analytics import ingest, queries
from partner_analytics.errors import PartnerAnalyticsError
from partner_analytics.publish import write_reports
from partner_analytics.resources import resource
from partner_analytics.vocabulary import REPORTS

if TYPE_CHECKING:
    import polars as pl

    from partner_analytics.reports import Report
    from partner_analytics.store import Accounting

DEMO_DAY = date(2026, 11, 2)
DEMO_FILES = ("customers.csv", "licenses.csv", "licenses.jsonl", "assistance.csv", "customer_facts.csv")


@dataclass(frozen=True)
class Portfolio:
    """The customers of a partner: open a store, load exports, ask for reports.

    Parameters
    ----------
    db
        The store.
    today
        The day that reports are about unless another is given; None for the day of the call.
    """

    db: Path
    today: date | None = None

    @classmethod
    def open(cls, db: str | Path = "partner.duckdb") -> Portfolio:
        """Open a store; it is made by the first load."""
        return cls(Path(db))

    @classmethod
    def demo(cls) -> Portfolio:
        """The demo portfolio that ships with the package, in a store of its own."""
        portfolio = cls(Path(tempfile.mkdtemp(prefix="partner-analytics-")) / "demo.duckdb", DEMO_DAY)
        portfolio.load(*(resource("data", "fixtures") / name for name in DEMO_FILES), snapshot_date=DEMO_DAY)
        return portfolio

    def load(self, *files: str | Path, snapshot_date: date | None = None) -> tuple[Accounting, ...]:
        """Load exports, one accounting for each file; the first file that cannot be read ends it."""
        return tuple(
            ingest.load(
                str(file),
                self.db,
                snapshot_date=snapshot_date or date.today(),
                loaded_at=datetime.now(UTC).replace(tzinfo=None),
            )
            for file in files
        )

    def reports(self, *names: str, as_of: date | None = None) -> tuple[Report, ...]:
        """The reports of these names, or all, checked against each other."""
        return queries.reports(self.db, names or REPORTS, as_of or self.today or date.today())

    def protection_status(self, as_of: date | None = None) -> Report:
        """Which customer is protected in which category, and until when."""
        return self.reports("protection_status", as_of=as_of)[0]

    def flex_vs_term(self, as_of: date | None = None) -> Report:
        """Who pays by use, who for a term, and who perhaps twice."""
        return self.reports("flex_vs_term", as_of=as_of)[0]

    def license_positions(self, as_of: date | None = None) -> Report:
        """Seats and usage of each customer, product and model."""
        return self.reports("license_positions", as_of=as_of)[0]

    def assistance_coverage(self, as_of: date | None = None) -> Report:
        """Which customer's Central Admin the partner can open."""
        return self.reports("assistance_coverage", as_of=as_of)[0]

    def sql(self, query: str, *, as_of: date | None = None, **parameters: object) -> pl.DataFrame:
        """The rows of one read-only query."""
        return queries.sql(self.db, query, parameters, as_of or self.today or date.today())

    def publish(
        self, folder: str | Path, *, as_of: date | None = None, formats: Collection[str] = ("csv", "html")
    ) -> tuple[Path, ...]:
        """Write all reports into a folder; each file is replaced whole, `manifest.json` last."""
        from partner_analytics import __version__

        return write_reports(self.reports(as_of=as_of), Path(folder), formats, version=__version__)

    def _repr_html_(self) -> str:
        try:
            return "".join(report.to_html() for report in self.reports())
        except PartnerAnalyticsError as error:
            return str(error)
