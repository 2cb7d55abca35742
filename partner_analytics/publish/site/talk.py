"""What to say in a call: a sentence for each action, with its product, its day and its seats."""

from __future__ import annotations

from html import escape
from typing import Final

import polars as pl

from partner_analytics.languages import day_format, say, text
from partner_analytics.reports.html.cells import escaped
from partner_analytics.vocabulary import TURN_ON

__all__ = ["sentence"]

SENTENCES: Final = {
    "reactivate": text("{product} has ended. Until {day} it can be reactivated without a new order{seats}."),
    "renew": text("{product} ends on {day}{seats}. Shall I renew it?"),
    "convert_trial": text("Your trial of {product} ends on {day}. Do you want to keep it?"),
    "win_back": text("All your licenses have ended. How are you protected now?"),
    "offer_protection": text("You have no license with us yet. What would you like to protect?"),
    "export_licenses": text("Before the call: export the licenses of this customer. Nobody has looked."),
    "check_end_dates": text("Before the call: look up when {product} ends. The export does not say."),
    "check_renewal": text(
        "Before the call: look up the seats of {product}, which ends on {day}. A quantity is not known."
    ),
    "check_assistance": text("Partner Assistance is off, though it comes on by itself here. Did you turn it off?"),
    "add_seats": text("You use more of {product} than you have{seats}."),
    "check_double_cover": text("{product} is covered by monthly and by term licenses. Do you need both?"),
    "ask_for_assistance": text("May we help you directly? Please turn it on: {where}."),
}


def sentence() -> pl.Expr:
    """What to say of an action, as HTML; of a frame with the columns of the result `actions`."""
    seats = pl.col("seats")
    of_seats = (
        pl.when(seats == 1).then(pl.lit(say(", 1 seat"))).otherwise(pl.format(say(", {} seats"), seats)).fill_null("")
    )
    product = escaped(pl.coalesce("product_name", "subject")).fill_null("")
    day = pl.col("due_on").dt.strftime(day_format()).fill_null("")
    said = pl.col("action").replace_strict(
        list(SENTENCES), [escape(say(sentence), quote=False) for sentence in SENTENCES.values()], return_dtype=pl.String
    )
    # The product comes last: its name may hold braces of its own.
    return (
        said.str.replace("{day}", day, literal=True)
        .str.replace("{seats}", of_seats, literal=True)
        .str.replace("{where}", escape(TURN_ON), literal=True)
        .str.replace("{product}", product, literal=True)
    )
