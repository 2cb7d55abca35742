"""Reports and checks over one store, read-only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from partner_analytics import store
from partner_analytics.errors import CheckError, UsageError, nearest
from partner_analytics.past import Past, read_past, with_files
from partner_analytics.reports import Basis, Behind, Pack, Report, build_report
from partner_analytics.resources import resource, sql_texts
from partner_analytics.selection import EVERYBODY, Chosen, Selection, chosen
from partner_analytics.settings import Settings
from partner_analytics.transforms import (
    COMPARED,
    NEEDED_TO_COMPARE,
    RELATIONS,
    Exports,
    Knowledge,
    compared,
    of_categories,
    results,
    rows_behind,
)
from partner_analytics.transforms.exports import of_customers
from partner_analytics.vocabulary import KINDS, REPORTS


def catalogue(settings: Settings) -> pl.DataFrame:
    """One row per product known: `product_code`, `product_name`, `categories` (a list); the partner's own win."""
    shipped = pl.read_csv(resource("catalog", "products.csv"), infer_schema=False).with_columns(
        pl.col("categories").str.split("; ")
    )
    own = pl.DataFrame(
        [(product.code, product.name, list(product.categories)) for product in settings.products],
        schema=shipped.schema,
        orient="row",
    )
    return pl.concat([own, shipped.join(own, on="product_code", how="anti")])


def known(connection: store.Connection, as_of: date, settings: Settings) -> Exports:
    """What is known as of a day.

    Raises
    ------
    UsageError
        If the day lies before the first snapshot.
    """
    first = store.first_snapshot_day(connection)
    if first is not None and as_of < first:
        raise UsageError(
            f"There is nothing as of {as_of}: the first snapshot is of {first}.", f"ask for {first} or later."
        )
    return Exports(**store.frames_as_of(connection, as_of), products=catalogue(settings))


def transformed(
    connection: store.Connection,
    as_of: date,
    settings: Settings,
    names: Collection[str] = tuple(RELATIONS),
) -> dict[str, pl.DataFrame]:
    """The results of the transforms as of a day, by name; changes are those since the snapshot day before.

    Parameters
    ----------
    names
        The results that are wanted.
    """

    def knowledge(day: date) -> Knowledge:
        exports = known(connection, day, settings)
        wanted = NEEDED_TO_COMPARE if day != as_of else tuple(RELATIONS)
        return Knowledge(day, exports, results(exports, day, settings.expiring_days, wanted, settings.renewal_days))

    if RELATIONS.keys().isdisjoint(names):
        return {}
    if COMPARED.isdisjoint(names):
        return results(known(connection, as_of, settings), as_of, settings.expiring_days, names, settings.renewal_days)
    now, since = knowledge(as_of), store.snapshot_day_before(connection, as_of)
    found = {**now.results, **compared(None if since is None else knowledge(since), now)}
    return {name: found[name] for name in RELATIONS if name in names}


def customers(connection: store.Connection, as_of: date, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per customer, by which some can be chosen: its names, its account manager, its categories (a list)."""
    day = {"as_of": as_of}
    names = store.query(connection, "select customer_id, account_name from customers_as_of($as_of)", day)
    licensed = (
        frames["license_states"]
        .group_by("customer_id")
        .agg(pl.col("categories").list.explode(keep_nulls=False, empty_as_null=False).unique())
    )
    return (
        frames["accounts"]
        .select("customer_id", "customer_name", "account_manager")
        .join(names, on="customer_id", how="left", maintain_order="left")
        .join(licensed, on="customer_id", how="left", maintain_order="left")
    )


def narrowed(connection: store.Connection, as_of: date, settings: Settings, only: Selection) -> store.Connection:
    """A store of the customers that are meant, and of nobody else."""
    of_all = transformed(connection, as_of, settings, ("accounts", "license_states"))
    return store.narrowed(connection, chosen(only, customers(connection, as_of, of_all)).customer_ids)


@dataclass(frozen=True)
class _Reading:
    """All that one opening of the store has given for the reports of a day."""

    exports: Exports
    results: Mapping[str, pl.DataFrame]
    names: pl.DataFrame
    evidence: pl.DataFrame
    past: Past
    basis: Basis

    def only(self, customers: pl.DataFrame, pack: Pack | None) -> _Reading:
        """What it has given about some customers.

        A refused row may be anybody's, and a doubt about an export as a whole may name anybody: neither is passed on.
        """
        exports, past = self.exports.only(customers), self.past.only(customers)
        found = results(exports, self.basis.as_of, self.basis.expiring_days, renewal_days=self.basis.renewal_days)
        found |= past.compared(Knowledge(self.basis.as_of, exports, found))
        basis = replace(
            self.basis,
            quarantine=self.basis.quarantine.clear(),
            suspicions=self.basis.suspicions.clear(),
            unmapped_products=found["unmapped_products"],
            unknown_customers=found["unknown_customers"],
            customers=found["accounts"].height,
            pack=pack,
        )
        names, evidence = (of_customers(frame, customers) for frame in (self.names, self.evidence))
        return _Reading(exports, found, names, evidence, past, basis)

    def about(self, found: Chosen, categories: Collection[str]) -> _Reading:
        """What it has given about the customers that were asked for."""
        some = self.only(found.customer_ids.to_frame(), None)
        basis = replace(
            some.basis,
            pack=None,
            only=found.words,
            only_categories=tuple(categories),
            loads=_loads_of(some.rows_read(), some.basis.loads),
        )
        past = replace(some.past, loads=_loads_of(some.rows_read(), some.past.loads))
        return replace(some, results=of_categories(some.results, categories), past=past, basis=basis)

    def rows_read(self) -> pl.DataFrame:
        """One row per row that it rests on: load_id, line."""
        days = [self.exports] + ([self.past.then.exports] if self.past.then else [])
        kinds = [frame for day in days for frame in (day.customers, day.licenses, day.customer_facts)]
        return pl.concat(frame.select("load_id", "line") for frame in (*kinds, self.names, self.evidence)).unique()


def reports(
    db: Path,
    names: Sequence[str],
    as_of: date,
    settings: Settings,
    since: date | None = None,
    only: Selection = EVERYBODY,
) -> tuple[Report, ...]:
    """Build reports as of a day, after every check of `sql/checks` has found nothing.

    Parameters
    ----------
    since
        The day that `changes` compares with; by default the snapshot day before the newest.
    only
        Which customers they are about; the checks are made on all of them before.

    Raises
    ------
    UsageError
        If there is no report of a name, no export yet, a day lies before the first snapshot, or nothing but changes is
        asked for and there is no earlier day.
    CheckError
        If a check returns rows.
    """
    return _built(_read(db, names, as_of, settings, since, only), names)


def packs(
    db: Path,
    names: Sequence[str],
    as_of: date,
    settings: Settings,
    since: date | None = None,
    only: Selection = EVERYBODY,
) -> dict[str | None, tuple[Report, ...]]:
    """The reports of each account manager, made from what is known of their customers alone, by the manager's name.

    Customers without an account manager are a pack of their own, the last, under None. The checks are made on the whole
    portfolio.
    """
    reading = _read(db, names, as_of, settings, since, only)
    # Whose a customer is that has left, only the earlier facts can tell.
    days = [reading.exports] + ([reading.past.then.exports] if reading.past.then else [])
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
    return {name: _built(reading.only(customers, Pack(name)), names) for name, customers in owned.items()}


def _everybody(exports: Exports) -> pl.DataFrame:
    """One row per customer that any export names: customer_id."""
    frames = (exports.customers, exports.licenses, exports.empty_answers, exports.evidence, exports.customer_facts)
    return pl.concat(frame.select("customer_id") for frame in frames).unique()


def _read(
    db: Path, names: Sequence[str], as_of: date, settings: Settings, since: date | None, only: Selection
) -> _Reading:
    for name in names:
        if name not in REPORTS:
            raise UsageError(f"There is no report `{name}`.", nearest(name, REPORTS))
    # All of it from one opening: a load that lands in between must not mix with what was read before.
    with store.reading(db) as connection:
        exports = known(connection, as_of, settings)
        basis = store.basis_as_of(connection, as_of)
        days = dict(basis["snapshot_days"].select("kind", "snapshot_date").iter_rows())
        if not days:
            raise UsageError(
                f"The store {db} holds no row of any export yet.",
                "load one: partner-analytics load FILE, or see what was refused: sql --question refused_rows",
            )
        called, evidence = store.names_as_of(connection, as_of), store.evidence_read_as_of(connection, as_of)
        now = Knowledge(
            as_of, exports, results(exports, as_of, settings.expiring_days, renewal_days=settings.renewal_days)
        )
        past = read_past(
            connection, lambda day: known(connection, day, settings), names, now, since, settings.expiring_days
        )
        frames = {**now.results, **past.compared(now)}
        store.lock_down(connection, frames)
        check(connection, as_of, settings)
        about = chosen(only, customers(connection, as_of, frames)) if only else None
    rests_on = Basis(
        as_of=as_of,
        expiring_days=settings.expiring_days,
        renewal_days=settings.renewal_days,
        customers=frames["accounts"].height,
        snapshot_days=tuple((kind, days[kind]) for kind in KINDS if kind in days),
        loads=basis["loads"].with_columns(file_name()),
        quarantine=basis["quarantine"].with_columns(file_name()),
        suspicions=basis["suspicions"],
        unmapped_products=frames["unmapped_products"],
        unknown_customers=frames["unknown_customers"],
        partner=settings.partner,
        programs=settings.programs,
    )
    reading = _Reading(exports, frames, called, evidence, past, rests_on)
    return reading.about(about, only.categories) if about else reading


def _built(reading: _Reading, names: Sequence[str]) -> tuple[Report, ...]:
    """The reports of what was read, with the rows behind them where the customers are listed."""
    exports, basis, frames, past = reading.exports, reading.basis, reading.results, reading.past
    # Changes rest on the loads of both days, and on what is doubtful about either.
    suspicions = pl.concat([basis.suspicions, past.suspicions]).unique(maintain_order=True)
    loads = pl.concat([basis.loads, past.loads.with_columns(file_name())]).unique("load_id").sort("load_id")
    basis = replace(basis, unmapped_products=frames["unmapped_products"], unknown_customers=frames["unknown_customers"])
    if "customer_overview" in names:
        accounts, assistance = frames["accounts"], frames["assistance_coverage"]
        behind = Behind(
            contacts=frames["contacts"].join(
                assistance.select("customer_id", "basis"), "customer_id", "left", maintain_order="left"
            ),
            actions=frames["actions"],
            names_to_correct=frames["names_to_correct"],
            licenses=rows_behind.licenses(exports, accounts, frames["license_states"]),
            names=reading.names,
            sources=rows_behind.sources(exports, assistance, reading.evidence),
        )
        basis = replace(basis, behind=behind)
        if basis.pack is not None:
            read = pl.concat(frame.select("load_id") for frame in (behind.licenses, behind.sources, behind.names))
            basis = replace(basis, loads=_loads_of(read, basis.loads))
    bases = {"changes": replace(basis, since=past.since)}
    if basis.pack is None:
        # What is doubtful about an export as a whole is not passed on with a part of it.
        doubted = basis.suspicions if basis.is_part else suspicions
        bases = {"changes": replace(bases["changes"], loads=loads, suspicions=doubted)}
    histories = past.histories()
    details = {
        "changes": {
            "seats": frames["customer_seats"],
            "origins": with_files(frames["change_origins"], loads),
            "known_before": past.known_before,
        },
        "customer_overview": {"actions": frames["actions"]},
        "renewals": {"unlinkable": frames["unlinkable_customers"]},
    }
    return tuple(
        build_report(name, frames[name], bases.get(name, basis), histories.get(name), **details.get(name, {}))
        for name in dict.fromkeys(names)
    )


def _loads_of(read: pl.DataFrame, loads: pl.DataFrame) -> pl.DataFrame:
    """The loads that brought rows of some customers, one row each in `read`, counting just these."""
    counted = read.group_by("load_id").agg(rows_read=pl.len().cast(pl.Int64))
    counted = counted.with_columns(
        accepted=pl.col("rows_read"), quarantined=pl.lit(0, pl.Int64), duplicates=pl.lit(0, pl.Int64)
    )
    bare = loads.drop("rows_read", "accepted", "quarantined", "duplicates")
    return bare.join(counted, on="load_id", maintain_order="left").select(loads.columns)


def file_name() -> pl.Expr:
    """The file without its folder: a page is passed on, and where its author keeps files concerns nobody."""
    return pl.col("file").str.extract(r"([^/\\]+)$")


def check(connection: store.Connection, as_of: date, settings: Settings) -> None:
    """Hold the results of a day against every check of `sql/checks`.

    Raises
    ------
    CheckError
        If a check returns rows.
    """
    known = {"as_of": as_of, "expiring_days": settings.expiring_days, "renewal_days": settings.renewal_days}
    for name, text in sql_texts("checks").items():
        broken = store.query(connection, text, {key: value for key, value in known.items() if f"${key}" in text})
        if broken.height:
            found = ", ".join(f"{column} {value}" for column, value in broken.row(0, named=True).items())
            raise CheckError(
                f"The reports contradict themselves, so nothing was written: the check `{name}` finds "
                f"{broken.height} rows, first {found}.",
                "please report this, it is a defect of partner-analytics; the last good files are untouched.",
            )


def refused_rows(db: Path, kind: str | None) -> tuple[store.RefusedRows, ...]:
    """The refused rows that wait to be corrected, by kind and snapshot day."""
    with store.reading(db) as connection:
        return store.refused_rows(connection, kind)


def writer(db: Path) -> str:
    """Who is writing to the store just now, and how old what can be read is; nothing where nobody is."""
    holder = store.writer(db)
    if not holder or not db.exists():
        return ""
    with store.reading(db) as connection:
        last = store.last_loaded_at(connection)
    return f"{holder}; what is read here is the store as of its last load, {last:%Y-%m-%d %H:%M} UTC"
