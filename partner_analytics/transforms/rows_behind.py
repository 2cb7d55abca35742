"""The rows of the exports behind the reports, with the file and the line that each was read from.

Nothing is decided here: what the rules have found stands with the load and the line of the row they found it in.
"""

from __future__ import annotations

import polars as pl

from partner_analytics.transforms.coding import as_text
from partner_analytics.transforms.exports import Exports
from partner_analytics.transforms.ordering import in_order_of
from partner_analytics.vocabulary import MODELS

READ_FROM = ("load_id", "line", "snapshot_date")


def licenses(exports: Exports, accounts: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """One row per license, customer by customer: its dates, seats and usage, and where it was read."""
    read = as_text(exports.licenses.select("customer_id", "license_id", "license_number", "snapshot_date"))
    found = states.join(read, on=["customer_id", "license_id"])
    return (
        accounts.select("customer_order", "customer_id", "customer_name", "account_type")
        .join(found, on="customer_id")
        .sort("customer_order", "product_code", in_order_of("model", MODELS), "license_id")
    )


def sources(exports: Exports, assistance: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    """One row per customer and row that was read about it, licenses apart: customer_id, kind, load_id, line, snapshot_date.

    Parameters
    ----------
    assistance
        The result `assistance_coverage`: which evidence has won.
    evidence
        One row per piece of evidence, with what was said, on which day and basis, and where it was read.
    """
    said = ["customer_id", "checked_on", "basis", "assistance"]
    won = (
        evidence.rename({"partner_assistance": "assistance"})
        .join(assistance.select(said), on=said, how="semi")
        .sort("snapshot_date", "kind", "load_id", "line")
        .group_by("customer_id", maintain_order=True)
        .last()
    )
    kinds = {"customers": exports.customers, "customer_facts": exports.customer_facts}
    read = [
        as_text(frame).select("customer_id", pl.lit(kind).alias("kind"), *READ_FROM)
        for kind, frame in (*kinds.items(), ("assistance", won))
    ]
    # Evidence in a column of the customer export is read from the same row as the customer.
    return pl.concat(read).unique(["customer_id", *READ_FROM], keep="first", maintain_order=True)
