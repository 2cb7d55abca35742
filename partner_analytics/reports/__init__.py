"""Reports: what a frame says, in words, as one immutable value that knows its chart, its CSV and its HTML."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

import polars as pl

from partner_analytics.reports import wording
from partner_analytics.reports.csv_text import csv_text
from partner_analytics.reports.report import Basis, Behind, Column, Figure, Pack, Report, Toggle, Words, together

if TYPE_CHECKING:
    from collections.abc import Callable

HISTORY: Final = {"day": pl.Date(), "series": pl.String(), "value": pl.Int64()}

__all__ = [
    "Basis",
    "Behind",
    "Column",
    "Figure",
    "Pack",
    "Report",
    "Toggle",
    "Words",
    "build_report",
    "csv_text",
    "together",
]


def build_report(
    name: str, frame: pl.DataFrame, basis: Basis, history: pl.DataFrame | None = None, **details: pl.DataFrame
) -> Report:
    """A report from its frame and what the frame rests on.

    Parameters
    ----------
    name
        One of `vocabulary.REPORTS`: the module of that name in this package holds the report's words.
    frame
        The report's rows, with the columns of its CSV file.
    basis
        The day, the loads and the rows that were refused.
    history
        What the report's figures were on each snapshot day: day, series, value (empty in a gap).
    details
        Further frames that the words of this report need.
    """
    module = import_module(f"{__name__}.{name}")
    words = cast("Callable[..., Words]", module.words)(frame, basis, **details)
    return Report(
        name=name,
        title=cast("str", module.TITLE),
        frame=frame,
        basis=basis,
        headline=f"Only {basis.only}: {words.headline}" if basis.only else words.headline,
        figures=words.figures,
        assumptions=words.assumptions,
        caveats=(*wording.about_some(basis, frame), *words.caveats),
        columns=cast("tuple[Column, ...]", module.COLUMNS),
        toggle=words.toggle,
        table=frame if words.table is None else words.table,
        drawn=frame if words.drawn is None else words.drawn,
        further=words.further,
        history=pl.DataFrame(schema=HISTORY) if history is None else history,
    )
