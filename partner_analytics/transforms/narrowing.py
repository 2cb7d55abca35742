"""Some of the results of customers: those in some categories only."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl


def of_categories(results: Mapping[str, pl.DataFrame], categories: Collection[str]) -> dict[str, pl.DataFrame]:
    """The results, with what is about a category or a product only where it is one of these, where there are any.

    Actions that are about a customer as a whole stay.

    Parameters
    ----------
    results
        A frame for each name; one of them is `license_states`.
    """
    kept = dict(results)
    if not categories:
        return kept
    products = (
        results["license_states"]
        .filter(pl.any_horizontal(pl.col("categories").list.contains(category) for category in categories))
        .select("product_code")
    )
    if "protection_status" in kept:
        kept["protection_status"] = kept["protection_status"].filter(pl.col("category").is_in(list(categories)))
    if "actions" in kept:
        codes = products["product_code"].implode()
        subject, is_category = pl.col("subject"), pl.col("action") == "check_double_cover"
        is_theirs = pl.when(is_category).then(subject.is_in(list(categories))).otherwise(subject.is_in(codes))
        kept["actions"] = kept["actions"].filter(subject.is_null() | is_theirs)
    return kept | {
        name: kept[name].join(products, on="product_code", how="semi", maintain_order="left")
        for name in ("license_positions", "renewals")
        if name in kept
    }
