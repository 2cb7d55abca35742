"""What the rules are applied to."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final

import polars as pl


@dataclass(frozen=True)
class Exports:
    """What is known as of a day: of each kind the rows of the newest snapshot, and the catalogue.

    `customer_id` and `product_code` are text or an enum, the same in all frames.

    Parameters
    ----------
    customers
        One row per customer of the customer export, columns as in the store.
    licenses
        One row per license of the license export, columns as in the store.
    empty_answers
        One row per customer whose licenses were asked for and who has none: customer_id.
    evidence
        One row per piece of evidence about Partner Assistance, from every snapshot: customer_id, partner_assistance,
        checked_on, basis, snapshot_date, source (`assistance` or `customers`).
    customer_facts
        One row per customer with facts, columns as in the store.
    products
        One row per product of the catalogue: product_code, product_name, categories (a list).
    """

    customers: pl.DataFrame
    licenses: pl.DataFrame
    empty_answers: pl.DataFrame
    evidence: pl.DataFrame
    customer_facts: pl.DataFrame
    products: pl.DataFrame

    def only(self, customers: pl.DataFrame) -> Exports:
        """What is known of some customers; all results made from it are about these customers only.

        Parameters
        ----------
        customers
            One row per customer: customer_id.
        """
        return replace(self, **{name: only_about(getattr(self, name), customers) for name in FRAMES})


NEEDED: Final = {
    "customers": (
        *("customer_id", "account_name", "shown_as", "billing_type", "is_managed_order", "trial_started_by"),
        *("account_status", "contact_first_name", "contact_last_name", "contact_email", "contact_phone"),
        *("contact_mobile", "country_code", "load_id", "line"),
    ),
    "licenses": (
        *("customer_id", "license_id", "product_code", "product_name", "license_type", "quantity", "is_unlimited"),
        *("is_perpetual", "start_date", "end_date", "used", "load_id", "line"),
    ),
}
"""Of the wide exports the columns that the rules read; what else they hold is only shown."""

FRAMES: Final = tuple(one.name for one in fields(Exports) if one.name != "products")
"""What of it is about customers, and read from the store."""


def only_about(frame: pl.DataFrame, customers: pl.DataFrame) -> pl.DataFrame:
    """The rows of a frame that are about these customers, in their order."""
    # An id that the frame has never heard of is none of its rows'.
    known = customers.select(pl.col("customer_id").cast(frame.schema["customer_id"], strict=False))
    return frame.join(known, on="customer_id", how="semi", maintain_order="left")
