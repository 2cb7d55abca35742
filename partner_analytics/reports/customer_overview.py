"""The customers, each in one row, and what to do next."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.charts import customer_overview as chart
from partner_analytics.counting import count, share, verb
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
ORDER: Final = (
    "A customer stands where the first of its actions stands: what is due first comes first, then what has no day; "
    "customers with nothing to do come last. All actions stand under What to do, and by when."
)
NOT_CLEAR: Final = ("export_licenses", "check_end_dates", "check_renewal")


def words(frame: pl.DataFrame, known: Known) -> Words:
    """The report in words."""
    basis, actions = known.basis, known.frames["actions"]
    total, busy = frame.height, frame.filter(pl.col("actions") > 0).height
    number = int(frame["actions"].sum())
    soon = actions.filter(due(known.as_of).is_in(["overdue", "this_week"])).height
    headline = wording.nobody(basis)
    if total:
        headline = (
            f"{busy:,} of {count(total, 'customer')} {verb(busy, 'has', 'have')} something to do, "
            f"{count(number, 'action')} together; {soon:,} {verb(soon, 'is', 'are')} due by Sunday."
        )
    is_asked = actions.filter(pl.col("action").is_in(["check_assistance", "ask_for_assistance"]))
    figures = (
        _figure("To reactivate", actions, "bad", _first_day(actions, "reactivate"), "reactivate"),
        _figure("To renew", actions, "warning", _first_day(actions, "renew"), "renew"),
        _figure("Trials to convert", actions, "warning", _first_day(actions, "convert_trial"), "convert_trial"),
        _figure("To win back", actions, "bad", f"customers whose every license ended more than {REACTIVATION_DAYS} days ago", "win_back"),
        _figure("To find out", actions, "unknown", "customers whose licenses were not exported, have no end date, or no known quantity", *NOT_CLEAR),
        Figure("Nothing to do", f"{total - busy:,}", "good", f"{share(total - busy, total)} of customers; Partner Assistance is a "
               f"matter for {is_asked['customer_id'].n_unique():,}", pl.col("to_do") == "nothing"),
    )  # fmt: skip
    assumptions = (ORDER, wording.SNAPSHOTS, wording.ALL_EVIDENCE, wording.INCLUSIVE_END, wording.CATEGORIES)
    caveats = wording.caveats(
        basis, kinds=("customers", "licenses", "assistance", "customer_facts"), with_products=True
    )
    return Words(headline, figures, assumptions, caveats, MY_PROTECTION)


def _figure(label: str, actions: pl.DataFrame, tone: str, note: str, *words: str) -> Figure:
    """How many customers have one of these actions, be it their first or not."""
    customers = actions.filter(pl.col("action").is_in(words))["customer_id"].unique()
    return Figure(label, f"{customers.len():,}", tone, note, pl.col("customer_id").is_in(customers.implode()))


def _first_day(actions: pl.DataFrame, action: str) -> str:
    day = actions.filter(action=action)["due_on"].min()
    return f"customers, the first by {day!s}" if day is not None else "none as of this day"


DEFINITION: Final = Definition(
    "customer_overview",
    "Customers",
    "customer_overview",
    COLUMNS,
    words,
    chart.LOOK,
    lists_customers=True,
)
