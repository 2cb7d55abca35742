"""What to do for which customer, and by when: what is due first comes first."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.charts import actions as chart
from partner_analytics.languages import count, number, say, text
from partner_analytics.reports import wording
from partner_analytics.reports.content import Column, Figure, Words
from partner_analytics.reports.definition import Definition, Known
from partner_analytics.transforms.actions import due
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
WEEKS: Final = text("A week goes from Monday to Sunday, and this week is that of the day of the report.")
ORDER: Final = text(
    "What is due first comes first, and what has no day comes last. Of what is due on one day, reactivating comes before renewing, and "
    "renewing before converting a trial. The most urgent customer is the one whose first action comes first."
)


def words(frame: pl.DataFrame, known: Known) -> Words:
    """The report in words."""
    basis = known.basis
    when = due(known.as_of)
    is_soon, is_next = when.is_in(["overdue", "this_week"]), when == "next_week"
    is_later, has_no_day = when == "later", when == "no_day"
    soon, following, later, no_day = (frame.filter(rows) for rows in (is_soon, is_next, is_later, has_no_day))
    customers = frame["customer_id"].n_unique()
    headline = wording.nobody(basis)
    if frame.height:
        headline = say(
            "{things} to do by Sunday, {seats}; {next} next week, {later} later and {no_day} without a day, for {customers} in all.",
            things=count(soon.height, "thing"),
            seats=_seats(soon),
            next=following.height,
            later=later.height,
            no_day=no_day.height,
            customers=count(customers, "customer"),
        )
    elif basis.customers:
        headline = say(
            "There is nothing to do for any of the {customers}.", customers=count(basis.customers, "customer")
        )
    reactivate = say(
        "A license can be reactivated for {days} days after its end. It is listed where its seats do not go on, and no other paid "
        "license covers all that it protected.",
        days=REACTIVATION_DAYS,
    )
    figures = (
        Figure(say("Due this week"), number(soon.height), "bad", _seats(soon), is_soon),
        Figure(say("Due next week"), number(following.height), "warning", _seats(following), is_next),
        Figure(
            say("Without a day"),
            number(no_day.height),
            "plain",
            say("to check, to ask, to add or to offer"),
            has_no_day,
        ),
        _figure(frame, say("Renewals to arrange"), "warning", "renew"),
        _figure(frame, say("Reactivations to arrange"), "bad", "reactivate"),
        _figure(frame, say("Seats to add"), "warning", "add_seats"),
    )
    return Words(
        headline,
        figures,
        (ORDER, WEEKS, reactivate, wording.renewed(), wording.SNAPSHOTS, wording.ALL_EVIDENCE, wording.INCLUSIVE_END),
        wording.caveats(basis, kinds=("customers", "licenses", "assistance", "customer_facts"), with_products=True),
    )


def _figure(frame: pl.DataFrame, label: str, tone: str, action: str) -> Figure:
    found = frame.filter(action=action)
    return Figure(label, number(found.height), tone, _seats(found), pl.col("action") == action)


def _seats(frame: pl.DataFrame) -> str:
    """How many seats some actions are about; what is not known is said to be so."""
    known = frame["seats"].drop_nulls()
    return count(int(known.sum()), "seat") if known.len() else say("no seats known")


DEFINITION: Final = Definition(
    "actions",
    "What to do, and by when",
    "actions",
    COLUMNS,
    words,
    chart.LOOK,
    short="Monday",
)
