"""Keeping a store: verified, up to date, and rid of a customer or of what is older than a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from partner_analytics import store
from partner_analytics.as_of import opening, removal
from partner_analytics.days import iso_day
from partner_analytics.portfolio.scope import Scope

__all__ = ["Upkeep"]


@dataclass(frozen=True)
class Upkeep(Scope):
    """What is done to the whole store of a portfolio, whatever its filters say."""

    @property
    def is_of_an_older_version(self) -> bool:
        """Whether an earlier version of partner-analytics wrote the store; it is read from a copy that is up to date."""
        return self.db.is_file() and store.is_of_an_older_version(self.db)

    def snapshot_days(self) -> dict[str, date]:
        """The day of the newest export of each kind."""
        return opening.newest_snapshot_days(self.db)

    def verify(self) -> store.Verified:
        """Read the store to its last byte and hold every invariant; `.problems` says what is wrong, and where."""
        return store.verify(self.db)

    def migrate(self) -> tuple[int, int]:
        """Bring a store of an older version up to date; gives the version that it had, and the one that it has."""
        return store.migrate(self.db)

    def erase(self, customer: str, *, yes: bool = False) -> removal.Removal:
        """Take a customer out of the store: its rows of all days, its refused rows, and its names.

        The ledger keeps that a customer was erased, when, and how many rows it took from each load.

        Parameters
        ----------
        customer
            Its id, or a part of its name.
        yes
            Do it; without it, only what would be removed is said.

        Examples
        --------
        >>> from partner_analytics import Portfolio
        >>> Portfolio.demo().erase("heronshank").is_done
        False
        """
        return removal.erase(self.db, customer, _now() if yes else None)

    def forget(self, before: date | str, *, yes: bool = False) -> removal.Removal:
        """Take all that was loaded for days before one out of the store; the ledger keeps what was loaded.

        Parameters
        ----------
        before
            The first day that stays.
        yes
            Do it; without it, only what would be removed is said.
        """
        return removal.forget(self.db, iso_day(before), _now() if yes else None)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
