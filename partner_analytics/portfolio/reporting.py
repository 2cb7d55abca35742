"""The reports that can be asked of a portfolio."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from partner_analytics.as_of.opening import open_as_of
from partner_analytics.days import iso_day
from partner_analytics.errors import UsageError
from partner_analytics.portfolio.scope import Scope
from partner_analytics.reports import build_reports
from partner_analytics.settings import Settings
from partner_analytics.vocabulary import RENEWAL_WINDOWS, REPORTS

if TYPE_CHECKING:
    from partner_analytics.reports import Report

__all__ = ["Reporting"]


@dataclass(frozen=True)
class Reporting(Scope):
    """The reports that can be asked of a portfolio."""

    def reports(
        self,
        *names: str,
        as_of: date | str | None = None,
        since: date | str | None = None,
        ahead: int | None = None,
    ) -> tuple[Report, ...]:
        """The reports of these names, or all, checked against each other.

        Parameters
        ----------
        since
            The day that `changes` compares with; by default the snapshot day before the newest.
        ahead
            How many days ahead `renewals` looks; by default what the settings say.
        """
        earlier = None if since is None else iso_day(since)
        asked, settings = names or REPORTS, self._looking(ahead)
        return build_reports(open_as_of(self.db, asked, self._day(as_of), settings, earlier, self.only), asked)

    def _looking(self, ahead: int | None) -> Settings:
        """The settings, with renewals that look so many days ahead."""
        if ahead is None:
            return self.settings
        most = max(RENEWAL_WINDOWS)
        if not 0 <= ahead <= most:
            raise UsageError(
                f"Expected 0 to {most} days for renewals to look ahead; found {ahead}.", "write for example --ahead 180"
            )
        return replace(self.settings, renewal_days=ahead)

    def customer_overview(self, as_of: date | str | None = None) -> Report:
        """Each customer in one row, and what to do next."""
        return self.reports("customer_overview", as_of=as_of)[0]

    def actions(self, as_of: date | str | None = None) -> Report:
        """What to do for which customer, and by when."""
        return self.reports("actions", as_of=as_of)[0]

    def protection_status(self, as_of: date | str | None = None) -> Report:
        """Which customer is protected in which category, and until when."""
        return self.reports("protection_status", as_of=as_of)[0]

    def flex_vs_term(self, as_of: date | str | None = None) -> Report:
        """Who pays by use, who for a term, and who perhaps twice."""
        return self.reports("flex_vs_term", as_of=as_of)[0]

    def license_positions(self, as_of: date | str | None = None) -> Report:
        """Seats and usage of each customer, product and model."""
        return self.reports("license_positions", as_of=as_of)[0]

    def assistance_coverage(self, as_of: date | str | None = None) -> Report:
        """Which customer's Central Admin the partner can open."""
        return self.reports("assistance_coverage", as_of=as_of)[0]

    def changes(self, since: date | str | None = None, as_of: date | str | None = None) -> Report:
        """What changed between two days, by default since the snapshot day before the newest."""
        return self.reports("changes", as_of=as_of, since=since)[0]

    def renewals(self, as_of: date | str | None = None, ahead: int | None = None) -> Report:
        """What ends soon, what ended lately, and how many of its seats go on; `ahead` is in days."""
        return self.reports("renewals", as_of=as_of, ahead=ahead)[0]
