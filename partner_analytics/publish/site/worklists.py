"""What else the page helps to get done: launch and ask, names to correct, trials to convert, and what the program allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl
from markupsafe import Markup

from partner_analytics.languages import text
from partner_analytics.reports.content import Column
from partner_analytics.reports.html.cells import CARD, fitting, table_row
from partner_analytics.reports.html.section import templates
from partner_analytics.vocabulary import TURN_ON

if TYPE_CHECKING:
    from partner_analytics.as_of.basis import Behind
    from partner_analytics.reports import Report

__all__ = ["WORKLISTS", "worklists"]

WORKLISTS: Final = {"launch": text("Launch and ask"), "names_and_programs": text("Names and programs")}
"""The places of these lists, and what the menu calls them."""

CUSTOMER: Final = Column("customer_name", "Customer", "name")
ANOMALIES: Final = (
    CUSTOMER,
    Column("account_type", "On by itself for", "word"),
    Column("assistance_since", "Off since", "day"),
    Column("account_manager", "Account manager"),
)
NAMES: Final = (
    CUSTOMER,
    Column("account_name", "Account name"),
    Column("shared_with", "Others of the same name", "number"),
)
TRIALS: Final = (
    CUSTOMER,
    Column("product_name", "Trial of"),
    Column("due_on", "Last day", "day"),
    Column("days_left", "Days left", "number"),
)


def worklists(overview: Report, behind: Behind, customers: pl.DataFrame, size: int) -> dict[str, Markup]:
    """The sections of these lists, by their place.

    Parameters
    ----------
    customers
        One row per customer: customer_id, card.
    size
        How many bytes one of these lists may get.
    """
    frame, basis = overview.frame, overview.basis
    lists = {
        "anomalies": (ANOMALIES, frame.filter("is_anomaly")),
        "names": (NAMES, behind.names_to_correct),
        "trials": (TRIALS, behind.actions.filter(action="convert_trial")),
    }
    steps = dict(behind.contacts.group_by("next_step").len().iter_rows())
    known = {
        "turn_on": TURN_ON,
        "days": basis.expiring_days,
        "programs": basis.programs,
        "on": steps.get("launch", 0),
        "to_ask": steps.get("ask_customer", 0),
        "monthly": frame.filter(account_type="monthly_usage").height,
        "orders": frame.filter(account_type="managed_order").height,
        "limited": frame.filter(early_access="limited").height,
        "total": frame.height,
        "columns": {name: columns for name, (columns, _) in lists.items()},
        "totals": {name: found.height for name, (_, found) in lists.items()},
        "rows": {name: _rows(found, columns, customers, size) for name, (columns, found) in lists.items()},
    }
    made = templates("partner_analytics.publish")
    return {place: Markup(made.get_template(f"{place}.html").render(known)) for place in WORKLISTS}


def _rows(frame: pl.DataFrame, columns: tuple[Column, ...], customers: pl.DataFrame, size: int) -> list[Markup]:
    if frame.is_empty():
        return []
    found = frame.head(size).join(
        customers.select("customer_id", pl.col("card").alias(CARD)), "customer_id", "left", maintain_order="left"
    )
    rows = found.select(table_row(columns, found.schema, pl.lit("<tr>"))).to_series()
    return [Markup(row) for row in fitting(rows, size)]
