"""Where a change comes from: the rows of both days that it compares, and whose customer it is about."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.transforms.assistance_coverage import newest_evidence
from partner_analytics.transforms.state import State

ROW: Final = ("load_id", "line")
COLUMNS: Final = {
    "customer_id": "The customer's id.",
    "change": "What changed.",
    "license_id": "The license; empty for changes of a customer.",
    "successor_id": "The license that succeeds it, where that is the change.",
    "product_name": "Name of the product that is its subject: the catalogue's, else the export's.",
    "account_manager": "Whose customer it is, by the customer facts of the later day, else of the earlier.",
    "load_id_before": "The load that brought the row of the earlier day; empty where there is none.",
    "line_before": "Line of that row; in JSON the position of the item, from 1.",
    "load_id_after": "The load that brought the row of the later day; empty where there is none.",
    "line_after": "Line of that row.",
}


def change_origins(all_changes: pl.DataFrame, then: State, now: State) -> pl.DataFrame:
    """One row per change, in the order of `changes`: the rows behind it, in the exports of both days.

    The row of an `assistance_changed` is the evidence that counts; it has none where a rule of the vendor decides.

    Parameters
    ----------
    all_changes
        The changes, with `successor_id`.
    then, now
        What is known as of the earlier and the later day.
    """
    license_now = pl.coalesce("successor_id", "license_id")
    return (
        all_changes.with_columns(_source().alias("source"), license_now.alias("license_id_now"))
        .join(
            _rows(then, "before"),
            on=["source", "customer_id", "license_id"],
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        .join(
            _rows(now, "after").rename({"license_id": "license_id_now"}),
            on=["source", "customer_id", "license_id_now"],
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        .join(_account_managers(then, now), on="customer_id", how="left", maintain_order="left")
        .join(_product_names(then, now), on=["customer_id", "subject"], how="left", maintain_order="left")
        .select(*COLUMNS)
    )


def _source() -> pl.Expr:
    change = pl.col("change")
    return (
        pl.when(change == "assistance_changed")
        .then(pl.lit("evidence"))
        .when(pl.col("license_id").is_null())
        .then(pl.lit("customers"))
        .otherwise(pl.lit("licenses"))
    )


def _rows(known: State, side: str) -> pl.DataFrame:
    """One row per row of the exports of a day: source, customer_id, license_id, and where it stands."""
    no_license = pl.lit(None, pl.String).alias("license_id")
    exports = known.exports
    sources = {
        "customers": exports.customers.with_columns(no_license),
        "licenses": exports.licenses,
        "evidence": newest_evidence(exports.evidence, known.day).with_columns(no_license),
    }
    return pl.concat(
        frame.select(
            pl.lit(source).alias("source"),
            "customer_id",
            "license_id",
            *(pl.col(name).alias(f"{name}_{side}") for name in ROW),
        )
        for source, frame in sources.items()
    )


def _account_managers(then: State, now: State) -> pl.DataFrame:
    named = [
        known.exports.customer_facts.select("customer_id", "account_manager").drop_nulls() for known in (now, then)
    ]
    return pl.concat(named).unique("customer_id", keep="first")


def _product_names(then: State, now: State) -> pl.DataFrame:
    named = [
        known.results["license_states"]
        .select("customer_id", pl.col("product_code").alias("subject"), "product_name", "license_id")
        .drop_nulls("product_name")
        .sort("license_id")
        for known in (now, then)
    ]
    return pl.concat(named).unique(["customer_id", "subject"], keep="first", maintain_order=True).drop("license_id")
