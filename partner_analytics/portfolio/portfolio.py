"""What a notebook holds: a store, and the reports that can be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partner_analytics import publish
from partner_analytics.as_of import opening
from partner_analytics.days import iso_day
from partner_analytics.demo import DEMO_DAY, DEMO_DB, demo_store, is_demo_store
from partner_analytics.errors import PartnerAnalyticsError, SettingsError, UsageError
from partner_analytics.portfolio import installed
from partner_analytics.portfolio.asking import Asking
from partner_analytics.portfolio.publishing import Publishing
from partner_analytics.portfolio.pulling import EXPORTS, Pulled, pulled
from partner_analytics.portfolio.upkeep import Upkeep
from partner_analytics.settings import FILE as SETTINGS_FILE
from partner_analytics.settings import read_settings, remember_date_formats
from partner_analytics.vocabulary import COPIES, REPORTS

if TYPE_CHECKING:
    from partner_analytics.as_of.customer import Customer
    from partner_analytics.loaders import Source
    from partner_analytics.store import Accounting


@dataclass(frozen=True)
class Portfolio(Publishing, Asking, Upkeep):
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
    own_reports
        Reports of your own that it knows; `add_report` sets it.

    Examples
    --------
    >>> portfolio = Portfolio.demo()
    >>> portfolio.protection_status().headline.startswith("3")
    True
    """

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
            publish.check_replaceable(Path(folder) / DEMO_DB, is_demo_store, "earlier demo without loads of your own")
        db = demo_store()
        return cls(db if folder is None else publish.copy_file(db, Path(folder)), DEMO_DAY)

    @property
    def is_demo(self) -> bool:
        """Whether it is the invented portfolio."""
        return self.db.name == DEMO_DB and self.today == DEMO_DAY

    def _repr_html_(self) -> str:
        """What a notebook shows: which portfolio this is, and what it can be asked."""
        name = "The demo portfolio, which is invented" if self.is_demo else f"The portfolio in {self.db.name}"
        calls = (*(f".{name}()" for name in REPORTS), *(f'.report("{one.name}")' for one in self.own_reports))
        asked = ", ".join(f"<code>{escape(call)}</code>" for call in calls)
        return (
            f"<p><strong>{escape(name)}</strong>, as of {self._day(None)}.</p>"
            f"<p>Ask for a report: {asked}; <code>.questions()</code> lists questions, and <code>.sql(…)</code> takes your own.</p>"
        )

    def load(
        self,
        *files: str | Path | Source,
        snapshot_date: date | str | None = None,
        kind: str | None = None,
        customer_id: str | None = None,
        date_format: str | None = None,
        replace: bool = False,
        remember: bool = False,
        failed: Callable[[PartnerAnalyticsError], None] | None = None,
        left_out: Callable[[str], None] = lambda _: None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> tuple[Accounting, ...]:
        """Load exports, each whole or not at all.

        Parameters
        ----------
        files
            CSV, JSON or XLSX exports, or a CSV of refused rows that were corrected: they take their places. Of a folder,
            a ZIP archive or a pattern such as `*.csv` each export. What is in no file is a `Source`: a name and bytes.
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
        left_out
            What is told, in a sentence, which files of a folder or an archive are left out.
        progress
            What is told how many more bytes have been read.

        Returns
        -------
        tuple of Accounting
            For each file: rows_read = accepted + quarantined + duplicates.
        """
        # The schemas take a moment to import, and reports and queries do without them.
        from partner_analytics import ingest
        from partner_analytics.loaders import gathered

        if remember and date_format is None:
            raise UsageError("Expected a date format to remember; found none.", "name it: --date-format %d/%m/%Y")
        instructions = ingest.Instructions(
            snapshot_date=iso_day(snapshot_date if snapshot_date is not None else date.today()),
            loaded_at=datetime.now(UTC).replace(tzinfo=None),
            settings=self.settings,
            kind=kind,
            customer_id=customer_id,
            date_format=date_format,
            replaces=replace,
        )
        exports = ((file, instructions) for file in gathered(map(_source, files), left_out))
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

    def pull(
        self,
        out: str | Path = EXPORTS,
        *,
        load: bool = True,
        fresh: bool = False,
        customers: Collection[str] | None = None,
        progress: Callable[[int, int], None] | None = None,
        failed: Callable[[PartnerAnalyticsError], None] | None = None,
    ) -> Pulled:
        """Ask the vendor's API for all customers and their licenses, into a folder a day, and load that for the day.

        What is in the folder of today already is not asked for again. Nothing here was checked against a live account.

        Parameters
        ----------
        out
            The folder that holds a folder a day.
        load
            Whether the exports are loaded.
        fresh
            Whether everything is asked for again; what is there stays until the new is whole.
        customers
            The ids of those whose licenses are asked for; all by default, and none for an empty list.
        progress
            What is told how many customers of how many are done; by default a notebook shows it.
        failed
            What to do with the errors of exports that cannot be loaded; without it, the first is raised.

        Raises
        ------
        VendorError
            If nothing can be asked.
        """
        return pulled(self, out, load=load, fresh=fresh, wanted=customers, progress=progress, failed=failed)

    def explain(
        self,
        file: str | Path | Source,
        *,
        kind: str | None = None,
        customer_id: str | None = None,
        date_format: str | None = None,
    ) -> str:
        """How a file would be read, column by column, and what would be refused; nothing is loaded.

        Of a folder, an archive or a pattern each export is explained.
        """
        from partner_analytics.ingest.explain import explanation
        from partner_analytics.loaders import gathered

        how: dict[str, Any] = {"kind": kind, "customer_id": customer_id, "date_format": date_format}
        found = gathered([_source(file)])
        return "\n\n".join(explanation(one, self.db, settings=self.settings, **how) for one in found)

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
                "Refused rows cannot be written for some customers only: a refused row may belong to any customer.",
                "write those of the whole portfolio, without a filter.",
            )
        return publish.write_refused_rows(opening.refused_rows(self.db, kind), Path(file))

    @staticmethod
    def check(file: str | Path) -> tuple[SettingsError, ...]:
        """Everything in a settings file that is not understood, each as a sentence with a hint."""
        from partner_analytics.mistakes import mistakes

        return mistakes(Path(file), (*REPORTS, *installed.names()))

    @property
    def writer(self) -> str:
        """Who is writing to the store just now, in words; empty if nobody is."""
        return opening.writer(self.db)

    def customer(self, id_or_name: str, *, as_of: date | str | None = None) -> Customer:
        """The contact card of one customer, by its id or a part of its name; if several fit, they are listed.

        Examples
        --------
        >>> Portfolio.demo().customer("thimble").account_name
        'Quillmarsh Holdings 7 Ltd'
        """
        from partner_analytics.as_of.customer import customer

        return customer(self.db, id_or_name, self._day(as_of), self.settings, self.only)

    def copy(
        self,
        file: str | Path,
        *,
        as_of: date | str | None = None,
        format: str = "duckdb",
        exports_only: bool = False,
    ) -> Path:
        """Write what is known as of a day for any tool: one plain DuckDB file, or a folder of Parquet files.

        Parameters
        ----------
        format
            "duckdb", or "parquet" for a folder a relation.
        exports_only
            Whether a folder of Parquet files leaves the results out, for an engine that makes them.
        """
        from partner_analytics import __version__
        from partner_analytics.publish.copy import write_copy, write_parquet_copy

        if format not in COPIES:
            raise UsageError(f"A copy cannot be written as {format!r}.", f"formats are: {', '.join(COPIES)}.")
        if exports_only and format != "parquet":
            raise UsageError("Only a copy as Parquet leaves the results out.", "ask for it: --format parquet")
        of_what = self.db, self._day(as_of), self.settings, self.only, __version__
        if format == "parquet":
            write_parquet_copy(Path(file), *of_what, with_results=not exports_only)
            return Path(file)
        return write_copy(Path(file), *of_what)


def _source(file: str | Path | Source) -> str | Source:
    """A path as text, or what is in no file."""
    return str(file) if isinstance(file, str | Path) else file
