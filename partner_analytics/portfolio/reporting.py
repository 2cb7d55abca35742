"""The reports that can be asked of a portfolio."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Self

from partner_analytics.as_of.opening import Opening, open_as_of
from partner_analytics.days import iso_day
from partner_analytics.errors import UsageError, nearest
from partner_analytics.languages import languages
from partner_analytics.portfolio import installed
from partner_analytics.portfolio.scope import Scope
from partner_analytics.reports import build_reports
from partner_analytics.reports.definitions import DEFINITIONS, wanted
from partner_analytics.reports.own import own
from partner_analytics.settings import Settings
from partner_analytics.vocabulary import RENEWAL_WINDOWS

if TYPE_CHECKING:
    from partner_analytics.reports import Definition, Report

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
        language: str | None = None,
    ) -> tuple[Report, ...]:
        """The reports of these names, or all, checked against each other.

        Parameters
        ----------
        since
            The day that `changes` compares with; by default the snapshot day before the newest.
        ahead
            How many days ahead `renewals` looks; by default what the settings say.
        language
            The code of the language in which they are written; by default what the settings say, else English.
        """
        asked = self._definitions(names)
        return build_reports(self._opened(asked, as_of, since, self._looking(ahead, language)), asked)

    def report(self, name: str, *, as_of: date | str | None = None) -> Report:
        """The report of a name: one of ours, or of your own."""
        return self.reports(name, as_of=as_of)[0]

    def add_report(self, definition: Definition) -> Self:
        """A portfolio that knows a report of your own: it is asked for by name, and published beside the others.

        Parameters
        ----------
        definition
            What makes the report: its name, its transform, its words and its look.

        Raises
        ------
        UsageError
            If its name is taken or no plain identifier, or a part of it is none that a report can have.
        """
        taken = (*_files(self.own_reports), *installed.names())
        return replace(self, own_reports=(*self.own_reports, own(definition, taken)))

    def _definitions(self, names: Collection[str]) -> tuple[Definition, ...]:
        """What makes the reports of these names, or of all: ours, those added, and those installed."""
        known = DEFINITIONS | {one.name: one for one in self.own_reports}
        if not names:
            every = (*known.values(), *(installed.report(name) for name in installed.names()))
            if twice := sorted(name for name, times in Counter(_files(every)).items() if times > 1):
                raise UsageError(
                    f"Two reports would write `{twice[0]}`.", "name the reports that you want, or uninstall one."
                )
            return every
        others = [] if known.keys() >= set(names) else installed.names()
        for name in names:
            if name not in known and name not in others:
                raise UsageError(f"There is no report `{name}`.", nearest(name, [*known, *others]))
        return tuple(known[name] if name in known else installed.report(name) for name in dict.fromkeys(names))

    def _opened(
        self,
        asked: Sequence[Definition],
        as_of: date | str | None,
        since: date | str | None,
        settings: Settings,
        *,
        draws: bool = True,
        of_some: bool = False,
        is_rows_alone: bool = False,
    ) -> Opening:
        earlier = None if since is None else iso_day(since)
        needed = wanted(asked, draws=draws, of_some=of_some or bool(self.only), is_rows_alone=is_rows_alone)
        return open_as_of(self.db, needed, self._day(as_of), settings, earlier, self.only)

    def _looking(self, ahead: int | None, language: str | None = None) -> Settings:
        """The settings, with renewals that look so many days ahead, and in a language."""
        settings = self.settings
        if language is not None:
            if language not in languages():
                raise UsageError(
                    f"Reports cannot be written in {language!r}.", f"write them in: {', '.join(languages())}."
                )
            settings = replace(settings, language=language)
        if ahead is None:
            return settings
        most = max(RENEWAL_WINDOWS)
        if not 0 <= ahead <= most:
            raise UsageError(
                f"Expected 0 to {most} days for renewals to look ahead; found {ahead}.", "write for example --ahead 180"
            )
        return replace(settings, renewal_days=ahead)

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


def _files(definitions: Sequence[Definition]) -> tuple[str, ...]:
    """What the files of these reports are called, without their endings."""
    return tuple(name for one in definitions for name in (one.name, *one.further))
