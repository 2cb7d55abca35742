"""From all that is known as of a day to its reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Final, cast

import polars as pl

from partner_analytics.as_of.basis import Basis
from partner_analytics.as_of.opening import Opening
from partner_analytics.reports import wording
from partner_analytics.reports.content import Column, Words
from partner_analytics.reports.report import Report

HISTORY: Final = {"day": pl.Date(), "series": pl.String(), "value": pl.Int64()}


def build_reports(opening: Opening, names: Sequence[str]) -> tuple[Report, ...]:
    """The reports of these names, with the rows behind them where the customers are listed."""
    basis, frames, past = opening.basis_of(names), opening.results, opening.past
    bases = {"changes": opening.basis_of_changes(basis)}
    histories = past.histories()
    details = {
        "customer_overview": {"actions": frames["actions"]},
        "renewals": {"unlinkable": frames["unlinkable_customers"]},
    }
    if "changes" in names:
        details["changes"] = {
            "seats": frames["customer_seats"],
            "origins": opening.origins(),
            "known_before": past.known_before,
        }
    return tuple(
        build_report(name, frames[name], bases.get(name, basis), histories.get(name), **details.get(name, {}))
        for name in dict.fromkeys(names)
    )


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
    module = import_module(f"partner_analytics.reports.{name}")
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
