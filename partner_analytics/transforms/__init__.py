"""The rules, each once: frames and a day in, frames out. No clock, no files, no database."""

from partner_analytics.transforms.exports import Exports
from partner_analytics.transforms.narrowing import of_categories, rows_of_categories
from partner_analytics.transforms.results import (
    COMPARED,
    NEEDED_TO_COMPARE,
    RELATIONS,
    Relation,
    compared,
    results,
)
from partner_analytics.transforms.state import State

__all__ = [
    "COMPARED",
    "NEEDED_TO_COMPARE",
    "RELATIONS",
    "Exports",
    "Relation",
    "State",
    "compared",
    "of_categories",
    "results",
    "rows_of_categories",
]
