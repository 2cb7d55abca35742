"""Contacts: whom to call at a customer, and what the customer is called."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.transforms.exports import Exports

COLUMNS: Final = {
    "customer_id": "The customer's id.",
    "customer_name": "The name shown as, else the account's name; the id where neither is known.",
    "account_name": "The account's name.",
    "shown_as": "The name that the partner has given it.",
    "account_status": "`active`, `suspended` or `canceled`, where the export says so.",
    "contact_name": "First and last name of the contact.",
    "contact_email": "Where to write to.",
    "contact_phone": "Where to call.",
    "contact_mobile": "The mobile telephone.",
    "phone": "Where to call first: the telephone, else the mobile one.",
    "country_code": "The customer's country.",
}


def contacts(exports: Exports, accounts: pl.DataFrame) -> pl.DataFrame:
    """One row per customer, in the order of every report: its names, and whom to write to or call."""
    person = pl.concat_str("contact_first_name", "contact_last_name", separator=" ", ignore_nulls=True)
    known = exports.customers.select(
        "customer_id",
        "account_name",
        "shown_as",
        "account_status",
        person.replace("", None).alias("contact_name"),
        "contact_email",
        "contact_phone",
        "contact_mobile",
        pl.coalesce("contact_phone", "contact_mobile").alias("phone"),
        "country_code",
    )
    return (
        accounts.select("customer_id", "customer_name")
        .join(known, on="customer_id", how="left", maintain_order="left")
        .select(*COLUMNS)
    )
