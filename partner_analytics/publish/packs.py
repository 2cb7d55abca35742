"""Packs: a folder for each account manager, with their own customers and nobody else's, and the index of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from partner_analytics.publish.file_names import slugs
from partner_analytics.publish.page import standing_alone

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from partner_analytics.reports import Report

__all__ = ["folder_names", "index"]


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


def index(packs: Mapping[str, Sequence[Report]], folders: Mapping[str, str], *, has_pages: bool, version: str) -> str:
    """The page that leads to each pack, for whoever passes them on.

    Parameters
    ----------
    packs
        By the account manager's name, the reports of their customers; `customer_overview` is one of them.
    has_pages
        Whether there is a page in each folder to lead to.
    """
    rows = []
    for name, reports in packs.items():
        overview = next(report.frame for report in reports if report.name == "customer_overview")
        rows.append((name, folders[name], overview.height, overview.filter(pl.col("to_do") != "nothing").height))
    basis = next(iter(packs.values()))[0].basis
    return standing_alone("packs.html", basis=basis, packs=rows, has_pages=has_pages, version=version)
