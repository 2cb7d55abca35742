"""Customers that a file knows by name only: matched with the customer export, by exact name, or refused."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

import polars as pl

from partner_analytics.loaders import CUSTOMER_NAME, REFUSED
from partner_analytics.vocabulary import UUID

MOST_RESEMBLING: Final = 20
"""For how many names that nobody has the nearest are looked up: that takes time for each."""


def with_customer_ids(rows: pl.DataFrame, customers: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with the customer's id in place of its name, and the rows whose name leads to no one customer.

    A name is the one shown or the account's, to the letter but for white space around it.

    Parameters
    ----------
    rows
        One row per row of the file: `line`, `customer_name` or a `customer_id` that can be a name, and others, as text.
    customers
        One row per customer of the customer export: `customer_id`, `account_name`, `shown_as`.

    Returns
    -------
    tuple of polars.DataFrame
        The rows with `customer_id`, empty where the name is blank; and one row per refused one: `line`, `column_name`,
        `value`, `reason`.
    """
    if CUSTOMER_NAME not in rows.columns:
        is_id = pl.col("customer_id").fill_null("").str.strip_chars().str.to_lowercase().str.contains(f"^$|{UUID}")
        with_ids, with_names = rows.filter(is_id), rows.filter(is_id.not_())
        matched, refused = with_customer_ids(with_names.rename({"customer_id": CUSTOMER_NAME}), customers)
        return pl.concat([with_ids, matched.select(with_ids.columns)]).sort("line"), refused
    names = (
        pl.concat(customers.select("customer_id", pl.col(name).alias("name")) for name in ("account_name", "shown_as"))
        .drop_nulls()
        .unique()
        .sort("name", "customer_id")
    )
    known = names.group_by("name").agg(pl.col("customer_id").alias("ids"))
    matched = rows.with_columns(pl.col(CUSTOMER_NAME).str.strip_chars().alias("name")).join(
        known, on="name", how="left", maintain_order="left"
    )
    is_blank = pl.col("name").fill_null("") == ""
    is_refused = is_blank.not_() & (pl.col("ids").list.len().fill_null(0) != 1)
    strangers = matched.filter(is_blank.not_(), pl.col("ids").is_null())["name"].unique(maintain_order=True)
    refused = (
        matched.filter(is_refused)
        .join(_resembling(strangers, names["name"]), on="name", how="left", maintain_order="left")
        .select(
            "line",
            pl.lit(CUSTOMER_NAME).alias("column_name"),
            pl.col(CUSTOMER_NAME).alias("value"),
            pl.when(pl.col("ids").is_null())
            .then(
                pl.concat_str(
                    pl.lit("is not the name of a customer in the customer export"), pl.col("nearest").fill_null("")
                )
            )
            .otherwise(pl.format("is the name of several customers: {}", pl.col("ids").list.join(", ")))
            .alias("reason"),
        )
        .cast(REFUSED)
    )
    return (
        matched.filter(is_refused.not_())
        .with_columns(pl.col("ids").list.first().alias("customer_id"))
        .drop("ids", "name", CUSTOMER_NAME),
        refused,
    )


def _resembling(strangers: pl.Series, names: pl.Series) -> pl.DataFrame:
    """One row per name that nobody has: `name`, and in words the names that come nearest."""
    known = names.unique(maintain_order=True).to_list()
    near = {name: get_close_matches(name, known, n=3, cutoff=0.7) for name in strangers.head(MOST_RESEMBLING)}
    return pl.DataFrame(
        {
            "name": list(near),
            "nearest": [f"; the nearest are: {', '.join(found)}" if found else "" for found in near.values()],
        },
        schema={"name": pl.String, "nearest": pl.String},
    )
