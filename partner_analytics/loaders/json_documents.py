"""From the text of a JSON file to its values, in which a field that is given twice is not lost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from partner_analytics.errors import ExportError


class Repeating(dict[str, Any]):
    """An object of a JSON text that gives a field twice: its items are all of them, as they are written."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self._pairs = pairs

    def items(self) -> list[tuple[str, Any]]:  # type: ignore[override]
        """All fields and their values; written as JSON again, none is missing."""
        return self._pairs

    @property
    def twice(self) -> str:
        """The first field that is given again."""
        names = [name for name, _ in self._pairs]
        return next(name for position, name in enumerate(names) if name in names[:position])


@dataclass(frozen=True)
class Documents:
    """What a JSON file holds.

    Parameters
    ----------
    form
        `JSON` or `JSON lines`.
    values
        The one answer that it holds, the elements of its list, or the answers that stand one a line. Numbers are texts, as
        they are written: 1.0 and 1e3 are no whole numbers, and no digit is lost.
    repeats
        Whether some object gives a field twice.
    """

    form: str
    values: list[Any]
    repeats: bool


def documents_in(file: str, text: str) -> Documents:
    """The answers that a file holds: one, the elements of a list, or one a line.

    Raises
    ------
    ExportError
        If it is no JSON.
    """
    repeating: list[Repeating] = []

    def fields_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        fields = dict(pairs)
        if len(fields) < len(pairs):
            repeating.append(fields := Repeating(pairs))
        return fields

    decoder = json.JSONDecoder(object_pairs_hook=fields_of, parse_int=str, parse_float=str)
    try:
        whole = decoder.decode(text)
    except json.JSONDecodeError as error:
        # A whole value, and then more: one a line, or no JSON.
        if not error.msg.startswith("Extra data"):
            raise _unreadable(file, error.lineno) from None
    except RecursionError:
        raise ExportError(f"{file} is nested too deeply for an export.", "export it again.") from None
    else:
        return Documents("JSON", whole if isinstance(whole, list) else [whole], bool(repeating))
    numbered = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    values: list[Any] = []
    try:
        values.extend(map(decoder.decode, map(itemgetter(1), numbered)))
    except (json.JSONDecodeError, RecursionError):
        raise _unreadable(file, numbered[len(values)][0]) from None
    return Documents("JSON lines", values, bool(repeating))


def given_twice(value: Any) -> str | None:
    """The first field that some object of a value gives twice; None where none does."""
    if isinstance(value, Repeating):
        return value.twice
    return next(filter(None, map(given_twice, _within(value))), None)


def holds_a_list(value: Any) -> bool:
    """Whether a value is a list of something, or such a list is within it."""
    return (isinstance(value, list) and bool(value)) or any(map(holds_a_list, _within(value)))


def _within(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return map(itemgetter(1), value.items())
    return value if isinstance(value, list) else ()


def _unreadable(file: str, line: int) -> ExportError:
    return ExportError(
        f"{file} is not complete JSON: it cannot be read past line {line}.",
        "the file was perhaps cut off: export it again.",
    )
