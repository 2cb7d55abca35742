"""From all that is known as of a day to its reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import polars as pl

from partner_analytics.as_of.opening import Opening
from partner_analytics.languages import say, spoken
from partner_analytics.reports import wording
from partner_analytics.reports.definition import Definition, Known, Transform
from partner_analytics.reports.report import Report

HISTORY: Final = {"day": pl.Date(), "series": pl.String(), "value": pl.Int64()}


def build_reports(opening: Opening, definitions: Sequence[Definition]) -> tuple[Report, ...]:
    """The reports, with the rows behind them where the customers are listed."""
    basis = opening.basis_of(lists_customers=any(one.lists_customers for one in definitions))
    known, compared = (Known(one, opening.frames()) for one in (basis, opening.basis_of_changes(basis)))
    histories = opening.histories()

    def frame(result: str | Transform) -> pl.DataFrame:
        return opening.results[result] if isinstance(result, str) else opening.made_by(result)

    return tuple(
        build_report(
            one,
            frame(one.result),
            compared if one.compares else known,
            {name: frame(result) for name, result in one.further.items()},
            histories.get(one.name),
        )
        for one in {one.name: one for one in definitions}.values()
    )


def build_report(
    definition: Definition,
    frame: pl.DataFrame,
    known: Known,
    further: dict[str, pl.DataFrame] | None = None,
    history: pl.DataFrame | None = None,
) -> Report:
    """A report from its frame and what the frame rests on.

    Parameters
    ----------
    frame
        The report's rows, with the columns of its CSV file.
    known
        The day, the loads, the rows that were refused, and the frames that the words look at.
    further
        Its further frames, by name.
    history
        What the report's figures were on each snapshot day: day, series, value (empty in a gap).
    """
    basis = known.basis
    with spoken(basis.language):
        return _said(definition, frame, known, further or {}, history)


def _said(
    definition: Definition,
    frame: pl.DataFrame,
    known: Known,
    further: dict[str, pl.DataFrame],
    history: pl.DataFrame | None,
) -> Report:
    """The report in the language that is spoken."""
    basis, words = known.basis, definition.words(frame, known)
    toggle, table = words.toggle, frame if words.table is None else words.table
    return Report(
        name=definition.name,
        title=say(definition.title),
        frame=frame,
        basis=basis,
        headline=say("Only {only}: {headline}", only=basis.only, headline=words.headline)
        if basis.only
        else words.headline,
        figures=words.figures,
        assumptions=tuple(say(line) for line in words.assumptions),
        caveats=(*wording.about_some(basis, frame), *words.caveats),
        columns=tuple(replace(column, title=say(column.title)) for column in definition.columns),
        look=definition.look,
        toggle=None if toggle is None else replace(toggle, label=say(toggle.label), note=say(toggle.note)),
        make_table=table if callable(table) else lambda: table,
        drawn=frame if words.drawn is None else words.drawn,
        further=further,
        history=pl.DataFrame(schema=HISTORY) if history is None else history,
        lists_customers=definition.lists_customers,
        short=say(definition.short or definition.title),
        calendar=None if definition.calendar is None else partial(definition.calendar, frame, known),
    )
