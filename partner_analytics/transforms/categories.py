"""The protection categories, as a relation to order by."""

from __future__ import annotations

from typing import Final

import polars as pl

from partner_analytics.vocabulary import CATEGORIES

COLUMNS: Final = {
    "category_order": "Where the category stands in every report, from 0.",
    "category": "The protection category.",
}


def categories() -> pl.DataFrame:
    """One row per protection category, in the order of every report."""
    return pl.DataFrame({"category": CATEGORIES}).with_row_index("category_order").select(*COLUMNS)
