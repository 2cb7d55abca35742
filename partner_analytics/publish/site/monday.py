"""The first view of the page: what to do, one row an action, grouped by when it is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl
from markupsafe import Markup

from partner_analytics.languages import day_format, say, text
from partner_analytics.publish.site.filters import DUE_WORDS, row_marks
from partner_analytics.reports.html.cells import (
    CARD,
    NOTHING,
    badge,
    escaped,
    fitting,
    mail_link,
    name_cell,
    phone_link,
)
from partner_analytics.reports.html.section import templates
from partner_analytics.transforms.actions import due

if TYPE_CHECKING:
    from partner_analytics.as_of.basis import Behind
    from partner_analytics.reports import Report

__all__ = ["MONDAY", "monday_rows", "monday_table"]

MONDAY: Final = (
    text("Customer"), text("What to do"), text("By"), text("Seats"), text("Contact"), text("Account manager"),
)  # fmt: skip
"""The columns of the table."""

DUE_GROUP: Final = "due"


def monday_rows(actions: Report, behind: Behind, customers: pl.DataFrame) -> pl.DataFrame:
    """One row per action, in the order of their days: due (the group), row (HTML), seats.

    Parameters
    ----------
    customers
        One row per customer: customer_id, card.
    """
    frame = actions.frame.join(
        customers.select("customer_id", pl.col("card").alias(CARD)), "customer_id", "left", maintain_order="left"
    )
    opening = pl.concat_str(pl.lit('<tr class="'), row_marks(frame, behind, actions.as_of), pl.lit('">'))
    cells = (name_cell(frame.schema), _what(), _by(), _seats(), _contact(), _manager())
    return frame.select(
        due(actions.as_of).alias(DUE_GROUP), pl.concat_str(opening, *cells, pl.lit("\n")).alias("row"), "seats"
    )


def monday_table(actions: Report, rows: pl.DataFrame, size: int) -> Markup:
    """The table of the actions, as many as stay within a number of bytes; each group says how many it has in all."""
    shown = rows.head(fitting(rows["row"], size).len())
    counted = {
        str(group): (many, seats)
        for group, many, seats in rows.group_by(DUE_GROUP, maintain_order=True)
        .agg(pl.len().alias("many"), pl.col("seats").sum().alias("seats"))
        .iter_rows()
    }
    groups = [
        (say(DUE_WORDS[group]), group, *counted[group], Markup("".join(of_group["row"])))
        for (group,), of_group in shown.group_by(DUE_GROUP, maintain_order=True)
    ]
    return Markup(
        templates("partner_analytics.publish")
        .get_template("monday.html")
        .render(groups=groups, shown=shown.height, total=rows.height, name=actions.name, titles=MONDAY)
    )


def _what() -> pl.Expr:
    """What to do, and of which product."""
    about = escaped(pl.coalesce("product_name", "subject"))
    return pl.concat_str(
        pl.lit("<td>"), badge(pl.col("action")), pl.concat_str(pl.lit(" <bdi>"), about, pl.lit("</bdi>")).fill_null("")
    )


def _by() -> pl.Expr:
    """By when, and in how many days that is."""
    days = pl.col("days_left")
    words = (
        pl.when(days == 0)
        .then(pl.lit(say("today")))
        .when(days == 1)
        .then(pl.lit(say("tomorrow")))
        .when(days > 1)
        .then(pl.format(say("in {} days"), days))
        .when(days == -1)
        .then(pl.lit(say("yesterday")))
        .otherwise(pl.format(say("{} days ago"), -days))
    )
    known = pl.format("<td>{} <small>{}</small>", pl.col("due_on").dt.strftime(day_format()), words)
    return pl.when(days.is_null()).then(pl.lit(NOTHING)).otherwise(known)


def _seats() -> pl.Expr:
    return pl.concat_str(pl.lit("<td>"), pl.col("seats").cast(pl.String)).fill_null(NOTHING)


def _contact() -> pl.Expr:
    """Whom to call or write to: a telephone number and an address are links where they are plainly one."""
    parts = (
        pl.concat_str(pl.lit("<bdi>"), escaped(pl.col("contact_name")), pl.lit("</bdi>")),
        phone_link(pl.col("contact_phone")),
        mail_link(pl.col("contact_email")),
    )
    known = pl.concat_str(*parts, separator=" ", ignore_nulls=True).replace("", None)
    return pl.concat_str(pl.lit("<td>"), known).fill_null(NOTHING)


def _manager() -> pl.Expr:
    return pl.concat_str(pl.lit("<td>"), escaped(pl.col("account_manager"))).fill_null(NOTHING)
