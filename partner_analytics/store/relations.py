"""What a query can name: of the whole store, and of a store of some customers only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from partner_analytics.schemas.kinds import KINDS

LEDGER: Final = ("loads", "replaced", "empty_answers")
"""What is counted by load and day, so that it can be told of some customers alone."""

OF_THE_WHOLE: Final = ("quarantine", "open_quarantine", "corrected", "erasures", "erased")
"""What is said of refused rows and of erased ones: they may be anybody's, so a store of some customers has none of it."""

AS_OF: Final = frozenset(f"{name}_as_of" for name in (*KINDS, "empty_answers", "evidence", "loads", "snapshot_days"))
"""The functions that take a day."""


@dataclass(frozen=True)
class Relations:
    """What a query can name.

    Parameters
    ----------
    tables
        The exports, the ledger and the results.
    withheld
        What there is, but not of some customers only.
    """

    tables: frozenset[str]
    withheld: frozenset[str] = frozenset()


def relations(results: Collection[str], *, of_some: bool) -> Relations:
    """What a query can name, all by name.

    Parameters
    ----------
    results
        The names of the results.
    of_some
        Whether it is about some customers only.
    """
    tables = frozenset((*KINDS, *(f"{kind}_history" for kind in KINDS), *LEDGER, *results))
    return Relations(tables, frozenset(OF_THE_WHOLE)) if of_some else Relations(tables | frozenset(OF_THE_WHOLE))
