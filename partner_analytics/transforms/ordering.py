"""The order of rows in every report: by customer, and within a customer by the order of the vocabulary."""

from __future__ import annotations

import polars as pl


def in_order_of(column: str, words: tuple[str, ...]) -> pl.Expr:
    """A column of words, to be sorted as the vocabulary lists them."""
    return pl.col(column).cast(pl.Enum(words))


def of_customers(accounts: pl.DataFrame, frame: pl.DataFrame, *then_by: pl.Expr | str) -> pl.DataFrame:
    """The rows of a frame that has a coded `customer_id`, with the customer's name and account type, in order.

    Customers stand by the code points of their lower-cased names, customers of one name by their ids: the order of
    `accounts`, which is that of the enum.
    """
    called = accounts.select("customer_order", "customer_id", "customer_name", "account_type")
    return frame.sort("customer_id", *then_by).join(called, on="customer_id", maintain_order="left")
