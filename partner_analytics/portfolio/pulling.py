"""A pull of today: the exports that the vendor's API gives, in the folder of the day, and what became of their rows."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from partner_analytics.errors import PartnerAnalyticsError

if TYPE_CHECKING:
    from partner_analytics.portfolio.portfolio import Portfolio
    from partner_analytics.store import Accounting
    from partner_analytics.vendor.pulling import Pull

__all__ = ["EXPORTS", "Pulled", "pulled"]

EXPORTS: Final = "exports"
"""The folder that holds a folder a day."""


@dataclass(frozen=True)
class Pulled:
    """What a pull has brought, and what became of its rows.

    Parameters
    ----------
    day
        The day on which it began, for which its exports are loaded.
    pull
        What was asked, and what came.
    loads
        What became of the rows of each export; empty where nothing was loaded.
    """

    day: date
    pull: Pull
    loads: tuple[Accounting, ...] = ()

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        pull = self.pull
        whole = (
            "All came." if pull.is_whole else f"{pull.failed:,} could not be asked, {pull.left_out:,} were not to be."
        )
        return (
            f"<p><strong>{pull.customers:,} customers</strong> as of {self.day}: {pull.asked:,} asked, {pull.answered:,} "
            f"answered, {pull.refused:,} refused. {whole}</p>"
        )


def pulled(
    portfolio: Portfolio,
    out: str | Path,
    *,
    load: bool,
    fresh: bool,
    wanted: Collection[str] | None,
    progress: Callable[[int, int], None] | None,
    failed: Callable[[PartnerAnalyticsError], None] | None,
) -> Pulled:
    """Ask the vendor's API into the folder of today, and load what is there for today.

    Raises
    ------
    VendorError
        If there are no credentials, or nothing can be asked.
    """
    # Reports and queries do without it.
    from partner_analytics.vendor import credentials
    from partner_analytics.vendor.folder import exports
    from partner_analytics.vendor.pulling import Api, pull

    settings = portfolio.settings
    known = credentials.needed(settings.sign_in)
    day = date.today()
    api = Api(settings.sign_in, settings.global_host, settings.connections)
    found = pull(
        Path(out) / day.isoformat(), known, api, datetime.now, fresh=fresh, wanted=wanted, progress=progress or _shown()
    )
    if not load:
        return Pulled(day, found)
    loaded = _loaded_for(portfolio, day)
    accounted: list[Accounting] = []
    for file in exports(found.folder):
        hashes = {sha256 for name, sha256 in loaded if name == str(file)}
        # What has not changed since is known; what brings more takes the place of what the folder brought before.
        has_changed = bool(hashes) and hashlib.sha256(file.read_bytes()).hexdigest() not in hashes
        accounted += portfolio.load(file, snapshot_date=day, replace=has_changed, failed=failed)
    return Pulled(day, found, tuple(accounted))


def _loaded_for(portfolio: Portfolio, day: date) -> set[tuple[str, str]]:
    """The files that were loaded for a day, each with the hash of what it held then."""
    if not portfolio.db.exists():
        return set()
    query = "select file, sha256 from loads where snapshot_date = $day"
    return set(portfolio.sql(query, day=day, as_of=date.max).iter_rows())


def _shown() -> Callable[[int, int], None]:
    """What shows in a notebook how far a pull is; elsewhere nothing is shown."""
    if "ipykernel" not in sys.modules:
        return lambda _done, _all: None
    from IPython.display import display

    shown = display({"text/plain": "Asking for the customers"}, raw=True, display_id=True)

    def tell(done: int, of_all: int) -> None:
        if shown is not None and (done == of_all or done % 10 == 0):
            shown.update({"text/plain": f"{done:,} of {of_all:,} customers asked"}, raw=True)

    return tell
