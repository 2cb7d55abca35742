"""Reports, checks, named questions and ad-hoc SQL over one store: what is asked of it, read-only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from partner_analytics import store
from partner_analytics.errors import CheckError, UsageError, nearest
from partner_analytics.past import Past, read_past, with_files
from partner_analytics.reports import Basis, Behind, Report, build_report
from partner_analytics.resources import resource, sql_texts
from partner_analytics.settings import Settings
from partner_analytics.transforms import Exports, Knowledge, compared, results, rows_behind
from partner_analytics.transforms.exports import of_customers
from partner_analytics.vocabulary import CATEGORIES, KINDS, REPORTS

NOBODY = "No account manager"
WHOLE_NUMBER = r"-?[0-9]{1,18}"


@dataclass(frozen=True)
class Parameter:
    """One parameter of a question: its name, its default as text, and what it means."""

    name: str
    default: str
    meaning: str


@dataclass(frozen=True)
class Question:
    """One named question of `sql/questions`; its title, grain and parameters stand at the head of its file."""

    name: str
    title: str
    grain: str
    parameters: tuple[Parameter, ...]
    text: str


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


def transformed(connection: store.Connection, as_of: date, settings: Settings) -> dict[str, pl.DataFrame]:
    """The result of every transform as of a day, by name; changes are those since the snapshot day before."""

    def knowledge(day: date) -> Knowledge:
        exports = known(connection, day, settings)
        return Knowledge(day, exports, results(exports, day, settings.expiring_days))

    now, since = knowledge(as_of), store.snapshot_day_before(connection, as_of)
    return {**now.results, **compared(None if since is None else knowledge(since), now)}


@dataclass(frozen=True)
class _Reading:
    """All that one opening of the store has given for the reports of a day."""

    exports: Exports
    results: Mapping[str, pl.DataFrame]
    names: pl.DataFrame
    evidence: pl.DataFrame
    past: Past
    basis: Basis

    def only(self, customers: pl.DataFrame, pack: str) -> _Reading:
        """What it has given about some customers.

        A refused row may be anybody's, and a doubt about an export as a whole may name anybody: neither is passed on.
        """
        exports, past = self.exports.only(customers), self.past.only(customers)
        found = results(exports, self.basis.as_of, self.basis.expiring_days)
        found |= past.compared(Knowledge(self.basis.as_of, exports, found))
        basis = replace(
            self.basis,
            quarantine=self.basis.quarantine.clear(),
            suspicions=self.basis.suspicions.clear(),
            unmapped_products=found["unmapped_products"],
            unknown_customers=found["unknown_customers"],
            pack=pack,
        )
        names, evidence = (of_customers(frame, customers) for frame in (self.names, self.evidence))
        return _Reading(exports, found, names, evidence, past, basis)


def reports(
    db: Path, names: Sequence[str], as_of: date, settings: Settings, since: date | None = None
) -> tuple[Report, ...]:
    """Build reports as of a day, after every check of `sql/checks` has found nothing.

    Parameters
    ----------
    since
        The day that `changes` compares with; by default the snapshot day before the newest.

    Raises
    ------
    UsageError
        If there is no report of a name, no export yet, a day lies before the first snapshot, or nothing but changes is
        asked for and there is no earlier day.
    CheckError
        If a check returns rows.
    """
    return _built(_read(db, names, as_of, settings, since), names)


def packs(
    db: Path, names: Sequence[str], as_of: date, settings: Settings, since: date | None = None
) -> dict[str, tuple[Report, ...]]:
    """The reports of each account manager, made from what is known of their customers alone, by the manager's name.

    Customers without an account manager are a pack of their own, the last. The checks are made on the whole portfolio.
    """
    reading = _read(db, names, as_of, settings, since)
    # Whose a customer is that has left, only the earlier facts can tell.
    days = [reading.exports] + ([reading.past.then.exports] if reading.past.then else [])
    facts = pl.concat(exports.customer_facts.select("customer_id", "account_manager") for exports in days)
    known_by = facts.drop_nulls().unique("customer_id", keep="first", maintain_order=True)
    owned = {
        str(manager): of.select("customer_id")
        for (manager,), of in sorted(known_by.partition_by("account_manager", as_dict=True).items())
    }
    everybody = pl.concat(
        frame.select("customer_id") for exports in days for frame in (*_exported(exports), exports.customer_facts)
    ).unique()
    nobodys = everybody.join(known_by, on="customer_id", how="anti")
    if nobodys.height:
        owned |= {NOBODY: nobodys}
    return {name: _built(reading.only(customers, name), names) for name, customers in owned.items()}


def _exported(exports: Exports) -> tuple[pl.DataFrame, ...]:
    return exports.customers, exports.licenses, exports.empty_answers, exports.evidence


def _read(db: Path, names: Sequence[str], as_of: date, settings: Settings, since: date | None) -> _Reading:
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
        now = Knowledge(as_of, exports, results(exports, as_of, settings.expiring_days))
        past = read_past(
            connection, lambda day: known(connection, day, settings), names, now, since, settings.expiring_days
        )
        frames = {**now.results, **past.compared(now)}
        store.lock_down(connection, frames)
        _check(connection, as_of)
    rests_on = Basis(
        as_of=as_of,
        expiring_days=settings.expiring_days,
        snapshot_days=tuple((kind, days[kind]) for kind in KINDS if kind in days),
        loads=basis["loads"].with_columns(_file_name()),
        quarantine=basis["quarantine"].with_columns(_file_name()),
        suspicions=basis["suspicions"],
        unmapped_products=frames["unmapped_products"],
        unknown_customers=frames["unknown_customers"],
        programs=settings.programs,
    )
    return _Reading(exports, frames, called, evidence, past, rests_on)


def _built(reading: _Reading, names: Sequence[str]) -> tuple[Report, ...]:
    """The reports of what was read, with the rows behind them where the customers are listed."""
    exports, basis, frames, past = reading.exports, reading.basis, reading.results, reading.past
    # Changes rest on the loads of both days.
    loads = pl.concat([basis.loads, past.loads.with_columns(_file_name())]).unique("load_id").sort("load_id")
    basis = replace(basis, unmapped_products=frames["unmapped_products"], unknown_customers=frames["unknown_customers"])
    if "customer_overview" in names:
        accounts, assistance = frames["accounts"], frames["assistance_coverage"]
        behind = Behind(
            contacts=rows_behind.contacts(exports, accounts, assistance),
            licenses=rows_behind.licenses(exports, accounts, frames["license_states"]),
            names=reading.names,
            sources=rows_behind.sources(exports, assistance, reading.evidence),
        )
        basis = replace(basis, behind=behind)
        if basis.pack is not None:
            basis = replace(basis, loads=_loads_of(behind, basis.loads))
    bases = {"changes": replace(basis, since=past.since, loads=loads if basis.pack is None else basis.loads)}
    histories = past.histories()
    details = {
        "changes": {
            "seats": frames["customer_seats"],
            "origins": with_files(frames["change_origins"], loads),
            "known_before": past.known_before,
        },
        "renewals": {"unlinkable": frames["unlinkable_customers"]},
    }
    return tuple(
        build_report(name, frames[name], bases.get(name, basis), histories.get(name), **details.get(name, {}))
        for name in dict.fromkeys(names)
    )


def _loads_of(behind: Behind, loads: pl.DataFrame) -> pl.DataFrame:
    """The loads that brought rows of a pack, counting just these."""
    read = pl.concat(frame.select("load_id") for frame in (behind.licenses, behind.sources, behind.names))
    counted = read.group_by("load_id").agg(pl.len().cast(pl.Int64).alias("rows"))
    none = pl.lit(0, pl.Int64)
    return (
        loads.join(counted, on="load_id", maintain_order="left")
        .with_columns(rows_read=pl.col("rows"), accepted=pl.col("rows"), quarantined=none, duplicates=none)
        .select(loads.columns)
    )


def _file_name() -> pl.Expr:
    """The file without its folder: a page is passed on, and where its author keeps files concerns nobody."""
    return pl.col("file").str.extract(r"([^/\\]+)$")


def _check(connection: store.Connection, as_of: date) -> None:
    for name, text in sql_texts("checks").items():
        broken = store.query(connection, text, {"as_of": as_of} if "$as_of" in text else {})
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


def sql(db: Path, query: str, parameters: Mapping[str, object], as_of: date, settings: Settings) -> pl.DataFrame:
    """The rows of one read-only query over the store and the results of the transforms as of a day."""
    with store.reading(db) as connection:
        store.lock_down(connection, transformed(connection, as_of, settings))
        return store.query(connection, query, parameters)


def questions() -> tuple[Question, ...]:
    """The named questions, in the order of their names."""
    return tuple(_question(name, text) for name, text in sql_texts("questions").items())


def _question(name: str, text: str) -> Question:
    head = dict(re.findall(r"^-- (title|grain): (.+)$", text, re.MULTILINE))
    parameters = re.findall(r"^-- param (\w+): (.*?) \| (.+)$", text, re.MULTILINE)
    return Question(name, head["title"], head["grain"], tuple(Parameter(*parameter) for parameter in parameters), text)


def ask(db: Path, name: str, parameters: Mapping[str, str], as_of: date, settings: Settings) -> pl.DataFrame:
    """The answer to a named question; a parameter that is not given has its default.

    Raises
    ------
    UsageError
        If there is no such question, or it has no such parameter.
    """
    by_name = {question.name: question for question in questions()}
    if name not in by_name:
        raise UsageError(f"There is no question `{name}`.", nearest(name, tuple(by_name)))
    known = {parameter.name: parameter.default for parameter in by_name[name].parameters}
    for parameter in parameters:
        if parameter not in known:
            takes = "takes " + ", ".join(f"`{one}`" for one in known) if known else "takes no parameters"
            raise UsageError(f"The question `{name}` {takes}; found `{parameter}`.", "see them with sql --list.")
    values: dict[str, object] = {**known, **parameters}
    if "$as_of" in by_name[name].text:
        values["as_of"] = as_of
    for parameter, default in known.items():
        if re.fullmatch(WHOLE_NUMBER, default):
            given = str(values[parameter])
            if not re.fullmatch(WHOLE_NUMBER, given):
                raise UsageError(
                    f"`{parameter}` expects a whole number; found {given!r}.",
                    f"write -p {parameter}={default}.",
                )
            values[parameter] = int(given)
        elif default in CATEGORIES:
            given = str(values[parameter])
            meant = [category for category in CATEGORIES if category.casefold() == given.casefold()]
            if not meant:
                raise UsageError(f"There is no category `{given}`.", nearest(given, CATEGORIES))
            values[parameter] = meant[0]
    return sql(db, by_name[name].text, values, as_of, settings)
