"""Sentences that every report needs: counts with the right plural, shares, and what is wrong with the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.languages import count, say, text, verb, word
from partner_analytics.schemas.kinds import KINDS
from partner_analytics.vocabulary import EARLY_RENEWAL_DAYS

if TYPE_CHECKING:
    from partner_analytics.as_of.basis import Basis

SNAPSHOTS: Final = text("For each kind of export the newest snapshot dated on or before the day of the report is used.")
ALL_EVIDENCE: Final = text(
    "Partner Assistance is the exception: its evidence is collected from all snapshots up to that day, and the newest counts."
)
INCLUSIVE_END: Final = text(
    "A license is valid through the end of its end date: on that day it still counts as in force."
)
ACCOUNT_TYPES: Final = text(
    "A customer's account type follows from managed orders first, then from its billing type; where neither is known, "
    "the type is unknown."
)
MODELS: Final = text(
    "A license counts as flex, term, managed order or trial by its license type, and as managed order throughout where "
    "the customer's account is a managed order. Enterprise and perpetual licenses count as term."
)
CATEGORIES: Final = text(
    "Which product protects what is our own list: the vendor publishes no protection categories. A product that the list "
    "lacks counts as Other."
)
LARGEST_USE: Final = text(
    "Usage is reported per customer and product, so of several licenses of one product the largest count is taken, "
    "not the sum."
)


def renewed() -> str:
    """What renews a license."""
    return say(
        "Each seat of a license that takes over renews one seat: another paid license of the customer that starts from {days} days "
        "before the end to the day after it, ends later, and is of the same product or of one that protects at least as much. "
        "A license that was there all along renews nothing.",
        days=EARLY_RENEWAL_DAYS,
    )


def nobody(basis: Basis) -> str:
    """The headline of a report without rows."""
    return say("No customers are known as of {day}, so there is nothing to report.", day=basis.as_of)


def about_some(basis: Basis, frame: pl.DataFrame) -> tuple[str, ...]:
    """What a report that is about some of the customers leaves out."""
    if not basis.only:
        return ()
    whole = say(
        "This is about {only}, and no others. What is doubtful about the exports as a whole, and which of their "
        "rows were refused, stands in the report of the whole portfolio.",
        only=basis.only,
    )
    if not basis.only_categories:
        return (whole,)
    categories = say(" and ").join(basis.only_categories)
    if {"category", "product_code"} & set(frame.columns):
        return whole, say("Of these customers it shows only what they have in {categories}.", categories=categories)
    return whole, say(
        "Of these customers it counts all that they have, not only what they have in {categories}.",
        categories=categories,
    )


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
        say("No {kind} export has been loaded for this day or before.", kind=word(kind.export))
        for kind in KINDS.values()
        if kind.name in kinds and kind.name not in present
    )
    if basis.pack is not None:
        lines.append(
            say(
                "These are the customers without an account manager. What is doubtful about the exports as a whole, and which of "
                "their rows were refused, stands in the report of the whole portfolio."
            )
            if basis.pack.account_manager is None
            else say(
                "These are the customers of one account manager. What is doubtful about the exports as a whole, and which of "
                "their rows were refused, stands in the report of the whole portfolio."
            )
        )
    # Account types, and so models and rules, follow from the facts of a customer where there are any.
    lines.extend(basis.warnings.filter(pl.col("kind").is_in([*kinds, "customer_facts"]))["warning"])
    if refused := basis.rows_refused:
        lines.append(
            say(
                "{rows} of the exports {were} refused when loaded, and {are} in the figures only if a later load brought it "
                "corrected; listed under Sources.",
                rows=count(refused, "row"),
                were=verb(refused, "was", "were"),
                are=verb(refused, "is", "are"),
            )
        )
    if with_products and basis.unmapped_products.height:
        many = basis.unmapped_products.height
        lines.append(
            say(
                "{codes} ({licenses}) {are} not in the catalogue and {count} as Other.",
                codes=count(many, "product code"),
                licenses=count(int(basis.unmapped_products["licenses"].sum()), "license"),
                are=verb(many, "is", "are"),
                count=verb(many, "counts", "count"),
            )
        )
    if unknown := basis.unknown_customers["customer_id"].n_unique() if basis.unknown_customers.height else 0:
        licensed = basis.unknown_customers.filter(kind="licenses")["customer_id"].n_unique()
        lines.append(
            say(
                "{customers} {appear} in other exports but not in the customer export: {licensed} with licenses, reported by "
                "id and with account type unknown, and {others} without, which {make} no row.",
                customers=count(unknown, "customer"),
                appear=verb(unknown, "appears", "appear"),
                licensed=licensed,
                others=unknown - licensed,
                make=verb(unknown - licensed, "makes", "make"),
            )
        )
    return tuple(lines)
