"""A report of a user's own: checked when it is registered, and each of its functions when it is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final, ParamSpec, TypeVar

import polars as pl

from partner_analytics.charts.look import Look
from partner_analytics.errors import PartnerAnalyticsError, UsageError
from partner_analytics.reports.content import Words
from partner_analytics.reports.definition import Definition, Known, Transform
from partner_analytics.reports.definitions import DEFINITIONS
from partner_analytics.reports.shape import as_words, check_columns, check_frame
from partner_analytics.schemas.kinds import KINDS
from partner_analytics.transforms import RELATIONS
from partner_analytics.transforms.trends import Series

__all__ = ["own"]

NAME: Final = re.compile(r"[a-z]{2}[a-z0-9_]{0,29}")
"""A plain identifier that is a file, a sheet of a workbook (which has 31 letters) and an address of the page."""

TAKEN: Final = frozenset(
    {*DEFINITIONS, *RELATIONS, *KINDS, "index", "launch", "manifest", "names", "programs", "reports", "sources"}
    # What Windows keeps for devices, and Excel for itself.
    | {"aux", "con", "history", "nul", "prn", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)
"""Names that something else has in a folder, a workbook or a page."""

P = ParamSpec("P")
R = TypeVar("R")


def own(definition: object, taken: Collection[str] = ()) -> Definition:
    """A report of a user's own, that says in a sentence what is wrong with it.

    Parameters
    ----------
    taken
        The names of other reports of their own.

    Raises
    ------
    UsageError
        If a part of it is none that a report can have.
    """
    if not isinstance(definition, Definition):
        raise UsageError(
            f"Expected a Definition to make a report of; found one of {type(definition).__name__}.",
            "write Definition(name, title, result, columns, words, look), from partner_analytics.reports.",
        )
    _check_name(definition.name, taken)
    for name in definition.further:
        _check_name(name, {*taken, definition.name})
    check_columns(definition.name, definition.columns)
    _check_parts(definition)
    result = _guarded_frame(definition, definition.result, definition.columns)
    further = {name: _guarded_frame(definition, of, ()) for name, of in definition.further.items()}
    calendar, trend = definition.calendar, definition.trend
    return replace(
        definition,
        result=result,
        further=further,
        words=_guarded_words(definition),
        look=Look(
            _guarded(definition, "chart", definition.look.draw, _check_chart),
            _guarded(definition, "text alternative", definition.look.describe, _check_text),
            definition.look.trend,
            _guarded(definition, "finding", definition.look.finding, _check_text),
        ),
        calendar=None if calendar is None else _guarded(definition, "calendar", calendar, _check_text),
        trend=None
        if trend is None
        else Series(trend.kind, trend.needs, _guarded(definition, "trend", trend.points, _check_points)),
    )


def _check_name(name: object, taken: Collection[str]) -> None:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise UsageError(
            f"Expected 2 to 31 lower case letters, digits and underscores to name a report, two letters first; found {name!r}.",
            "call it my_report, say.",
        )
    if name in TAKEN or name in taken:
        raise UsageError(f"The name `{name}` is taken.", f"call the report otherwise: my_{name}, say.")


def _check_parts(definition: Definition) -> None:
    """Whether a report of a user's own can have these parts."""
    name, results = definition.name, (definition.result, *definition.further.values())
    for result in results:
        if isinstance(result, str) and result not in RELATIONS:
            raise UsageError(
                f"The report `{name}` shows the result `{result}`, which there is not.",
                f"name one of {', '.join(RELATIONS)}, or give a function of frames and day.",
            )
    functions = [one for one in results if not isinstance(one, str)]
    if isinstance(definition.look, Look):
        functions += [definition.words, definition.look.draw, definition.look.describe, definition.look.finding]  # type: ignore[list-item]
    if not isinstance(definition.look, Look) or not all(map(callable, functions)):
        raise UsageError(
            f"The report `{name}` has a part that is no function.",
            "give functions for its result and its words, and look=Look(draw, describe).",
        )
    if not isinstance(definition.title, str) or not definition.title.strip():
        raise UsageError(f"The report `{name}` has no title.", 'give it one: title="Seats by customer"')
    if definition.lists_customers:
        raise UsageError(
            f"The report `{name}` cannot be the list of all customers: customer_overview is.",
            "leave lists_customers out.",
        )
    if definition.trend is not None and definition.trend.kind not in KINDS:
        raise UsageError(
            f"The trend of the report `{name}` goes by the exports `{definition.trend.kind}`, which there are not.",
            f"name one of {', '.join(KINDS)}.",
        )


def _guarded(
    definition: Definition,
    part: str,
    function: Callable[P, R],
    check: Callable[[R], object],
    theirs: Callable[..., object] | None = None,
) -> Callable[P, R]:
    """The function; whatever goes wrong in it is one sentence that names its line.

    Parameters
    ----------
    check
        Raises an error if what it gives is nothing that can be shown.
    theirs
        The user's function, where the one that is called is not.
    """

    def guarded(*arguments: P.args, **named: P.kwargs) -> R:
        try:
            made = function(*arguments, **named)
            check(made)
        except PartnerAnalyticsError:
            raise
        except Exception as error:
            raise UsageError(
                f"The {part} of the report `{definition.name}` failed with {_what(error)}{_where(error, theirs or function)}.",
                "mend it there, or name the reports that you want without it.",
            ) from error
        return made

    return guarded


LONGEST_KEY = 60


def _what(error: Exception) -> str:
    """The sort of an error, and the key that was not found."""
    sort = type(error).__name__
    return f"{sort} {str(error.args[0])[:LONGEST_KEY]!r}" if isinstance(error, KeyError) and error.args else sort


def _where(error: Exception, function: Callable[..., object]) -> str:
    """The last line of the function's own file that led to an error; nothing where none did."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    line, step = None, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == file:
            line = step.tb_lineno
        step = step.tb_next
    name = re.split(r"[/\\]", file or "")[-1]
    return "" if line is None else f", in line {line} of {name}"


def _guarded_frame(definition: Definition, result: str | Transform, columns: tuple[Any, ...]) -> Transform:
    def shown(frames: Mapping[str, pl.DataFrame], _day: date) -> pl.DataFrame:
        return frames[str(result)]

    transform = shown if isinstance(result, str) else result
    return _guarded(definition, "transform", transform, lambda made: check_frame(definition.name, made, columns))


def _guarded_words(definition: Definition) -> Callable[[pl.DataFrame, Known], Words]:
    def words(frame: pl.DataFrame, known: Known) -> Words:
        return as_words(definition.name, definition.words(frame, known), frame, definition.columns)

    return _guarded(definition, "words", words, lambda made: made, definition.words)


def _check_chart(drawn: object) -> None:
    """Whether a picture can be made of it, without asking the network."""
    import altair as alt

    from partner_analytics.charts.svg import to_svg

    if not isinstance(drawn, alt.TopLevelMixin):
        raise TypeError("no Altair chart")
    to_svg(drawn, "own")


def _check_text(text: object) -> None:
    if not isinstance(text, str):
        raise TypeError("no text")
    text.encode()


def _check_points(points: pl.DataFrame) -> None:
    points.select(pl.col("series").cast(pl.String), pl.col("value").cast(pl.Int64))
