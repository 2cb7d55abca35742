"""What a notebook holds: a store, and the reports that can be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from partner_analytics import queries, questions
from partner_analytics.days import iso_day
from partner_analytics.demo import DEMO_DAY, DEMO_DB, demo_store, is_demo_store
from partner_analytics.errors import PartnerAnalyticsError, SettingsError, UsageError
from partner_analytics.filters import Filters
from partner_analytics.publish import (
    DEFAULT_FORMATS,
    check_replaceable,
    copy_file,
    read_templates,
    request_drafts,
    write_packs,
    write_refused_rows,
    write_reports,
)
from partner_analytics.settings import FILE as SETTINGS_FILE
from partner_analytics.settings import Settings, read_settings, remember_date_formats
from partner_analytics.store import ROWS, SECONDS, Limits
from partner_analytics.terminal import say
from partner_analytics.upkeep import Upkeep
from partner_analytics.vocabulary import RENEWAL_WINDOWS, REPORTS, SPLITS

if TYPE_CHECKING:
    import polars as pl

    from partner_analytics.customer import Customer
    from partner_analytics.reports import Report
    from partner_analytics.store import Accounting


@dataclass(frozen=True)
class Portfolio(Filters, Upkeep):
    """The customers of a partner: open a store, load exports, ask for reports.

    Parameters
    ----------
    db
        The store.
    today
        The day that reports are about unless another is given; None for the day of the call.
    settings
        The partner's own products, and the days before its end from which a license is expiring.
    only
        Which customers reports and queries are about; `customers`, `account_manager` and `category` set it.

    Examples
    --------
    >>> portfolio = Portfolio.demo()
    >>> portfolio.protection_status().headline.startswith("3")
    True
    """

    db: Path
    today: date | None = None
    settings: Settings = field(default_factory=Settings)

    @classmethod
    def open(cls, db: str | Path | None = None) -> Portfolio:
        """Open a store, by default the one that the settings name; it is made by the first load.

        Parameters
        ----------
        db
            The store's file. `partner_analytics.toml` of the folder you are in is read in any case.
        """
        if db == "":
            raise UsageError("Expected the store's file; found an empty path.", "name one: --db partner.duckdb")
        settings = read_settings()
        return cls(settings.db if db is None else Path(db), settings=settings)

    @classmethod
    def mine_or_demo(cls) -> Portfolio:
        """Your store if there is one in this folder or one above it, else the demo portfolio.

        A store is found by its settings, `partner_analytics.toml`, or by its name, `partner.duckdb`.
        """
        here = Path.cwd()
        for folder in (here, *here.parents):
            settings = read_settings(folder / SETTINGS_FILE)
            db = folder / settings.db
            if db.is_file():
                return cls(db, settings=settings)
        return cls.demo()

    @classmethod
    def demo(cls, folder: str | Path | None = None) -> Portfolio:
        """The demo portfolio that ships with the package, as of its own day.

        Parameters
        ----------
        folder
            Where to put its store, `demo.duckdb`; by default a folder that goes when Python ends.
        """
        if folder is not None:
            check_replaceable(Path(folder) / DEMO_DB, is_demo_store, "earlier demo without loads of your own")
        db = demo_store()
        return cls(db if folder is None else copy_file(db, Path(folder)), DEMO_DAY)

    @property
    def is_demo(self) -> bool:
        """Whether it is the invented portfolio."""
        return self.db.name == DEMO_DB and self.today == DEMO_DAY

    def _repr_html_(self) -> str:
        """What a notebook shows: which portfolio this is, and what it can be asked."""
        name = "The demo portfolio, which is invented" if self.is_demo else f"The portfolio in {self.db.name}"
        asked = ", ".join(f"<code>.{report}()</code>" for report in REPORTS)
        return (
            f"<p><strong>{escape(name)}</strong>, as of {self._day(None)}.</p>"
            f"<p>Ask for a report: {asked}; <code>.questions()</code> lists questions, and <code>.sql(…)</code> takes your own.</p>"
        )

    def load(
        self,
        *files: str | Path,
        snapshot_date: date | str | None = None,
        kind: str | None = None,
        customer_id: str | None = None,
        date_format: str | None = None,
        replace: bool = False,
        remember: bool = False,
        failed: Callable[[PartnerAnalyticsError], None] | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> tuple[Accounting, ...]:
        """Load exports, each whole or not at all.

        Parameters
        ----------
        files
            CSV, JSON or XLSX exports, or a CSV of refused rows that were corrected: they take their places.
        snapshot_date
            The day for which they were exported; today if not given.
        kind, customer_id, date_format
            What the files do not say themselves.
        replace
            Whether they take the place of all that was loaded before of their kind for that day.
        remember
            Whether the settings are to keep the date format for the headers of the columns that hold days.
        failed
            What to do with the errors of files that cannot be read, when the others are loaded; without it, the first
            error ends the load, and the files before it are loaded.
        progress
            What is told how many more bytes have been read.

        Returns
        -------
        tuple of Accounting
            For each file: rows_read = accepted + quarantined + duplicates.
        """
        # The schemas take a moment to import, and reports and queries do without them.
        from partner_analytics import ingest

        if remember and date_format is None:
            raise UsageError("There is no date format to remember.", "name it: --date-format %d/%m/%Y")
        instructions = ingest.Instructions(
            snapshot_date=iso_day(snapshot_date if snapshot_date is not None else date.today()),
            loaded_at=datetime.now(UTC).replace(tzinfo=None),
            settings=self.settings,
            kind=kind,
            customer_id=customer_id,
            date_format=date_format,
            replaces=replace,
        )
        exports = ((str(file), instructions) for file in files)
        loaded, errors = ingest.load(exports, self.db, ends_at_error=failed is None, progress=progress)
        if remember and date_format is not None:
            try:
                headers = (header for accounting in loaded for header in accounting.day_headers)
                remember_date_formats(dict.fromkeys(headers, date_format))
            except SettingsError as unwritten:
                errors = (*errors, unwritten)
        for error in errors:
            if failed is None:
                raise error
            failed(error)
        return loaded

    def explain(
        self,
        file: str | Path,
        *,
        kind: str | None = None,
        customer_id: str | None = None,
        date_format: str | None = None,
    ) -> str:
        """How a file would be read, column by column, and what would be refused; nothing is loaded."""
        from partner_analytics.explanation import explanation

        return explanation(
            str(file), self.db, kind=kind, customer_id=customer_id, date_format=date_format, settings=self.settings
        )

    def quarantine(self, file: str | Path, *, kind: str | None = None) -> tuple[tuple[Path, int], ...]:
        """Write the refused rows as CSV: where they stood and why they were refused, then their cells as they were.

        Corrected there and loaded, they take their places. A file holds the rows of one kind of export and one day;
        where there are several, the others' names say kind and day.

        Parameters
        ----------
        file
            Where to write them; nothing is written where no row waits to be corrected.
        kind
            Only those of this kind of export.

        Returns
        -------
        tuple of (Path, int)
            The files, and how many rows each holds.
        """
        if self.only:
            raise UsageError(
                "Refused rows are not told of some customers only: they may be anybody's.",
                "write those of the whole portfolio, without a filter.",
            )
        return write_refused_rows(queries.refused_rows(self.db, kind), Path(file))

    @staticmethod
    def check(file: str | Path) -> tuple[SettingsError, ...]:
        """Everything in a settings file that is not understood, each as a sentence with a hint."""
        from partner_analytics.mistakes import mistakes

        return mistakes(Path(file))

    @property
    def writer(self) -> str:
        """Who is writing to the store just now, in words; nothing where nobody is."""
        return queries.writer(self.db)

    def customer(self, id_or_name: str, *, as_of: date | str | None = None) -> Customer:
        """The contact card of one customer, by its id or a part of its name; if several fit, they are listed.

        Examples
        --------
        >>> Portfolio.demo().customer("thimble").account_name
        'Quillmarsh Holdings 7 Ltd'
        """
        from partner_analytics.customer import customer

        return customer(self.db, id_or_name, self._day(as_of), self.settings, self.only)

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
        return queries.reports(self.db, names or REPORTS, self._day(as_of), self._looking(ahead), earlier, self.only)

    def _looking(self, ahead: int | None) -> Settings:
        """The settings, with renewals that look so many days ahead."""
        if ahead is None:
            return self.settings
        most = max(RENEWAL_WINDOWS)
        if not 0 <= ahead <= most:
            raise UsageError(
                f"Expected 0 to {most} days for renewals to look ahead; found {ahead}.", "write --ahead 180, say."
            )
        return replace(self.settings, renewal_days=ahead)

    def _day(self, as_of: date | str | None) -> date:
        return iso_day(as_of if as_of is not None else self.today or date.today())

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

    def sql(
        self,
        query: str,
        /,
        *,
        as_of: date | str | None = None,
        max_rows: int = ROWS,
        max_seconds: float = SECONDS,
        **parameters: object,
    ) -> pl.DataFrame:
        """The rows of one query, which can only read.

        Parameters
        ----------
        query
            SQL over the tables of `sql/README.md`; `$name` in it stands for the parameter `name`.
        max_rows, max_seconds
            Where the answer is cut, which a line below it says, and when the query is stopped.

        Examples
        --------
        >>> portfolio = Portfolio.demo()
        >>> portfolio.sql("select count(*) as customers from accounts where account_type = $type", type="trial").item()
        3
        """
        return self._answer(query, parameters, self._day(as_of), Limits(max_seconds, max_rows))

    def questions(self) -> pl.DataFrame:
        """One row per question that `ask` answers: what it asks, and its parameters with their defaults."""
        return questions.listed()

    def ask(
        self,
        question: str,
        /,
        *,
        as_of: date | str | None = None,
        max_rows: int = ROWS,
        max_seconds: float = SECONDS,
        **parameters: object,
    ) -> pl.DataFrame:
        """The answer to a named question; `questions()` lists them.

        Examples
        --------
        >>> Portfolio.demo().ask("ends_soon", days=7).height
        1
        """
        asked, day = questions.question(question), self._day(as_of)
        given = {name: str(value) for name, value in parameters.items()}
        return self._answer(asked.text, questions.values(asked, given, day), day, Limits(max_seconds, max_rows))

    def _answer(self, query: str, parameters: Mapping[str, object], as_of: date, limits: Limits) -> pl.DataFrame:
        from partner_analytics import sandbox

        found = sandbox.answer(sandbox.Inquiry(self.db, query, parameters, as_of, self.settings, limits, self.only))
        if found.is_cut:
            # Whoever reads the rows must see that there are more; stdout may be a file.
            say(f"Only the first {limits.rows:,} rows are shown: there are more.")
        return found.frame

    def copy(self, file: str | Path, *, as_of: date | str | None = None) -> Path:
        """Write what is known as of a day as one plain DuckDB file, to be asked with any tool."""
        from partner_analytics import __version__
        from partner_analytics.sharing import write_copy

        return write_copy(Path(file), self.db, self._day(as_of), self.settings, self.only, __version__)

    def publish(
        self,
        folder: str | Path,
        *names: str,
        as_of: date | str | None = None,
        since: date | str | None = None,
        ahead: int | None = None,
        formats: Collection[str] = DEFAULT_FORMATS,
        requests: bool = False,
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
            Of "csv", "html", "ics" and "xlsx".
        requests
            Whether to write drafts of mails to the customers whose Partner Assistance is to be asked for.
        split_by
            "account_manager" for a folder each, with their customers only.
        """
        from partner_analytics import __version__

        if split_by not in (None, *SPLITS):
            raise UsageError(f"Reports are not split by {split_by!r}.", f"split them by: {', '.join(SPLITS)}.")
        templates = read_templates(self.settings.templates) if requests else None
        wanted, day, settings = tuple(dict.fromkeys(names or REPORTS)), self._day(as_of), self._looking(ahead)
        earlier = None if since is None else iso_day(since)

        def drafts(reports: Sequence[Report]) -> dict[str, bytes]:
            overview = next(report for report in reports if report.name == "customer_overview")
            return request_drafts(overview, templates) if templates else {}

        # Drafts and packs are made from the rows behind the overview, written or not.
        needed = (*wanted, "customer_overview")
        if split_by is not None:
            packs = queries.packs(self.db, needed, day, settings, earlier, self.only)
            asked = {name: drafts(reports) for name, reports in packs.items()}
            return write_packs(packs, Path(folder), formats, names=wanted, version=__version__, drafts=asked)
        built = queries.reports(self.db, needed if requests else wanted, day, settings, earlier, self.only)
        chosen = [report for report in built if report.name in wanted]
        return write_reports(
            chosen, Path(folder), formats, version=__version__, drafts=drafts(built) if requests else None
        )
