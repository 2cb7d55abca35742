"""The results whose every row depends on one customer alone, so that they can be made of some customers at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Final

import polars as pl

from partner_analytics.transforms import (
    actions,
    assistance_coverage,
    contacts,
    flex_vs_term,
    license_positions,
    license_renewals,
    license_states,
    protection_status,
    renewals,
    unlinkable_customers,
)
from partner_analytics.transforms.exports import Exports
from partner_analytics.transforms.lazily import Lazily
from partner_analytics.transforms.ordering import in_order_of
from partner_analytics.vocabulary import ACTIONS

__all__ = ["LICENSES_OF_A_PART", "PER_CUSTOMER", "in_parts", "merged", "per_customer"]

LICENSES_OF_A_PART: Final = 2_000_000
"""About how many licenses are judged at a time: more need more memory, and fewer more time."""

PER_CUSTOMER: Final = (
    "contacts",
    "license_states",
    "actions",
    "protection_status",
    "license_positions",
    "flex_vs_term",
    "assistance_coverage",
    "renewals",
    "unlinkable_customers",
)
"""The results whose every row depends on one customer alone."""

FIRST_BY: Final = {
    "renewals": [pl.col("days_left")],
    "actions": [pl.col("due_on"), in_order_of("action", ACTIONS)],
}
"""What comes before the order of customers in results that are not sorted by it first."""


def per_customer(
    exports: Exports, accounts: pl.DataFrame, as_of: date, expiring_days: int, renewal_days: int
) -> Lazily:
    """The results about some customers, each made when it is first asked for.

    Parameters
    ----------
    exports
        What is known of these customers as of the day, coded.
    accounts
        One row per customer of them, in order, from the result `accounts`.
    as_of, expiring_days, renewal_days
        As for `results`.
    """

    @cache
    def states() -> pl.DataFrame:
        return license_states.license_states(exports, accounts, as_of, expiring_days)

    @cache
    def positions() -> pl.DataFrame:
        return license_positions.license_positions(accounts, states())

    @cache
    def protection() -> pl.DataFrame:
        return protection_status.protection_status(accounts, states(), as_of)

    @cache
    def models() -> pl.DataFrame:
        return flex_vs_term.flex_vs_term(accounts, states(), positions())

    @cache
    def assistance() -> pl.DataFrame:
        return assistance_coverage.assistance_coverage(exports, accounts, as_of)

    @cache
    def reachable() -> pl.DataFrame:
        return contacts.contacts(exports, accounts)

    @cache
    def ending() -> pl.DataFrame:
        # Actions are about all that is expiring, however far ahead renewals look.
        return license_renewals.license_renewals(states(), max(renewal_days, expiring_days))

    @cache
    def unlinkable() -> pl.DataFrame:
        return unlinkable_customers.unlinkable_customers(accounts, states())

    return Lazily(
        {
            "contacts": reachable,
            "license_states": states,
            "actions": lambda: actions.actions(
                accounts, reachable(), states(), ending(), protection(), positions(), models(), assistance(),
                unlinkable(), as_of,
            ),
            "protection_status": protection,
            "license_positions": positions,
            "flex_vs_term": models,
            "assistance_coverage": assistance,
            "renewals": lambda: renewals.renewals(accounts, states(), ending(), renewal_days),
            "unlinkable_customers": unlinkable,
        }
    )  # fmt: skip


def in_parts(exports: Exports, accounts: pl.DataFrame, licenses: int) -> list[tuple[Exports, pl.DataFrame]]:
    """The customers in parts of about so many licenses, in their order: what is known of each part, and its accounts."""
    if exports.licenses.height <= licenses:
        return [(exports, accounts)]
    held = exports.licenses.group_by("customer_id").agg(pl.len().cast(pl.Int64).alias("licenses"))
    part = pl.col("licenses").fill_null(0).cum_sum() // licenses
    parts = (
        accounts.join(held, on="customer_id", how="left", maintain_order="left")
        .select(*accounts.columns, part.alias("part"))
        .partition_by("part", maintain_order=True, include_key=False)
    )
    return [(exports.only(whose.select("customer_id")), whose) for whose in parts]


def merged(name: str, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """A result from those of the parts, in the order that it has when it is made at once."""
    if len(parts) == 1:
        return parts[0]
    whole = pl.concat(parts)
    return whole.sort(FIRST_BY[name], nulls_last=True, maintain_order=True) if name in FIRST_BY else whole
