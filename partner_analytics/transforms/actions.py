"""Actions: what there is to do for each customer, and by when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import polars as pl

from partner_analytics.transforms.ordering import in_order_of
from partner_analytics.vocabulary import ACTIONS, CATEGORIES, MODELS, PAID_MODELS, REACTIVATION_DAYS

COLUMNS: Final = {
    "customer_id": "The customer's id.",
    "customer_name": "The name shown as, else the account's name; the id where neither is known.",
    "account_manager": "Who looks after the customer, by the customer facts.",
    "action": "What to do: " + ", ".join(f"`{word}`" for word in ACTIONS) + ".",
    "due_on": "Last day to reactivate, to renew without a gap, or to convert the trial; empty for what has no such day.",
    "days_left": "Days from the day of the report to `due_on`.",
    "subject": "The product's code, for `check_double_cover` the category; empty for what is about the customer as a whole.",
    "product_name": "The catalogue's name, else the export's, else the code.",
    "model": "`flex`, `term`, `managed_order` or `trial`; empty where the licenses have several, or there are none.",
    "seats": "Seats to renew, to reactivate or to add; empty where there are none to count, or they are not known.",
    "contact_name": "First and last name of the contact, by the customer export.",
    "contact_email": "Where to write to.",
    "contact_phone": "Where to call.",
}

WEEK: Final = timedelta(7)

PRODUCT: Final = ("customer_id", "product_code")


def due(as_of: date) -> pl.Expr:
    """When an action is due, one of `DUE`: weeks go from Monday to Sunday, and this one is that of the report's day."""
    next_monday = as_of - timedelta(as_of.weekday()) + WEEK
    on = pl.col("due_on")
    return (
        pl.when(on.is_null())
        .then(pl.lit("no_day"))
        .when(on < as_of)
        .then(pl.lit("overdue"))
        .when(on < next_monday)
        .then(pl.lit("this_week"))
        .when(on < next_monday + WEEK)
        .then(pl.lit("next_week"))
        .otherwise(pl.lit("later"))
    )


def actions(
    accounts: pl.DataFrame,
    contacts: pl.DataFrame,
    states: pl.DataFrame,
    license_renewals: pl.DataFrame,
    protection: pl.DataFrame,
    positions: pl.DataFrame,
    models: pl.DataFrame,
    assistance: pl.DataFrame,
    unlinkable: pl.DataFrame,
    as_of: date,
) -> pl.DataFrame:
    """One row per customer and thing to do: what is due first comes first, then what has no day.

    Nothing hides behind something else: a customer can have several (rules, section 12; ours). What other results have
    decided is read from them.

    Parameters
    ----------
    license_renewals
        One row per license that ends, at least up to the last day on which one is `expiring`.
    protection, positions, models, assistance
        The results `protection_status`, `license_positions`, `flex_vs_term` and `assistance_coverage`.
    unlinkable
        The result `unlinkable_customers`.
    """
    ending = states.join(license_renewals, on=["customer_id", "license_id"])
    found = {
        "reactivate": _reactivate(ending, states),
        "renew": _renew(ending, "open", "reduced"),
        "convert_trial": _convert_trial(ending, states),
        "win_back": unlinkable,
        "offer_protection": protection.filter(status="none"),
        "export_licenses": protection.filter(status="no_data"),
        "check_end_dates": states.filter(state="unknown").group_by(PRODUCT).agg(_product_name(), _model()),
        "check_renewal": _renew(ending, "unknown").with_columns(pl.lit(None, pl.Int64).alias("seats")),
        "check_assistance": assistance.filter("is_anomaly"),
        "add_seats": positions.filter(pl.col("over_used_by") > 0, pl.col("model").is_in(PAID_MODELS)).select(
            *PRODUCT, "product_name", "model", pl.col("over_used_by").alias("seats")
        ),
        "check_double_cover": _double_cover(models),
        "ask_for_assistance": assistance.filter(pl.col("assistance") != "on", pl.col("is_anomaly").not_()),
    }
    return (
        pl.concat((_rows(action, frame) for action, frame in found.items()), how="vertical")
        .join(accounts.select("customer_order", "customer_id", "customer_name", "account_manager"), on="customer_id")
        .join(contacts.select("customer_id", "contact_name", "contact_email", "contact_phone"), on="customer_id")
        .with_columns((pl.col("due_on") - pl.lit(as_of)).dt.total_days().alias("days_left"))
        .sort(
            pl.col("due_on"),
            in_order_of("action", ACTIONS),
            "customer_order",
            in_order_of("category", CATEGORIES),
            "product_code",
            in_order_of("model", MODELS),
            nulls_last=True,
        )
        .with_columns(pl.coalesce("category", "product_code").alias("subject"))
        .select(*COLUMNS)
    )


def first_actions(actions: pl.DataFrame) -> pl.DataFrame:
    """One row per customer with something to do, in the order of its first action: customer_id, to_do, act_by, actions."""
    return actions.group_by("customer_id", maintain_order=True).agg(
        pl.col("action").first().alias("to_do"),
        pl.col("due_on").first().alias("act_by"),
        pl.len().cast(pl.Int64).alias("actions"),
    )


ROW: Final = {
    "due_on": pl.Date(),
    "category": pl.String(),
    "product_code": pl.String(),
    "product_name": pl.String(),
    "model": pl.String(),
    "seats": pl.Int64(),
}


def _rows(action: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of an action, with every column; what a frame does not have is empty."""
    return frame.select(
        "customer_id",
        pl.lit(action).alias("action"),
        *(
            pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, kind).alias(name)
            for name, kind in ROW.items()
        ),
    )


def _reactivate(ending: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """One row per product whose seats ended lately and are not taken over, where it leaves a category uncovered."""
    covered = _covered(states.filter("is_paid", "is_in_force"))
    ended = ending.filter("is_paid", "is_reactivatable", pl.col("renewal").is_in(["open", "reduced"]))
    return (
        _uncovered(ended, covered)
        .group_by(PRODUCT)
        .agg(
            pl.col("end_date").min().dt.offset_by(f"{REACTIVATION_DAYS}d").alias("due_on"),
            _product_name(),
            _model(),
            _seats_open(),
        )
    )


def _renew(ending: pl.DataFrame, *renewal: str) -> pl.DataFrame:
    """One row per product and end date of paid licenses that are expiring, with one of these words."""
    return (
        ending.filter("is_paid", pl.col("state") == "expiring", pl.col("renewal").is_in(renewal))
        .group_by(*PRODUCT, pl.col("end_date").alias("due_on"))
        .agg(_product_name(), _model(), _seats_open())
    )


def _convert_trial(ending: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """One row per product and end date of trials that are expiring, where a category has no paid license, now or later."""
    is_now_or_later = pl.col("is_in_force") | (pl.col("state") == "future")
    covered = _covered(states.filter("is_paid", is_now_or_later))
    trials = ending.filter(pl.col("is_paid").not_(), pl.col("state") == "expiring", pl.col("renewal") == "open")
    return (
        _uncovered(trials, covered)
        .group_by(*PRODUCT, pl.col("end_date").alias("due_on"))
        .agg(_product_name(), _model())
    )


def _covered(states: pl.DataFrame) -> pl.DataFrame:
    """The categories of some licenses: customer_id, category."""
    return _categories(states).select("customer_id", "category")


def _uncovered(licenses: pl.DataFrame, covered: pl.DataFrame) -> pl.DataFrame:
    """The licenses with at least one category that is not covered."""
    open_ones = _categories(licenses).join(covered, on=["customer_id", "category"], how="anti")
    return licenses.join(open_ones, on=["customer_id", "license_id"], how="semi")


def _categories(states: pl.DataFrame) -> pl.DataFrame:
    """One row per license and category: customer_id, license_id, category."""
    return (
        states.select("customer_id", "license_id", pl.col("categories").alias("category"))
        .explode("category", empty_as_null=False)
    )  # fmt: skip


def _double_cover(models: pl.DataFrame) -> pl.DataFrame:
    """One row per customer and category that a flex and a term license cover."""
    return (
        models.select("customer_id", pl.col("double_covered").str.split("; ").alias("category"))
        .drop_nulls()
        .explode("category", empty_as_null=False)
    )


def _product_name() -> pl.Expr:
    """The name of the lowest license id that has one, else the code: a code has one name in the catalogue at most."""
    named = pl.col("product_name").min_by(pl.when(pl.col("product_name").is_not_null()).then("license_id"))
    return pl.coalesce(named, pl.col("product_code").first().cast(pl.String)).alias("product_name")


def _model() -> pl.Expr:
    return pl.when(pl.col("model").n_unique() == 1).then(pl.col("model").first()).alias("model")


def _seats_open() -> pl.Expr:
    """The sum of the known values; empty if none is known."""
    known = pl.col("seats_open")
    return pl.when(known.count() > 0).then(known.sum()).alias("seats")
