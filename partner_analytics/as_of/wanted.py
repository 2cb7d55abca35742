"""What reports need to know beside the results of their day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from partner_analytics.transforms.trends import Series

__all__ = ["Wanted"]


@dataclass(frozen=True)
class Wanted:
    """What reports need to know beside the results of their day.

    Parameters
    ----------
    results
        The names of the results that they publish.
    shows_rows
        Whether they show rows of the exports as they are, with columns that no rule asks for.
    compares
        Whether one of them compares with an earlier day.
    only_compares
        Whether all of them do, so that without such a day there is nothing to say.
    series
        The figures that are shown over the snapshots, by the report's name.
    of_some
        Whether they are made about some customers too, beside those about all.
    is_rows_alone
        Whether nothing but the rows of the results is written, so that a large day need not be held at once.
    """

    results: frozenset[str] = frozenset()
    shows_rows: bool = False
    compares: bool = False
    only_compares: bool = False
    series: Mapping[str, Series] = field(default_factory=dict)
    of_some: bool = False
    is_rows_alone: bool = False
