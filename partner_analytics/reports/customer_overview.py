"""The customers, each in one row, and what to do next."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.charts import customer_overview as chart
from partner_analytics.languages import count, number, say, share, text, verb
from partner_analytics.reports import wording
from partner_analytics.reports.content import Column, Figure, Toggle, Words
from partner_analytics.reports.definition import Definition, Known
from partner_analytics.transforms.actions import due
from partner_analytics.vocabulary import REACTIVATION_DAYS

COLUMNS: Final = (
    Column("customer_name", "Customer", "name"),
    Column("to_do", "What to do next", "to_do"),
    Column("cover", "Protection", "cover"),
    Column("next_end_on", "Next end", "day"),
    Column("account_type", "Account", "word"),
    Column("assistance", "Assistance", "badge"),
    Column("account_manager", "Account manager", "person"),
)
MY_PROTECTION: Final = Toggle(
    "Show my protection only",
    pl.any_horizontal(pl.col(f"{word}_in").is_not_null() for word in ("active", "expiring", "trial")),
    "all but active, expiring and trial, category by category",
)
ORDER: Final = text(
    "A customer stands where the first of its actions stands: what is due first comes first, then what has no day; "
    "customers with nothing to do come last. All actions stand under What to do, and by when."
)
NOT_CLEAR: Final = ("export_licenses", "check_end_dates", "check_renewal")


def words(frame: pl.DataFrame, known: Known) -> Words:
    """The report in words."""
    basis, actions = known.basis, known.frames["actions"]
    total, busy = frame.height, frame.filter(pl.col("actions") > 0).height
    together = int(frame["actions"].sum())
    soon = actions.filter(due(known.as_of).is_in(["overdue", "this_week"])).height
    headline = wording.nobody(basis)
    if total:
        headline = say(
            "{busy} of {customers} {have} something to do, {actions} together; {soon} {are} due by Sunday.",
            busy=busy,
            customers=count(total, "customer"),
            have=verb(busy, "has", "have"),
            actions=count(together, "action"),
            soon=soon,
            are=verb(soon, "is", "are"),
        )
    is_asked = actions.filter(pl.col("action").is_in(["check_assistance", "ask_for_assistance"]))
    figures = (
        _figure(say("To reactivate"), actions, "bad", _first_day(actions, "reactivate"), "reactivate"),
        _figure(say("To renew"), actions, "warning", _first_day(actions, "renew"), "renew"),
        _figure(say("Trials to convert"), actions, "warning", _first_day(actions, "convert_trial"), "convert_trial"),
        _figure(say("To win back"), actions, "bad", say("customers whose every license ended more than {days} days ago",
                days=REACTIVATION_DAYS), "win_back"),
        _figure(say("To find out"), actions, "unknown",
                say("customers whose licenses were not exported, have no end date, or no known quantity"), *NOT_CLEAR),
        Figure(say("Nothing to do"), number(total - busy), "good", say("{share} of customers; Partner Assistance is a matter for {asked}",
               share=share(total - busy, total), asked=is_asked["customer_id"].n_unique()), pl.col("to_do") == "nothing"),
    )  # fmt: skip
    assumptions = (ORDER, wording.SNAPSHOTS, wording.ALL_EVIDENCE, wording.INCLUSIVE_END, wording.CATEGORIES)
    caveats = wording.caveats(
        basis, kinds=("customers", "licenses", "assistance", "customer_facts"), with_products=True
    )
    return Words(headline, figures, assumptions, caveats, MY_PROTECTION)


def _figure(label: str, actions: pl.DataFrame, tone: str, note: str, *words: str) -> Figure:
    """How many customers have one of these actions, be it their first or not."""
    customers = actions.filter(pl.col("action").is_in(words))["customer_id"].unique()
    return Figure(label, number(customers.len()), tone, note, pl.col("customer_id").is_in(customers.implode()))


def _first_day(actions: pl.DataFrame, action: str) -> str:
    first = actions.filter(action=action)["due_on"].min()
    return say("customers, the first by {day}", day=first) if first is not None else say("none as of this day")


DEFINITION: Final = Definition(
    "customer_overview",
    "Customers",
    "customer_overview",
    COLUMNS,
    words,
    chart.LOOK,
    lists_customers=True,
)
