"""What can be asked of a portfolio in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from partner_analytics.ask import questions
from partner_analytics.portfolio.scope import Scope
from partner_analytics.store import ROWS, SECONDS, Limits
from partner_analytics.terminal import say

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Asking"]


@dataclass(frozen=True)
class Asking(Scope):
    """What can be asked of a portfolio in SQL: a query, or a named question."""

    def sql(
        self,
        query: str,
        /,
        *,
        as_of: date | str | None = None,
        max_rows: int = ROWS,
        max_seconds: float = SECONDS,
        **parameters: object,
    ) -> pl.DataFrame:
        """The rows of one query, which can only read.

        Parameters
        ----------
        query
            SQL over the tables of `sql/README.md`; `$name` in it stands for the parameter `name`.
        max_rows, max_seconds
            Where the answer is cut, which a line below it says, and when the query is stopped.

        Examples
        --------
        >>> portfolio = Portfolio.demo()
        >>> portfolio.sql("select count(*) as customers from accounts where account_type = $type", type="trial").item()
        3
        """
        return self._answer(query, parameters, self._day(as_of), Limits(max_seconds, max_rows))

    def questions(self) -> pl.DataFrame:
        """One row per question that `ask` answers: what it asks, and its parameters with their defaults."""
        return questions.listed()

    def ask(
        self,
        question: str,
        /,
        *,
        as_of: date | str | None = None,
        max_rows: int = ROWS,
        max_seconds: float = SECONDS,
        **parameters: object,
    ) -> pl.DataFrame:
        """The answer to a named question; `questions()` lists them.

        Examples
        --------
        >>> Portfolio.demo().ask("ends_soon", days=7).height
        1
        """
        asked, day = questions.question(question), self._day(as_of)
        given = {name: str(value) for name, value in parameters.items()}
        return self._answer(asked.text, questions.values(asked, given, day), day, Limits(max_seconds, max_rows))

    def _answer(self, query: str, parameters: Mapping[str, object], as_of: date, limits: Limits) -> pl.DataFrame:
        from partner_analytics.ask import sandbox

        found = sandbox.answer(sandbox.Inquiry(self.db, query, parameters, as_of, self.settings, limits, self.only))
        if found.is_cut:
            # Whoever reads the rows must see that there are more; stdout may be a file.
            say(f"Only the first {limits.rows:,} rows are shown: there are more.")
        return found.frame
