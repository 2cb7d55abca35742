"""The named questions of `sql/questions`: what account managers ask again and again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from partner_analytics.as_of.selection import category_named
from partner_analytics.errors import UsageError, nearest
from partner_analytics.resources import sql_texts
from partner_analytics.vocabulary import CATEGORIES

WHOLE_NUMBER = r"-?[0-9]{1,18}"


@dataclass(frozen=True)
class Parameter:
    """One parameter of a question: its name, its default as text, and what it means."""

    name: str
    default: str
    meaning: str


@dataclass(frozen=True)
class Question:
    """One named question of `sql/questions`; its title, grain and parameters stand at the head of its file."""

    name: str
    title: str
    grain: str
    parameters: tuple[Parameter, ...]
    text: str


def questions() -> tuple[Question, ...]:
    """The named questions, in the order of their names."""
    return tuple(_question(name, text) for name, text in sql_texts("questions").items())


def _question(name: str, text: str) -> Question:
    head = dict(re.findall(r"^-- (title|grain): (.+)$", text, re.MULTILINE))
    parameters = re.findall(r"^-- param (\w+): (.*?) \| (.+)$", text, re.MULTILINE)
    return Question(name, head["title"], head["grain"], tuple(Parameter(*parameter) for parameter in parameters), text)


def listed() -> pl.DataFrame:
    """One row per question: question, title, parameters (each with its default)."""
    return pl.DataFrame(
        [
            (one.name, one.title, ", ".join(f"{taken.name}={taken.default}" for taken in one.parameters))
            for one in questions()
        ],
        schema=["question", "title", "parameters"],
        orient="row",
    )


def question(name: str) -> Question:
    """The question of a name.

    Raises
    ------
    UsageError
        If there is none.
    """
    by_name = {one.name: one for one in questions()}
    if name not in by_name:
        raise UsageError(f"There is no question `{name}`.", nearest(name, tuple(by_name)))
    return by_name[name]


def values(asked: Question, given: Mapping[str, str], as_of: date) -> dict[str, object]:
    """A value for each parameter of a question: that given, else its default.

    Raises
    ------
    UsageError
        If the question does not have the parameter, or the value is of another type.
    """
    known = {parameter.name: parameter.default for parameter in asked.parameters}
    for name in given:
        if name not in known:
            takes = "takes " + ", ".join(f"`{one}`" for one in known) if known else "takes no parameters"
            raise UsageError(f"The question `{asked.name}` {takes}; found `{name}`.", "see them with sql --list.")
    taken: dict[str, object] = {
        name: _value(name, given.get(name, default), default) for name, default in known.items()
    }
    return taken | ({"as_of": as_of} if "$as_of" in asked.text else {})


def _value(name: str, given: str, default: str) -> object:
    """What is given, held against the default: a whole number, a category, or any text."""
    if re.fullmatch(WHOLE_NUMBER, default):
        if not re.fullmatch(WHOLE_NUMBER, given):
            raise UsageError(f"`{name}` expects a whole number; found {given!r}.", f"write -p {name}={default}.")
        return int(given)
    if default in CATEGORIES:
        return category_named(given)
    return given
