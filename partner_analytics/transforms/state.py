"""What is known as of a day, to be compared with another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from partner_analytics.transforms.exports import Exports


@dataclass(frozen=True)
class State:
    """The exports as of a day, and what the rules make of them.

    Parameters
    ----------
    day
        The day.
    exports
        The exports, each row with its `load_id` and `line`.
    results
        The results of the rules, by name.
    """

    day: date
    exports: Exports
    results: Mapping[str, pl.DataFrame]
