"""The results of a day, held against every check of `sql/checks`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache, partial
from typing import Final

import polars as pl

from partner_analytics import store
from partner_analytics.errors import CheckError
from partner_analytics.resources import sql_texts
from partner_analytics.settings import Settings
from partner_analytics.transforms import RELATIONS
from partner_analytics.transforms.lazily import some_columns
from partner_analytics.vocabulary import REACTIVATION_DAYS

ABOUT: Final = re.compile(r"^-- about: (.+)$", re.MULTILINE)


LISTED: Final = "exported_customers"
"""What several checks ask for, so that it is found once."""

OF_THE_LEDGER: Final = ("accounting",)
"""The checks that hold the rows of a store against its ledger."""

ONCE: Final = "count(*)"
ONCE_IN_A_CATEGORY: Final = "count(*) - count(distinct coalesce(category, '')) + 1"
TIMES: Final = {
    "customer_overview": ONCE,
    "flex_vs_term": ONCE,
    "assistance_coverage": ONCE,
    # It has a row for each category, so a customer can only be missing or stand twice in one.
    "protection_status": ONCE_IN_A_CATEGORY,
}
"""The reports in which every customer stands, and how often one does, in SQL."""


@cache
def check_texts() -> dict[str, str]:
    """The checks, by name: those of `sql/checks`, and for each report in which every customer stands that of one template."""
    template = sql_texts("templates")["every_customer_in_a_report"]
    of_reports = {
        f"every_customer_in_{report}": template.replace("{report}", report).replace("{times}", times)
        for report, times in TIMES.items()
    }
    return dict(sorted({**sql_texts("checks"), **of_reports}.items()))


def check(
    connection: store.Connection,
    results: Mapping[str, pl.DataFrame],
    as_of: date,
    settings: Settings,
    published: Collection[str] = tuple(RELATIONS),
    *,
    has_ledger: bool = True,
    ids: pl.Series | None = None,
) -> None:
    """Hold the results of a day against each check that is about something that is published.

    What a check is about stands in its second line; one without such a line is about everything.

    Parameters
    ----------
    published
        The names of the results that are published; by default all of them.
    has_ledger
        Whether the connection is of a store; a part of a portfolio is held against no ledger.
    ids
        Where `customer_id` is a number everywhere, the id of each.

    Raises
    ------
    CheckError
        If a check returns rows.
    """
    known = {
        "as_of": as_of,
        "expiring_days": settings.expiring_days,
        "renewal_days": settings.renewal_days,
        "reactivation_days": REACTIVATION_DAYS,
    }
    texts = check_texts()
    about = {name: set(re.findall(r"\w+", said[1])) for name, text in texts.items() if (said := ABOUT.search(text))}
    named = {name: RELATIONS.keys() & re.findall(r"\w+", text) for name, text in texts.items()}
    asked = {
        name
        for name, relations in named.items()
        if (name not in about or not about[name].isdisjoint(published))
        and (has_ledger or name not in OF_THE_LEDGER)
        # Where no days were compared, there is nothing to say of changes; nor of results where only exports are copied.
        and relations <= results.keys()
    }
    # Only the columns that a check names are copied; what is a number for a word here is the word in the store.
    words = set(re.findall(r"\w+", "\n".join(texts[one] for one in asked)))
    relations = sorted(set().union(*(named[one] for one in asked)))
    frames = {name: partial(some_columns, results, name, words) for name in relations}
    if LISTED in words:
        frames[LISTED] = partial(store.query, connection, sql_texts("templates")[LISTED], {"as_of": as_of})
    store.lock_down(connection, frames, memory=None)
    for name, text in texts.items():
        if name not in asked:
            continue
        broken = store.query(connection, text, {key: value for key, value in known.items() if f"${key}" in text})
        if broken.height:
            if ids is not None and "customer_id" in broken.columns:
                broken = broken.with_columns(ids.gather(broken["customer_id"]).alias("customer_id"))
            found = ", ".join(f"{column} {value}" for column, value in broken.row(0, named=True).items())
            raise CheckError(
                f"The reports contradict themselves, so nothing was written: the check `{name}` finds "
                f"{broken.height} rows, first {found}.",
                "please report this, it is a defect of partner-analytics; the last good files are untouched.",
            )
