"""The rows of the exports behind the reports, with the file and the line that each was read from.

Nothing is decided here. These frames join what the rules have found to the rows they found it in, and they need what
only the store knows: `load_id`, `line` and `snapshot_date` of every row.
"""

from __future__ import annotations

import polars as pl

from partner_analytics.transforms.exports import Exports
from partner_analytics.transforms.ordering import in_order_of, of_customers
from partner_analytics.vocabulary import MODELS

READ_FROM = ("load_id", "line", "snapshot_date")


def contacts(exports: Exports, accounts: pl.DataFrame, assistance: pl.DataFrame) -> pl.DataFrame:
    """One row per customer: both names, account status, whom to write to or call, and how assistance is known."""
    person = pl.concat_str("contact_first_name", "contact_last_name", separator=" ", ignore_nulls=True)
    known = exports.customers.select(
        "customer_id",
        "account_name",
        "shown_as",
        "account_status",
        person.replace("", None).alias("contact"),
        "contact_email",
        pl.coalesce("contact_phone", "contact_mobile").alias("phone"),
        "country_code",
    )
    return (
        accounts.select("customer_id", "customer_name")
        .join(known, "customer_id", "left", maintain_order="left")
        .join(assistance.select("customer_id", "basis"), "customer_id", "left", maintain_order="left")
    )


def licenses(exports: Exports, accounts: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """One row per license, customer by customer: its dates, seats and usage, and where it was read."""
    read = exports.licenses.select("customer_id", "license_id", "license_number", *READ_FROM)
    found = states.join(read, on=["customer_id", "license_id"])
    return of_customers(accounts, found, "product_code", in_order_of("model", MODELS), "license_id").drop("categories")


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
        frame.select("customer_id", pl.lit(kind).alias("kind"), *READ_FROM)
        for kind, frame in (*kinds.items(), ("assistance", won))
    ]
    # Evidence in a column of the customer export is read from the same row as the customer.
    return pl.concat(read).unique(["customer_id", *READ_FROM], keep="first", maintain_order=True)


def names_to_correct(contacts: pl.DataFrame) -> pl.DataFrame:
    """One row per customer whose name shown is not the account's, or is another customer's too.

    Columns: customer_id, customer_name, account_name, shared_with (how many others are called so, whatever the case).
    """
    shared = pl.len().over(pl.col("customer_name").str.to_lowercase()).cast(pl.Int64) - 1
    return (
        contacts.with_columns(shared.alias("shared_with"))
        .filter((pl.col("customer_name") != pl.col("account_name")) | (pl.col("shared_with") > 0))
        .select("customer_id", "customer_name", "account_name", "shared_with")
    )
