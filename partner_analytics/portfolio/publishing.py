"""The reports of a portfolio as files in a folder."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partner_analytics import publish
from partner_analytics.errors import UsageError
from partner_analytics.portfolio.reporting import Reporting
from partner_analytics.reports import build_reports
from partner_analytics.reports.definitions import DEFINITIONS, OVERVIEW
from partner_analytics.vocabulary import SPLITS

if TYPE_CHECKING:
    from partner_analytics.reports import Report

__all__ = ["Built", "Publishing"]


@dataclass(frozen=True)
class Built:
    """Reports, and the same about the customers of each account manager, all from one opening of the store.

    Parameters
    ----------
    reports
        Those that were asked for, and those needed besides.
    packs
        The same by account manager, None for nobody; empty where they were not asked for.
    chosen
        The names of the reports that are to be written.
    """

    reports: tuple[Report, ...]
    packs: Mapping[str | None, tuple[Report, ...]]
    chosen: frozenset[str]

    def to_write(self) -> list[Report]:
        """The reports that are to be written."""
        return [report for report in self.reports if report.name in self.chosen]


@dataclass(frozen=True)
class Publishing(Reporting):
    """The reports that can be asked of a portfolio, and how they are written."""

    def built(
        self,
        *names: str,
        as_of: date | str | None = None,
        language: str | None = None,
        besides: Collection[str] = (),
        packs: bool = False,
    ) -> Built:
        """The reports of these names, or all, to be written or sent.

        Parameters
        ----------
        language
            The code of their language; by default what the settings say.
        besides
            The names of further reports that are needed, and not written.
        packs
            Whether those of each account manager are made too.
        """
        wanted, settings = self._definitions(names), self._looking(None, language)
        others = (*(DEFINITIONS[name] for name in besides), OVERVIEW)
        needed = tuple({one.name: one for one in (*others, *wanted)}.values())
        opened = self._opened(needed, as_of, None, settings, of_some=packs)
        of_managers = opened.of_account_managers() if packs else {}
        return Built(
            tuple(build_reports(opened, needed)),
            {manager: tuple(build_reports(known, needed)) for manager, known in of_managers.items()},
            frozenset(one.name for one in wanted),
        )

    def publish(
        self,
        folder: str | Path,
        *names: str,
        as_of: date | str | None = None,
        since: date | str | None = None,
        ahead: int | None = None,
        formats: Collection[str] | None = None,
        csv_for: str = "machines",
        language: str | None = None,
        requests: bool = False,
        sheets: bool = False,
        split_by: str | None = None,
    ) -> tuple[Path, ...]:
        """Write the reports of these names, or all, into a folder; each file whole, `manifest.json` last.

        Parameters
        ----------
        since
            The day that `changes` compares with; by default the snapshot day before the newest.
        ahead
            How many days ahead `renewals` looks; by default what the settings say.
        formats
            Of "csv", "html", "ics" and "xlsx"; all but the last if not given.
        csv_for
            For whom CSV files are written: "machines", or "excel" with semicolons and a mark by which it knows UTF-8.
        language
            The code of the language of page, workbook, calendar and sheets; by default what the settings say.
        requests
            Whether to write drafts of mails about Partner Assistance, renewals and trials, and `requests.csv`.
        sheets
            Whether to write a sheet a customer: `sheets.html`, and `sheets.pdf` where there is a browser that makes one.
        split_by
            "account_manager" for a folder each, with their customers only.
        """
        from partner_analytics import __version__
        from partner_analytics.publish.formats import draws, is_rows_alone

        if split_by not in (None, *SPLITS):
            raise UsageError(f"Reports cannot be split by {split_by!r}.", f"split them by: {', '.join(SPLITS)}.")
        templates = publish.read_templates(self.settings.templates) if requests else None
        wanted, settings = self._definitions(names), self._looking(ahead, language)
        chosen = {one.name for one in wanted}

        def beside(reports: Sequence[Report]) -> dict[str, bytes]:
            overview = next((report for report in reports if report.lists_customers), None)
            if overview is None:
                return {}
            drafts = publish.request_drafts(overview, templates) if templates else {}
            return drafts | (publish.customer_sheets(overview, reports, __version__) if sheets else {})

        # Drafts, sheets and packs are made from the rows behind the overview, written or not.
        needed = wanted if split_by is None and not requests and not sheets else (*wanted, OVERVIEW)
        # A sheet tells what has changed.
        needed = (*needed, DEFINITIONS["changes"]) if sheets else needed
        opened = self._opened(
            needed,
            as_of,
            since,
            settings,
            draws=draws(formats),
            of_some=split_by is not None,
            is_rows_alone=is_rows_alone(formats) and not (requests or sheets),
        )
        how: dict[str, Any] = {"version": __version__, "csv_for": csv_for}
        if split_by is not None:
            packs = {manager: build_reports(known, needed) for manager, known in opened.of_account_managers().items()}
            others = {name: beside(reports) for name, reports in packs.items()}
            return publish.write_packs(packs, Path(folder), formats, names=chosen, beside=others, **how)
        built = build_reports(opened, needed)
        written = [report for report in built if report.name in chosen]
        others_of_all = beside(built) if requests or sheets else None
        return publish.write_reports(written, Path(folder), formats, beside=others_of_all, **how)
