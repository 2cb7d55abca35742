"""What changed between two days: customers, licenses, Partner Assistance, and the seats behind it."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.transforms.customer_changes import customer_changes
from partner_analytics.transforms.license_changes import license_changes
from partner_analytics.transforms.ordering import in_order_of
from partner_analytics.transforms.state import State
from partner_analytics.vocabulary import CHANGES

COLUMNS: Final = {
    "customer_id": "The customer's id.",
    "customer_name": "Its name on the later day that knows it.",
    "change": "What changed: `customer_…`, `account_type_changed`, `assistance_changed`, `licenses_…`, `license_…`, `model_changed`, `product_changed`, `quantity_changed` or `dates_changed`.",
    "subject": "The code of the license's product; empty for changes of a customer.",
    "license_id": "The license; for a renewal the one that ends; empty for changes of a customer.",
    "before": "What it was: a name, word, model, number or day.",
    "after": "What it is.",
    "seats_delta": "Seats more or less; each license's difference stands in exactly one row. Empty for most changes of a customer.",
}


def changes(then: State, now: State) -> pl.DataFrame:
    """One row per change between two days.

    Besides its columns it has `successor_id`: the license whose coming is the change.
    """
    of_customers = customer_changes(then.results, now.results)
    one_sided = of_customers.filter(pl.col("change").is_in(["licenses_not_seen", "licenses_first_seen"]))
    states, states_now = (
        known.results["license_states"].join(one_sided, on="customer_id", how="anti") for known in (then, now)
    )
    # Whom only a license export names is called by its id there; a customer export knows better.
    exported = (
        known.results["accounts"].filter("is_exported").select("customer_id", "customer_name") for known in (now, then)
    )
    named = pl.concat(exported).unique("customer_id", keep="first", maintain_order=True)
    return (
        pl.concat([of_customers, license_changes(states, states_now, now.day)], how="diagonal")
        .join(named, on="customer_id", how="left")
        .with_columns(pl.coalesce("customer_name", "customer_id").alias("customer_name"))
        .sort(
            pl.col("customer_name").str.to_lowercase(),
            "customer_id",
            in_order_of("change", CHANGES),
            "subject",
            "license_id",
        )
    )
