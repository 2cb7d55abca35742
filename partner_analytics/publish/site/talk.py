"""What to say in a call: a sentence for each action, with its product, its day and its seats."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.reports.html.cells import escaped
from partner_analytics.vocabulary import TURN_ON

__all__ = ["sentence"]

SENTENCES: Final = {
    "reactivate": "{product} has ended. Until {day} it can be reactivated without a new order{seats}.",
    "renew": "{product} ends on {day}{seats}. Shall I renew it?",
    "convert_trial": "Your trial of {product} ends on {day}. Do you want to keep it?",
    "win_back": "All your licenses have ended. How are you protected now?",
    "offer_protection": "You have no license with us yet. What would you like to protect?",
    "export_licenses": "Before the call: export the licenses of this customer. Nobody has looked.",
    "check_end_dates": "Before the call: look up when {product} ends. The export does not say.",
    "check_renewal": "Before the call: look up the seats of {product}, which ends on {day}. A quantity is not known.",
    "check_assistance": "Partner Assistance is off, though it comes on by itself here. Did you turn it off?",
    "add_seats": "You use more of {product} than you have{seats}.",
    "check_double_cover": "{product} is covered by monthly and by term licenses. Do you need both?",
    "ask_for_assistance": f"May we help you directly? Please turn it on: {TURN_ON.replace('>', '&gt;')}.",
}


def sentence() -> pl.Expr:
    """What to say of an action, as HTML; of a frame with the columns of the result `actions`."""
    seats = pl.col("seats")
    of_seats = pl.when(seats == 1).then(pl.lit(", 1 seat")).otherwise(pl.format(", {} seats", seats)).fill_null("")
    product = escaped(pl.coalesce("product_name", "subject")).fill_null("")
    day = pl.col("due_on").dt.strftime("%Y-%m-%d").fill_null("")
    text = pl.col("action").replace_strict(list(SENTENCES), list(SENTENCES.values()), return_dtype=pl.String)
    # The product comes last: its name may hold braces of its own.
    return (
        text.str.replace("{day}", day, literal=True)
        .str.replace("{seats}", of_seats, literal=True)
        .str.replace("{product}", product, literal=True)
    )
