"""Packs: a folder for each account manager, with their own customers and nobody else's, and the index of them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import polars as pl

from partner_analytics.errors import UsageError
from partner_analytics.languages import spoken
from partner_analytics.publish.file_names import slugs
from partner_analytics.publish.site.page import standing_alone

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from partner_analytics.reports import Report

__all__ = ["NOBODYS", "folder_names", "index"]

NOBODYS: Final = "no-account-manager"
"""The folder of customers that nobody looks after; those of account managers end in a hash, which this is none."""

HASH_DIGITS: Final = 12


def folder_names(packs: Collection[str | None]) -> dict[str | None, str]:
    """A folder's name for each account manager: what of the name every system takes, and a hash of all of it.

    It depends on the name alone, so that nobody ever gets a folder that was another's, whoever comes and goes.

    Raises
    ------
    UsageError
        If two names have the same hash, and look alike.
    """
    names = [name for name in packs if name is not None]
    readable = pl.Series(names, dtype=pl.String).to_frame("name").select(slugs(pl.col("name"), "account-manager"))
    folders: dict[str | None, str] = {
        name: f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:HASH_DIGITS]}"
        for name, slug in zip(names, readable.to_series(), strict=True)
    }
    if len(set(folders.values())) < len(names):
        raise UsageError(
            "Two account managers would share a folder: their names look alike, and have the same hash.",
            "spell one of the two names differently in the sheet of customer facts.",
        )
    return folders | ({None: NOBODYS} if None in packs else {})


def index(
    packs: Mapping[str | None, Sequence[Report]],
    folders: Mapping[str | None, str],
    *,
    has_pages: bool,
    version: str,
) -> str:
    """The page that leads to each pack, for whoever passes them on.

    Parameters
    ----------
    packs
        By the account manager's name, or None for nobody, the reports of their customers; `customer_overview` is one of
        them.
    has_pages
        Whether there is a page in each folder to lead to.
    """
    rows = []
    for name, reports in packs.items():
        overview = next(report.frame for report in reports if report.lists_customers)
        rows.append((name, folders[name], overview.height, overview.filter(pl.col("to_do") != "nothing").height))
    basis = next(iter(packs.values()))[0].basis
    with spoken(basis.language):
        return standing_alone("packs.html", basis=basis, packs=rows, has_pages=has_pages, version=version)
