"""The rules that a typed row is held against: the pandera schema of a kind, made from its record."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from partner_analytics.schemas.columns import Column
from partner_analytics.schemas.kinds import KINDS
from partner_analytics.vocabulary import UUID

if TYPE_CHECKING:
    import pandera.polars as pa

LARGEST_COUNT: Final = 2**31 - 1
"""Far above any number of seats, and far below what a sum of them could overflow."""

DTYPES: Final[dict[str, Any]] = {"varchar": pl.String, "bigint": pl.Int64, "boolean": pl.Boolean, "date": pl.Date}
"""What a column is in a frame, by its type in the store."""


def dtypes(kind: str) -> dict[str, Any]:
    """The polars type of each column of a kind."""
    return {name: DTYPES[column.type] for name, column in KINDS[kind].columns.items()}


@cache
def schema_of(kind: str) -> pa.DataFrameSchema:
    """The pandera schema of a kind."""
    # Only who checks rows waits for it.
    import pandera.polars as pa

    return pa.DataFrameSchema(
        {
            name: pa.Column(DTYPES[column.type], _check(column), nullable=not column.is_required)
            for name, column in KINDS[kind].columns.items()
        },
        checks=[_not_before(first, last) for last, first in KINDS[kind].not_before.items()],
        name=kind,
    )


def _check(column: Column) -> pa.Check | None:
    import pandera.polars as pa

    if column.is_id:
        return pa.Check.str_matches(f"^{UUID}$", error="must be a uuid such as 00000000-0000-4000-8000-000000000001")
    if column.words:
        return pa.Check.isin(column.words, error=f"must be one of {', '.join(column.words)}")
    if column.type == "bigint":
        return pa.Check.le(LARGEST_COUNT, error=f"must be at most {LARGEST_COUNT:,}")
    return None


def _not_before(first: str, last: str) -> pa.Check:
    """That a day does not lie before another; where it does, the check says which column it is about."""
    import pandera.polars as pa

    return pa.Check(
        lambda data: data.lazyframe.select((pl.col(last) >= pl.col(first)).fill_null(value=True)),
        name=last,
        error=last,
    )
