"""Packs: the reports of a portfolio, split so that each account manager gets their own customers and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.publish.file_names import slugs
from partner_analytics.reports import Behind, build_report
from partner_analytics.transforms.data_quality import unmapped_products

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from partner_analytics.reports import Basis, Report

__all__ = ["SPLITS", "folder_names", "split"]

SPLITS: Final = ("account_manager",)
"""The columns of the customer overview by which a portfolio can be split."""

NOBODY: Final = "No account manager"


def split(reports: Sequence[Report], overview: Report) -> dict[str, tuple[Report, ...]]:
    """The reports of each account manager, by name; those of customers without one last.

    Parameters
    ----------
    overview
        The report `customer_overview`, with the rows behind it: who looks after whom.
    """
    owned = overview.frame.select("customer_id", pl.col("account_manager"))
    names = owned["account_manager"].unique().sort(nulls_last=True).to_list()
    return {name or NOBODY: _pack(reports, overview, owned, name) for name in names}


def folder_names(packs: Collection[str]) -> dict[str, str]:
    """A folder's name for each pack; a number is added where two would have the same."""
    names = pl.DataFrame({"pack": list(packs)}, schema={"pack": pl.String}).with_columns(
        folder=slugs(pl.col("pack"), "account-manager")
    )
    number = pl.int_range(pl.len()).over("folder") + 1
    numbered = names.with_columns(
        pl.when(number > 1).then(pl.format("{}-{}", "folder", number)).otherwise("folder").alias("folder")
    )
    return dict(numbered.iter_rows())


def _pack(reports: Sequence[Report], overview: Report, owned: pl.DataFrame, name: str | None) -> tuple[Report, ...]:
    mine = owned.filter(pl.col("account_manager").eq_missing(pl.lit(name))).select("customer_id")
    basis = _basis(overview.basis, mine, name or NOBODY)
    return tuple(build_report(report.name, _of(report.frame, mine), basis) for report in reports)


def _of(frame: pl.DataFrame, mine: pl.DataFrame) -> pl.DataFrame:
    """The rows of these customers; how urgent they are is counted among them."""
    rows = frame.join(mine, on="customer_id", how="semi", maintain_order="left")
    if "urgency" in rows.columns:
        rows = rows.with_columns(pl.col("urgency").rank("ordinal").cast(pl.Int64))
    return rows


def _basis(basis: Basis, mine: pl.DataFrame, name: str) -> Basis:
    """What a pack rests on: of all that the portfolio rests on, what is about these customers.

    A refused row may be anybody's, and a doubt about an export as a whole may name anybody, so neither is passed on.
    """
    behind = basis.behind
    assert behind is not None  # noqa: S101
    rows = Behind(*(_of(frame, mine) for frame in (behind.contacts, behind.licenses, behind.names, behind.sources)))
    read = pl.concat([rows.licenses.select("load_id"), rows.sources.select("load_id"), rows.names.select("load_id")])
    counted = read.group_by("load_id").agg(pl.len().cast(pl.Int64).alias("rows"))
    loads = (
        basis.loads.join(counted, on="load_id", maintain_order="left")
        .with_columns(
            rows_read=pl.col("rows"),
            accepted=pl.col("rows"),
            quarantined=pl.lit(0, pl.Int64),
            duplicates=pl.lit(0, pl.Int64),
        )
        .select(basis.loads.columns)
    )
    return replace(
        basis,
        loads=loads,
        quarantine=basis.quarantine.clear(),
        suspicions=basis.suspicions.clear(),
        unmapped_products=unmapped_products(rows.licenses),
        unknown_customers=_of(basis.unknown_customers, mine),
        pack=name,
        behind=rows,
    )
