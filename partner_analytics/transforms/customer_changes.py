"""What changed about customers between two days."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

Results = Mapping[str, pl.DataFrame]


def customer_changes(then: Results, now: Results) -> pl.DataFrame:
    """One row per change of a customer: customer_id, change, before, after, seats_delta; in no particular order.

    A customer of one customer snapshot only is new or gone, and nothing else is said about it. Where the licenses of a
    customer were exported on one of the days only, that is one change, with all its seats: "could not look" is not
    "gone".
    """
    customers = _side(then).join(_side(now), on="customer_id", how="full", coalesce=True, suffix="_now")
    was_exported, is_exported = (pl.col(name).fill_null(value=False) for name in ("is_exported", "is_exported_now"))
    was_looked_at, is_looked_at = pl.col("is_looked_at"), pl.col("is_looked_at_now")
    in_both = was_exported & is_exported
    # Whom neither customer export has is followed by its licenses.
    is_licensed = pl.col("seats").is_not_null() & pl.col("seats_now").is_not_null()
    stays = in_both | (was_exported.not_() & is_exported.not_() & is_licensed)
    cases: tuple[tuple[str, pl.Expr, str | None], ...] = (
        ("customer_new", is_exported & was_exported.not_(), None),
        ("customer_gone", was_exported & is_exported.not_(), None),
        ("customer_renamed", in_both & differs("customer_name"), "customer_name"),
        ("account_type_changed", in_both & differs("account_type"), "account_type"),
        ("assistance_changed", stays & differs("assistance"), "assistance"),
        ("licenses_not_seen", in_both & was_looked_at & is_looked_at.not_(), None),
        ("licenses_first_seen", in_both & was_looked_at.not_() & is_looked_at, None),
    )
    return pl.concat(
        customers.filter(when).select(
            "customer_id",
            pl.lit(change).alias("change"),
            (pl.lit(None, pl.String) if column is None else pl.col(column)).alias("before"),
            (pl.lit(None, pl.String) if column is None else pl.col(f"{column}_now")).alias("after"),
            (
                pl.col("seats_now").fill_null(0) - pl.col("seats").fill_null(0)
                if change in ("licenses_not_seen", "licenses_first_seen")
                else pl.lit(None, pl.Int64)
            ).alias("seats_delta"),
        )
        for change, when, column in cases
    )


def seats() -> pl.Expr:
    """The seats of a license on a day: its quantity if it is paid, in force and limited, else 0."""
    counts = pl.col("is_paid") & pl.col("is_in_force") & pl.col("is_unlimited").not_()
    return pl.when(counts).then(pl.col("quantity").fill_null(0)).otherwise(0)


def differs(column: str) -> pl.Expr:
    """Whether a column has another value now, not known being a value too."""
    return pl.col(column).ne_missing(pl.col(f"{column}_now"))


def _side(results: Results) -> pl.DataFrame:
    """One row per customer of a day: what is compared."""
    of_licenses = results["license_states"].group_by("customer_id").agg(seats().sum().alias("seats"))
    return (
        results["accounts"]
        .select("customer_id", "customer_name", "account_type", "is_exported", "is_looked_at")
        .join(results["assistance_coverage"].select("customer_id", "assistance"), on="customer_id", how="left")
        .join(of_licenses, on="customer_id", how="left")
    )
