"""Some of the results of customers: those in some categories only."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl


def of_categories(results: Mapping[str, pl.DataFrame], categories: Collection[str]) -> dict[str, pl.DataFrame]:
    """The results, with the protection status and the positions and renewals of these categories only, where there are any.

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
        .unique()
    )
    if "protection_status" in kept:
        kept["protection_status"] = kept["protection_status"].filter(pl.col("category").is_in(list(categories)))
    return kept | {
        name: kept[name].join(products, on="product_code", how="semi", maintain_order="left")
        for name in ("license_positions", "renewals")
        if name in kept
    }
