"""Some of the results of customers: those in some categories only."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from partner_analytics.transforms.renewals_by_month import renewals_by_month


def of_categories(results: Mapping[str, pl.DataFrame], categories: Collection[str]) -> Mapping[str, pl.DataFrame]:
    """The results, with what is about a category or a product only where it is one of these, where there are any.

    Actions that are about a customer as a whole stay.

    Parameters
    ----------
    results
        A frame for each name; one of them is `license_states`.
    """
    if not categories:
        return results
    kept = dict(results)
    states = results["license_states"]
    if "actions" in kept:
        codes = _products(states, categories)["product_code"].implode()
        subject, is_category = pl.col("subject"), pl.col("action") == "check_double_cover"
        is_theirs = pl.when(is_category).then(subject.is_in(list(categories))).otherwise(subject.is_in(codes))
        kept["actions"] = kept["actions"].filter(subject.is_null() | is_theirs)
    kept |= {
        name: rows_of_categories(kept[name], states, categories)
        for name in ("protection_status", "license_positions", "renewals")
        if name in kept
    }
    if "renewals_by_month" in kept:
        kept["renewals_by_month"] = renewals_by_month(kept["renewals"])
    return kept


def rows_of_categories(frame: pl.DataFrame, license_states: pl.DataFrame, categories: Collection[str]) -> pl.DataFrame:
    """The rows of a frame about one of these categories, or a product in one, where there are any.

    A frame without `category` and `product_code` is about customers as a whole: all of it stays.
    """
    if not categories:
        return frame
    if "category" in frame.columns:
        return frame.filter(pl.col("category").is_in(list(categories)))
    if "product_code" in frame.columns:
        return frame.join(_products(license_states, categories), on="product_code", how="semi", maintain_order="left")
    return frame


def _products(license_states: pl.DataFrame, categories: Collection[str]) -> pl.DataFrame:
    """The products in one of these categories: product_code."""
    return license_states.filter(
        pl.any_horizontal(pl.col("categories").list.contains(category) for category in categories)
    ).select("product_code")
