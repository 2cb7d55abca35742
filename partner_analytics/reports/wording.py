"""Sentences that every report needs: counts with the right plural, shares, and what is wrong with the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.counting import count, verb
from partner_analytics.schemas.kinds import KINDS
from partner_analytics.vocabulary import EARLY_RENEWAL_DAYS

if TYPE_CHECKING:
    from partner_analytics.as_of.basis import Basis

SNAPSHOTS: Final = "For each kind of export the newest snapshot dated on or before the day of the report is used."
ALL_EVIDENCE: Final = "Partner Assistance is the exception: its evidence is collected from all snapshots up to that day, and the newest counts."
INCLUSIVE_END: Final = "A license is valid through the end of its end date: on that day it still counts as in force."
ACCOUNT_TYPES: Final = (
    "A customer's account type follows from managed orders first, then from its billing type; where neither is known, "
    "the type is unknown."
)
MODELS: Final = (
    "A license counts as flex, term, managed order or trial by its license type, and as managed order throughout where "
    "the customer's account is a managed order. Enterprise and perpetual licenses count as term."
)
CATEGORIES: Final = (
    "Which product protects what is our own list: the vendor publishes no protection categories. A product that the list "
    "lacks counts as Other."
)
RENEWED: Final = (
    f"Each seat of a license that takes over renews one seat: another paid license of the customer that starts from {EARLY_RENEWAL_DAYS} days "
    "before the end to the day after it, ends later, and is of the same product or of one that protects at least as much. "
    "A license that was there all along renews nothing."
)
LARGEST_USE: Final = (
    "Usage is reported per customer and product, so of several licenses of one product the largest count is taken, "
    "not the sum."
)


def nobody(basis: Basis) -> str:
    """The headline of a report without rows."""
    return f"No customers are known as of {basis.as_of.isoformat()}, so there is nothing to report."


def about_some(basis: Basis, frame: pl.DataFrame) -> tuple[str, ...]:
    """What a report that is about some of the customers leaves out."""
    if not basis.only:
        return ()
    whole = (
        f"This is about {basis.only}, and no others. What is doubtful about the exports as a whole, and which of their "
        "rows were refused, stands in the report of the whole portfolio."
    )
    if not basis.only_categories:
        return (whole,)
    categories = " and ".join(basis.only_categories)
    if {"category", "product_code"} & set(frame.columns):
        return whole, f"Of these customers it shows only what they have in {categories}."
    return whole, f"Of these customers it counts all that they have, not only what they have in {categories}."


def caveats(basis: Basis, *, kinds: tuple[str, ...], with_products: bool) -> tuple[str, ...]:
    """What is missing or doubtful in the data: exports never loaded, rows refused, codes and customers not known.

    Parameters
    ----------
    kinds
        The kinds of export that the report needs.
    with_products
        Whether the report rests on the product catalogue.
    """
    lines: list[str] = []
    present = {kind for kind, _ in basis.snapshot_days}
    lines.extend(
        f"No {kind.export} export has been loaded for this day or before."
        for kind in KINDS.values()
        if kind.name in kinds and kind.name not in present
    )
    if basis.pack is not None:
        whose = "without an" if basis.pack.account_manager is None else "of one"
        lines.append(
            f"These are the customers {whose} account manager. What is doubtful about the exports as a whole, and which of "
            "their rows were refused, stands in the report of the whole portfolio."
        )
    # Account types, and so models and rules, follow from the facts of a customer where there are any.
    lines.extend(basis.warnings.filter(pl.col("kind").is_in([*kinds, "customer_facts"]))["warning"])
    if refused := basis.rows_refused:
        lines.append(
            f"{count(refused, 'row')} of the exports {verb(refused, 'was', 'were')} refused when loaded, and "
            f"{verb(refused, 'is', 'are')} in the figures only if a later load brought it corrected; listed under Sources."
        )
    if with_products and basis.unmapped_products.height:
        number = basis.unmapped_products.height
        licenses = int(basis.unmapped_products["licenses"].sum())
        lines.append(
            f"{count(number, 'product code')} ({count(licenses, 'license')}) "
            f"{verb(number, 'is', 'are')} not in the catalogue and {verb(number, 'counts', 'count')} as Other."
        )
    if unknown := basis.unknown_customers["customer_id"].n_unique() if basis.unknown_customers.height else 0:
        licensed = basis.unknown_customers.filter(kind="licenses")["customer_id"].n_unique()
        lines.append(
            f"{count(unknown, 'customer')} {verb(unknown, 'appears', 'appear')} in other exports but not in the "
            f"customer export: {licensed:,} with licenses, reported by id and with account type unknown, and "
            f"{unknown - licensed:,} without, which {verb(unknown - licensed, 'makes', 'make')} no row."
        )
    return tuple(lines)
