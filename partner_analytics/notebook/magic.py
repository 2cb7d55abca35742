"""`%%sql`: a cell of a notebook that is a query."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import polars as pl

from partner_analytics.errors import UsageError
from partner_analytics.portfolio import Portfolio

if TYPE_CHECKING:
    import altair as alt

USAGE = "write %%sql, or %%sql mine --chart bar days=30"


def register(shell: Any) -> None:
    """Let the cells of a notebook begin with `%%sql`."""

    def sql(line: str, cell: str) -> pl.DataFrame | alt.TopLevelMixin:
        """Ask in SQL: `%%sql [PORTFOLIO] [--chart bar] [KEY=VALUE …]`, the query below it.

        PORTFOLIO is a variable of the notebook, by default `portfolio`; without one, your store or the demo is asked.
        `$key` in the query stands for the value.
        """
        return answer(shell.user_ns, line, cell)

    shell.register_magic_function(sql, "cell", "sql")
    # An answer is shown whole: names are longer, and lists are, than polars shows by itself.
    pl.Config.set_fmt_str_lengths(100)
    pl.Config.set_tbl_rows(40)


def answer(variables: dict[str, Any], line: str, query: str) -> pl.DataFrame | alt.TopLevelMixin:
    """The answer to the query of a cell: a frame, or a chart where one is asked for."""
    # Only a notebook has IPython.
    from IPython.core.error import UsageError as WrongLineError
    from IPython.core.magic_arguments import MagicArgumentParser

    parser = MagicArgumentParser("sql", add_help=False)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--chart", nargs="?", const="")
    try:
        given = parser.parse_args(shlex.split(line))
    except ValueError as error:
        raise UsageError("A quotation mark after %%sql is not closed.", USAGE) from error
    except WrongLineError as error:
        raise UsageError("Expected a portfolio, --chart bar and parameters after %%sql; found more.", USAGE) from error
    if given.chart not in (None, "bar"):
        raise UsageError("Expected `bar` after --chart; it is the only kind of chart.", "write %%sql --chart bar")
    parameters: dict[str, Any] = dict(word.split("=", 1) for word in given.words if "=" in word)
    names = [word for word in given.words if "=" not in word]
    if len(names) > 1:
        raise UsageError(f"%%sql asks one portfolio; found {', '.join(names)}.", USAGE)
    portfolio = variables.get(names[0] if names else "portfolio")
    if names and not isinstance(portfolio, Portfolio):
        raise UsageError(f"`{names[0]}` is not a portfolio.", f"{names[0]} = Portfolio.open('partner.duckdb')")
    if not isinstance(portfolio, Portfolio):
        portfolio = Portfolio.mine_or_demo()
    frame = portfolio.sql(query, **parameters)
    if given.chart is None:
        return frame
    from partner_analytics.charts.answer import draw
    from partner_analytics.charts.offline import offline

    return offline(draw(frame))
