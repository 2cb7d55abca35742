"""What a portfolio is about: a store, a day, and all or some of its customers, chosen by filters that read like speech."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

from partner_analytics.as_of.selection import EVERYBODY, Selection, category_named
from partner_analytics.days import iso_day
from partner_analytics.errors import UsageError
from partner_analytics.settings import Settings

if TYPE_CHECKING:
    from partner_analytics.reports import Definition

__all__ = ["Scope"]


@dataclass(frozen=True)
class Scope:
    """What a portfolio is about; a filter leaves it alone and gives another. `Portfolio` says what its fields are."""

    db: Path
    today: date | None = None
    settings: Settings = field(default_factory=Settings)
    only: Selection = field(default=EVERYBODY, kw_only=True)
    own_reports: tuple[Definition, ...] = field(default=(), kw_only=True, repr=False)

    def customers(self, *names: str) -> Self:
        """Just the customers that have one of these texts in their name, whatever the case, or one of these ids.

        Examples
        --------
        >>> from partner_analytics import Portfolio
        >>> Portfolio.demo().customers("müller").protection_status().frame["customer_name"].unique().to_list()
        ['Müller & Søn Brilleværk']
        """
        if not names:
            raise UsageError("`customers` expects names or ids; found none.", 'write .customers("müller")')
        return replace(self, only=replace(self.only, names=(*self.only.names, names)))

    def account_manager(self, name: str) -> Self:
        """Just the customers of one account manager; `"not known"` are those without one.

        Examples
        --------
        >>> from partner_analytics import Portfolio
        >>> Portfolio.demo().account_manager("mei").assistance_coverage().frame.height
        13
        """
        managers = (*self.only.account_managers, name)
        return replace(self, only=replace(self.only, account_managers=managers))

    def category(self, category: str) -> Self:
        """Just the customers with a license in a protection category, and of their protection just that category.

        Examples
        --------
        >>> from partner_analytics import Portfolio
        >>> Portfolio.demo().category("server").protection_status().frame["category"].unique().to_list()
        ['Server']
        """
        categories = (*self.only.categories, category_named(category))
        return replace(self, only=replace(self.only, categories=categories))

    def _day(self, as_of: date | str | None) -> date:
        return iso_day(as_of if as_of is not None else self.today or date.today())
