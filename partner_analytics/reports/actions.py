"""What to do for which customer, and by when: what is due first comes first."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.charts import actions as chart
from partner_analytics.reports import wording
from partner_analytics.reports.content import Column, Figure, Words
from partner_analytics.reports.definition import Definition, Known
from partner_analytics.vocabulary import REACTIVATION_DAYS

COLUMNS: Final = (
    Column("customer_name", "Customer", "name"),
    Column("action", "What to do", "badge"),
    Column("due_on", "By", "day"),
    Column("days_left", "Days left", "number"),
    Column("product_name", "Product"),
    Column("subject", "Of what"),
    Column("model", "Model", "word"),
    Column("seats", "Seats", "number"),
    Column("contact_name", "Contact"),
    Column("contact_phone", "Phone"),
    Column("contact_email", "E-mail"),
    Column("account_manager", "Account manager", "person"),
)
WEEK: Final = 7

ORDER: Final = (
    "What is due first comes first, and what has no day comes last. Of what is due on one day, reactivating comes before renewing, and "
    "renewing before converting a trial. The most urgent customer is the one whose first action comes first."
)
REACTIVATE: Final = (
    f"A license can be reactivated for {REACTIVATION_DAYS} days after its end. It is listed where its seats do not go on, and no other paid "
    "license covers all that it protected."
)


def words(frame: pl.DataFrame, known: Known) -> Words:
    """The report in words."""
    basis = known.basis
    is_soon, is_later, has_no_day = pl.col("days_left") <= WEEK, pl.col("days_left") > WEEK, pl.col("due_on").is_null()
    soon, later, no_day = (frame.filter(rows).height for rows in (is_soon, is_later, has_no_day))
    customers = frame["customer_id"].n_unique()
    headline = wording.nobody(basis)
    if frame.height:
        headline = (
            f"There {wording.verb(frame.height, 'is', 'are')} {wording.count(frame.height, 'thing')} to do for "
            f"{wording.count(customers, 'customer')}: {soon:,} within {WEEK} days, {later:,} later, and {no_day:,} "
            "without a day."
        )
    elif basis.customers:
        headline = f"There is nothing to do for any of the {wording.count(basis.customers, 'customer')}."
    figures = (
        Figure(f"Due within {WEEK} days", f"{soon:,}", "bad", _seats(frame.filter(is_soon)), is_soon),
        Figure("Due later", f"{later:,}", "warning", _seats(frame.filter(is_later)), is_later),
        Figure("Without a day", f"{no_day:,}", "plain", "to check, to ask, to add or to offer", has_no_day),
        _figure(frame, "Renewals to arrange", "warning", "renew"),
        _figure(frame, "Reactivations to arrange", "bad", "reactivate"),
        _figure(frame, "Seats to add", "warning", "add_seats"),
    )
    return Words(
        headline,
        figures,
        (ORDER, REACTIVATE, wording.RENEWED, wording.SNAPSHOTS, wording.ALL_EVIDENCE, wording.INCLUSIVE_END),
        wording.caveats(basis, kinds=("customers", "licenses", "assistance", "customer_facts"), with_products=True),
    )


def _figure(frame: pl.DataFrame, label: str, tone: str, action: str) -> Figure:
    found = frame.filter(action=action)
    return Figure(label, f"{found.height:,}", tone, _seats(found), pl.col("action") == action)


def _seats(frame: pl.DataFrame) -> str:
    """How many seats some actions are about; what is not known is said to be so."""
    known = frame["seats"].drop_nulls()
    return wording.count(int(known.sum()), "seat") if known.len() else "no seats known"


DEFINITION: Final = Definition(
    "actions",
    "What to do, and by when",
    "actions",
    COLUMNS,
    words,
    chart.LOOK,
)
