"""Reports, checks, named questions and ad-hoc SQL over one store: what is asked of it, read-only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from partner_analytics import store
from partner_analytics.errors import CheckError, UsageError, nearest
from partner_analytics.reports import Basis, Behind, Report, build_report
from partner_analytics.resources import resource, sql_texts
from partner_analytics.settings import Settings
from partner_analytics.transforms import Exports, results, rows_behind
from partner_analytics.vocabulary import CATEGORIES, KINDS, REPORTS

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


def _behind(connection: store.Connection, as_of: date, exports: Exports, found: Mapping[str, pl.DataFrame]) -> Behind:
    """The rows of the exports behind the results."""
    accounts, assistance = found["accounts"], found["assistance_coverage"]
    return Behind(
        contacts=rows_behind.contacts(exports, accounts, assistance),
        licenses=rows_behind.licenses(exports, accounts, found["license_states"]),
        names=store.names_as_of(connection, as_of),
        sources=rows_behind.sources(exports, assistance, store.evidence_read_as_of(connection, as_of)),
    )


def reports(db: Path, names: Sequence[str], as_of: date, settings: Settings) -> tuple[Report, ...]:
    """Build reports as of a day, after every check of `sql/checks` has found nothing.

    Raises
    ------
    UsageError
        If there is no report of a name, no export yet, or the day lies before the first snapshot.
    CheckError
        If a check returns rows.
    """
    for name in names:
        if name not in REPORTS:
            raise UsageError(f"There is no report `{name}`.", nearest(name, REPORTS))
    # All of it from one opening: a load that lands in between must not mix with what was read before.
    with store.reading(db) as connection:
        exports = known(connection, as_of, settings)
        frames = results(exports, as_of, settings.expiring_days)
        basis = store.basis_as_of(connection, as_of)
        days = dict(basis["snapshot_days"].select("kind", "snapshot_date").iter_rows())
        if not days:
            raise UsageError(
                f"The store {db} holds no row of any export yet.",
                "load one: partner-analytics load FILE, or see what was refused: sql --question refused_rows",
            )
        behind = _behind(connection, as_of, exports, frames) if "customer_overview" in names else None
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
        behind=behind,
    )
    return tuple(build_report(name, frames[name], rests_on) for name in dict.fromkeys(names))


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
        exports = known(connection, as_of, settings)
        store.lock_down(connection, results(exports, as_of, settings.expiring_days))
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
