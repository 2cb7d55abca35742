"""Names to correct: customers that are not shown under their account's name, or share the name shown."""

from __future__ import annotations

from typing import Final

import polars as pl

COLUMNS: Final = {
    "customer_id": "The customer's id.",
    "customer_name": "The name shown.",
    "account_name": "The account's name.",
    "shared_with": "How many other customers are called so, whatever the case.",
}


def names_to_correct(contacts: pl.DataFrame) -> pl.DataFrame:
    """One row per customer whose name shown is not the account's, or is another customer's too."""
    shared = pl.len().over(pl.col("customer_name").str.to_lowercase()).cast(pl.Int64) - 1
    return to_correct(contacts.with_columns(shared.alias("shared_with")))


def to_correct(contacts: pl.DataFrame) -> pl.DataFrame:
    """`names_to_correct` of some customers, of whom is known with how many others each shares its name."""
    return contacts.filter((pl.col("customer_name") != pl.col("account_name")) | (pl.col("shared_with") > 0)).select(
        *COLUMNS
    )
