"""The language of what is made for people: a text in English in, the same text in the language that is spoken out.

The English texts stand where they are said; every other language is a catalogue beside this module, named by its code.
How it writes days and thousands stands in the catalogue too. English needs no catalogue.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from typing import Any, Final

from partner_analytics.resources import resource

__all__ = [
    "DAY",
    "DAYS_IN_TEXT",
    "ENGLISH",
    "code",
    "count",
    "countries",
    "day",
    "day_format",
    "decimal_sign",
    "languages",
    "number",
    "say",
    "share",
    "spoken",
    "text",
    "verb",
    "word",
]

ENGLISH: Final = "en"
NO_COUNTRIES: Final = frozenset(("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"))
"""The codes of two letters that name no country, such as that of the European Union."""

DAY: Final = "%Y-%m-%d"
THOUSANDS: Final = ","
POINT: Final = "."
ENDING: Final = ".po"

DAYS_IN_TEXT: Final = re.compile(r"\d{4}-\d\d-\d\d|\d\d[./]\d\d[./]\d{4}")
"""A day in a text, in whichever language."""

_code: ContextVar[str] = ContextVar("language", default=ENGLISH)


@cache
def languages() -> tuple[str, ...]:
    """The codes of the languages that can be spoken, English first."""
    found = sorted(file.name.removesuffix(ENDING) for file in resource("languages").glob(f"*{ENDING}"))
    return (ENGLISH, *found)


@cache
def countries() -> frozenset[str]:
    """The codes of the countries, of two letters, as Unicode knows them."""
    from babel import Locale

    codes = map(str, Locale(ENGLISH).territories)
    return frozenset(one for one in codes if re.fullmatch("[A-Z]{2}", one)) - NO_COUNTRIES


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Speak a language for as long as the block takes."""
    before = _code.set(language)
    try:
        yield
    finally:
        _code.reset(before)


def code() -> str:
    """The code of the language that is spoken."""
    return _code.get()


def text(message: str) -> str:
    """Mark a text that is said later; it is itself."""
    return message


def say(message: str, /, **values: object) -> str:
    """A text in the language that is spoken, with values in its places; numbers and days as the language writes them."""
    said = message if code() == ENGLISH or not message else _catalogue(code()).gettext(message)
    return said.format(**{name: _written(value) for name, value in values.items()}) if values else said


def word(of_a_list: str) -> str:
    """A word of the vocabulary as people read it: `no_data` is "no data"."""
    plain = of_a_list.replace("_", " ")
    if code() == ENGLISH:
        return plain
    said = _catalogue(code()).pgettext("word", plain)
    return said if said != plain else _catalogue(code()).gettext(plain)


def count(many: int, one: str, several: str = "", *, dative: bool = False) -> str:
    """A number and its noun: `count(1, "license")` is "1 license", `count(2, "license")` "2 licenses".

    Parameters
    ----------
    dative
        Whether a language with cases says it as in "within 2 days".
    """
    several = several or one + "s"
    if code() == ENGLISH:
        noun = one if many == 1 else several
    elif dative:
        noun = _catalogue(code()).npgettext("dative", one, several, many)
    else:
        noun = _catalogue(code()).ngettext(one, several, many)
    return f"{number(many)} {noun}"


def verb(many: int, one: str, several: str) -> str:
    """The verb that goes with a number."""
    if code() == ENGLISH:
        return one if many == 1 else several
    return _catalogue(code()).ngettext(one, several, many)


def number(value: float) -> str:
    """A number as the language writes it, thousands apart."""
    written = f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"
    if code() == ENGLISH:
        return written
    thousands, point = _catalogue(code()).pgettext("thousands", THOUSANDS), decimal_sign()
    return "".join({THOUSANDS: thousands, POINT: point}.get(sign, sign) for sign in written)


def decimal_sign() -> str:
    """What stands before the decimals of a number."""
    return POINT if code() == ENGLISH else _catalogue(code()).pgettext("decimal", POINT)


def day_format() -> str:
    """How the language writes a day, for strftime."""
    return DAY if code() == ENGLISH else _catalogue(code()).pgettext("day", DAY)


def day(of: date) -> str:
    """A day as the language writes it."""
    return of.strftime(day_format())


def share(part: int, whole: int) -> str:
    """A part of a whole in percent, never rounded to nothing or to everything."""
    if not whole:
        return say("none")
    if 0 < part * 100 < whole:
        return say("under 1 %")
    if part < whole and part * 100 > whole * 99:
        return say("over 99 %")
    return f"{(part * 200 + whole) // (whole * 2)} %"


def _written(value: object) -> Any:
    if isinstance(value, date):
        return day(value)
    return number(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """The texts of a language."""
    # Only who speaks another language than English needs what reads catalogues.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with resource("languages", f"{language}{ENDING}").open("rb") as file:
        known = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, known)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
