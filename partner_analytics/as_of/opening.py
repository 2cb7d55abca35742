"""All that one opening of the store gives for the reports of a day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

import polars as pl

from partner_analytics import store
from partner_analytics.as_of import by_parts
from partner_analytics.as_of.basis import Basis, Behind, Pack
from partner_analytics.as_of.checks import check
from partner_analytics.as_of.comparison import Comparison, read_comparison, with_files
from partner_analytics.as_of.selection import EVERYBODY, Chosen, Selection, chosen
from partner_analytics.as_of.state import customers, known
from partner_analytics.as_of.wanted import Wanted
from partner_analytics.errors import UsageError
from partner_analytics.languages import spoken
from partner_analytics.schemas.kinds import KINDS
from partner_analytics.settings import Settings
from partner_analytics.transforms import Exports, State, of_categories, results, rows_behind, rows_of_categories
from partner_analytics.transforms.coding import decoded
from partner_analytics.transforms.exports import FRAMES, only_about
from partner_analytics.transforms.lazily import Lazily, together

CONTACT: Final = ("contact_name", "contact_email", "contact_phone")


@dataclass(frozen=True)
class Opening:
    """All that one opening of the store has given for the reports of a day.

    Parameters
    ----------
    of_all_categories
        The results of the rules, by name, before those of some categories are chosen.
    names
        One row per name that a customer was shown under, for those with several.
    evidence
        One row per piece of evidence about Partner Assistance, and where it was read.
    """

    exports: Exports
    of_all_categories: Mapping[str, pl.DataFrame]
    names: pl.DataFrame
    evidence: pl.DataFrame
    comparison: Comparison
    basis: Basis

    @cached_property
    def results(self) -> Mapping[str, pl.DataFrame]:
        """The results of the rules, by name, of the categories that are meant."""
        return of_categories(self.of_all_categories, self.basis.only_categories)

    def frames(self) -> Mapping[str, pl.DataFrame]:
        """The exports and the results, by name; `change_origins` with files, and the customers of earlier exports."""
        frames = together(self._exports(), self.results, {"customers_before": self.comparison.known_before})
        if "change_origins" in frames:
            loads = self._loads_of_both_days()
            return together(frames, Lazily({"change_origins": lambda: with_files(frames["change_origins"], loads)}))
        return frames

    def histories(self) -> dict[str, pl.DataFrame]:
        """The trend of each report that has one: a row per day and series."""
        return self.comparison.histories(State(self.basis.as_of, self.exports, self.of_all_categories))

    def made_by(self, transform: Callable[[Mapping[str, pl.DataFrame], date], pl.DataFrame]) -> pl.DataFrame:
        """What a transform of a user's own makes of the exports and the results, of the categories that are meant."""
        made = transform(together(self._exports(), self.of_all_categories), self.basis.as_of)
        return rows_of_categories(made, self.results["license_states"], self.basis.only_categories)

    def _exports(self) -> dict[str, pl.DataFrame]:
        return {kind.name: getattr(self.exports, kind.name) for kind in fields(Exports)}

    def only(self, customers: pl.DataFrame, pack: Pack | None) -> Opening:
        """What it has given about some customers.

        A refused row may belong to any customer, and a warning about an export may name any: neither is passed on. That
        an export looks like another day's is said without the names of files.
        """
        exports, comparison = self.exports.only(customers), self.comparison.only(customers)
        found = results(exports, self.basis.as_of, self.basis.expiring_days, renewal_days=self.basis.renewal_days)
        if "changes" in self.results:
            found = together(found, comparison.compared(State(self.basis.as_of, exports, found)))
        basis = replace(
            self.basis,
            quarantine=self.basis.quarantine.clear(),
            warnings=_without_names(self.basis.warnings),
            unmapped_products=found["unmapped_products"],
            unknown_customers=found["unknown_customers"],
            customers=found["accounts"].height,
            pack=pack,
        )
        names, evidence = (only_about(frame, customers) for frame in (self.names, self.evidence))
        return Opening(exports, found, names, evidence, comparison, basis)

    def about(self, found: Chosen, categories: Collection[str]) -> Opening:
        """What it has given about the customers that were asked for."""
        some = self.only(found.customer_ids.to_frame(), None)
        basis = replace(
            some.basis,
            pack=None,
            only=found.words,
            only_categories=tuple(categories),
            loads=_loads_of(some.rows_read(), some.basis.loads),
        )
        comparison = replace(some.comparison, loads=_loads_of(some.rows_read(), some.comparison.loads))
        return replace(some, comparison=comparison, basis=basis)

    def of_account_managers(self) -> dict[str | None, Opening]:
        """What it has given about the customers of each account manager, by the manager's name.

        Customers without an account manager are the last, under None.
        """
        # Whose a customer is that has left, only the earlier facts can tell.
        days = [decoded(exports) for exports in self._days()]
        named = [_everybody(exports) for exports in days]
        facts = [exports.customer_facts.select("customer_id", "account_manager") for exports in days]
        left = [of.join(named[0], on="customer_id", how="anti", maintain_order="left") for of in facts[1:]]
        known_by = pl.concat([facts[0], *left]).drop_nulls()
        owned: dict[str | None, pl.DataFrame] = {
            str(manager): of.select("customer_id")
            for (manager,), of in sorted(known_by.partition_by("account_manager", as_dict=True).items())
        }
        nobodys = pl.concat(named).unique().join(known_by, on="customer_id", how="anti")
        if nobodys.height:
            owned[None] = nobodys
        return {name: self.only(customers, Pack(name)) for name, customers in owned.items()}

    def behind(self) -> Behind:
        """The rows of the exports behind the figures."""
        accounts, assistance = self.results["accounts"], self.results["assistance_coverage"]
        return Behind(
            contacts=self.results["contacts"].join(
                assistance.select("customer_id", "basis", "checked_on", "next_step"),
                "customer_id",
                "left",
                maintain_order="left",
            ),
            actions=self.results["actions"],
            names_to_correct=self.results["names_to_correct"],
            licenses=rows_behind.licenses(self.exports, accounts, self.results["license_states"]),
            names=self.names,
            sources=rows_behind.sources(self.exports, assistance, self.evidence),
        )

    def basis_of(self, *, lists_customers: bool) -> Basis:
        """What reports rest on, with the rows behind them where the customers are listed."""
        basis = replace(
            self.basis,
            unmapped_products=self.results["unmapped_products"],
            unknown_customers=self.results["unknown_customers"],
            directory=self._directory,
        )
        if lists_customers:
            behind = self.behind()
            basis = replace(basis, behind=behind)
            if basis.pack is not None:
                read = pl.concat(frame.select("load_id") for frame in (behind.licenses, behind.sources, behind.names))
                basis = replace(basis, loads=_loads_of(read, basis.loads))
        return basis

    def _directory(self) -> pl.DataFrame:
        """The customers in their order of urgency, and who is to be called: few formats need it."""
        return (
            self.results["customer_overview"]
            .select("customer_id", "account_manager")
            .join(
                self.results["contacts"].select("customer_id", *CONTACT),
                on="customer_id",
                how="left",
                maintain_order="left",
            )
        )

    def basis_of_changes(self, basis: Basis) -> Basis:
        """What changes rest on: the loads of both days, and what is doubtful about either."""
        # What is doubtful about an export as a whole is not passed on with a part of it.
        earlier = _without_names(self.comparison.warnings) if basis.is_part else self.comparison.warnings
        doubted = pl.concat([self.basis.warnings, earlier]).unique(maintain_order=True)
        loads = self._loads_of_both_days() if basis.pack is None else basis.loads
        return replace(basis, since=self.comparison.since, loads=loads, warnings=doubted)

    def rows_read(self) -> pl.DataFrame:
        """One row per row that it rests on: load_id, line."""
        kinds = [frame for day in self._days() for frame in (day.customers, day.licenses, day.customer_facts)]
        return pl.concat(frame.select("load_id", "line") for frame in (*kinds, self.names, self.evidence)).unique()

    def _days(self) -> list[Exports]:
        return [self.exports] + ([self.comparison.then.exports] if self.comparison.then else [])

    def _loads_of_both_days(self) -> pl.DataFrame:
        loads = pl.concat([self.basis.loads, self.comparison.loads.with_columns(file_name())])
        return loads.unique("load_id").sort("load_id")


def open_as_of(
    db: Path,
    wanted: Wanted,
    as_of: date,
    settings: Settings,
    since: date | None = None,
    only: Selection = EVERYBODY,
) -> Opening:
    """All that reports need as of a day, after every check of `sql/checks` has found nothing.

    Parameters
    ----------
    since
        The day that `changes` compares with; by default the snapshot day before the newest.
    only
        Which customers they are about; the checks are made on all of them before.

    Raises
    ------
    UsageError
        If there is no export yet, or a day lies before the first snapshot. If nothing but changes is asked for, and
        there is no earlier day.
    CheckError
        If a check returns rows.
    """

    def know(connection: store.Connection, day: date) -> Exports:
        return known(connection, day, settings, whole=wanted.shows_rows)

    def judge(connection: store.Connection) -> tuple[Exports, Mapping[str, pl.DataFrame], bool]:
        """What is known as of the day, its results, and whether these were checked already."""
        if wanted.is_rows_alone and wanted.results <= by_parts.MAKES:
            large = by_parts.judged(connection, as_of, settings, wanted.results)
            if large:
                return *large, True
        exports = know(connection, as_of)
        found = results(exports, as_of, settings.expiring_days, renewal_days=settings.renewal_days)
        return exports, found, False

    # Where no rows are shown, none are read: before the first day there are none.
    shown = as_of if wanted.shows_rows or wanted.of_some else date.min
    # All of it from one opening: a load that lands in between must not mix with what was read before.
    with store.reading(db) as connection:
        (exports, found, is_checked), basis, called, evidence = store.at_once(
            connection,
            judge,
            lambda beside: store.basis_as_of(beside, as_of),
            lambda beside: store.names_as_of(beside, shown),
            lambda beside: store.evidence_read_as_of(beside, shown),
        )
        days = dict(basis["snapshot_days"].select("kind", "snapshot_date").iter_rows())
        if not days:
            raise UsageError(
                f"The store {db} has no accepted rows yet.",
                "load an export: partner-analytics load FILE; or see what was refused: partner-analytics sql --question refused_rows",
            )
        now = State(as_of, exports, found)
        comparison = read_comparison(connection, db, lambda day: know(connection, day), wanted, now, since, settings)
        frames = together(now.results, comparison.compared(now) if wanted.compares else {})
        # What was judged by parts was checked so: what is left is the ledger, held against the rows of all.
        check(connection, {} if is_checked else frames, as_of, settings, wanted.results)
        with spoken(settings.language):
            about = chosen(only, customers(connection, as_of, frames)) if only else None
    rests_on = Basis(
        as_of=as_of,
        expiring_days=settings.expiring_days,
        renewal_days=settings.renewal_days,
        customers=frames["accounts"].height,
        snapshot_days=tuple((kind, days[kind]) for kind in KINDS if kind in days),
        loads=basis["loads"].with_columns(file_name()),
        quarantine=basis["quarantine"].with_columns(file_name()),
        warnings=basis["warnings"],
        unmapped_products=frames["unmapped_products"],
        unknown_customers=frames["unknown_customers"],
        language=settings.language,
        partner=settings.partner,
        contact=settings.contact,
        address=settings.address,
        signature=settings.signature,
        logo=settings.logo,
        programs=settings.programs,
        credentials_expire_on=settings.expires_on,
        rhythm_days=settings.rhythm_days,
    )
    opening = Opening(exports, frames, called, evidence, comparison, rests_on)
    return opening.about(about, only.categories) if about else opening


def _everybody(exports: Exports) -> pl.DataFrame:
    """One row per customer that any export names: customer_id."""
    frames: list[pl.DataFrame] = [getattr(exports, name) for name in FRAMES]
    return pl.concat(frame.select("customer_id") for frame in frames).unique()


def _without_names(warnings: pl.DataFrame) -> pl.DataFrame:
    """Of which kinds an export looks like another day's, once each; where it stands which, anybody may be named."""
    kinds = warnings.filter("is_of_another_day").unique("kind", maintain_order=True)
    labels = {name: kind.label for name, kind in KINDS.items()}
    said = pl.format(
        "An export of {} behind this report looks like one of another day; the report of the whole portfolio says which.",
        pl.col("kind").replace_strict(labels, return_dtype=pl.String),
    )
    return kinds.with_columns(warning=said)


def _loads_of(read: pl.DataFrame, loads: pl.DataFrame) -> pl.DataFrame:
    """The loads that brought rows of some customers, one row each in `read`, counting just these."""
    counted = read.group_by("load_id").agg(rows_read=pl.len().cast(pl.Int64))
    counted = counted.with_columns(
        accepted=pl.col("rows_read"), quarantined=pl.lit(0, pl.Int64), duplicates=pl.lit(0, pl.Int64)
    )
    bare = loads.drop("rows_read", "accepted", "quarantined", "duplicates")
    return bare.join(counted, on="load_id", maintain_order="left").select(loads.columns)


def file_name() -> pl.Expr:
    """The file without its folder: a page is passed on, and must not tell where its author keeps files."""
    return pl.col("file").str.extract(r"([^/\\]+)$")


def refused_rows(db: Path, kind: str | None) -> tuple[store.RefusedRows, ...]:
    """The refused rows that wait to be corrected, by kind and snapshot day."""
    with store.reading(db) as connection:
        return store.refused_rows(connection, kind)


def newest_snapshot_days(db: Path) -> dict[str, date]:
    """The day of the newest export of each kind; nothing where there is no store."""
    if not db.exists():
        return {}
    query = "select kind, max(snapshot_date) as day from loads where accepted > 0 group by kind order by kind"
    with store.reading(db) as connection:
        return dict(store.query(connection, query).iter_rows())


def writer(db: Path) -> str:
    """Who is writing to the store just now, and how old what can be read is; empty if nobody is."""
    holder = store.writer(db)
    if not holder or not db.exists():
        return ""
    with store.reading(db) as connection:
        last = store.last_loaded_at(connection)
    return f"{holder}; what is read here is the store as of its last load, {last:%Y-%m-%d %H:%M} UTC"
