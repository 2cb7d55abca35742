"""A chart as a drawing that stands in a page: no script, no style attribute, the same bytes every time."""

from __future__ import annotations

import re
import unicodedata
from html import escape
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import altair as alt

_ID = re.compile(r'(?<=\bid=")[^"]+(?=")')
_TAG = re.compile(r'<[^"<>]*(?:"[^"]*"[^"<>]*)*>')
_DEFAULTS = re.compile(
    r' (?:style|font-family|pointer-events|class|role|aria-[a-z]+|stroke-miterlimit|xmlns:xlink|version)="[^"]*"'
    r'| opacity="1"| stroke-width="1"| transform="translate\(0,0\)"| font-weight="normal"'
)
"""A strict content policy refuses style attributes, which only set the cursor; the page sets the font, the figure around
the drawing speaks for it, and the rest would be so without being said."""

_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_UNPAINTED = re.compile(r'(<clipPath[^>]*>)?<path d="[^"]*"/>')
_EMPTY = re.compile(r"<g[^>]*></g>")


JOINERS: Final = frozenset("\u200d\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
"""What belongs to the sign before it beside marks: it joins it with the next, or gives it a tone of skin."""

LONGEST: Final = 300
"""How many characters of a text are drawn at most; labels are shortened further, to their room."""

PRIVATE_USE: Final = range(0xE000, 0xF900)
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


def to_svg(chart: alt.TopLevelMixin, prefix: str) -> str:
    """The chart as an `<svg>` element, hidden from screen readers: the figure around it carries the words.

    Parameters
    ----------
    prefix
        What its ids begin with, so that several charts can stand in one page.
    """
    import vl_convert

    # Which charts there are is fixed, and tests check each against the schema: it would take longer than to draw it.
    whole, stand_for = _in_units(chart.to_dict(validate=False))
    drawing = str(vl_convert.vegalite_to_svg(whole, allowed_base_urls=[]))
    for unit, cluster in stand_for.items():
        drawing = drawing.replace(unit, escape(cluster))
    drawing = _TAG.sub(lambda tag: _NUMBER.sub(_rounded, _DEFAULTS.sub("", tag[0])), drawing)
    # What has neither fill nor line is not seen, unless it cuts what is.
    drawing = _UNPAINTED.sub(lambda path: path[0] if path[1] else "", drawing)
    while _EMPTY.search(drawing):
        drawing = _EMPTY.sub("", drawing)
    # Ids count up from call to call; numbered by their first appearance they are the same in every run.
    for number, old in enumerate(dict.fromkeys(_ID.findall(drawing))):
        new = f"{prefix}-clip-{number}"
        drawing = drawing.replace(f'id="{old}"', f'id="{new}"').replace(f"url(#{old})", f"url(#{new})")
    return drawing.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def _in_units(drawn: dict[str, Any]) -> tuple[Any, dict[str, str]]:
    """The chart as Vega can draw it, and what stands for what in it.

    Vega shortens a label by units of UTF-16: it would cut a character in two, and half of one cannot be written. So each
    character that has several gets one unit to stand for it. A text that is far too long to be read is cut before, and
    control characters are blanks: for the one Vega takes minutes, and by the others it ends the process.
    """
    is_plain = {text: text.isascii() and text.isprintable() and len(text) <= LONGEST for text in _texts(drawn)}
    texts = {text: _characters(text) for text, plain in is_plain.items() if not plain}
    used = set().union(*texts) if texts else set()
    free = (sign for sign in map(chr, PRIVATE_USE) if sign not in used)
    units: dict[str, str] = {}
    drawn_as: dict[str, str] = {}
    for text, characters in texts.items():
        kept = characters[:LONGEST]
        for character in kept:
            if character not in units and len(character.encode("utf-16-le")) > 2:
                units[character] = next(free, REPLACEMENT)
        shown = "".join(units.get(character, character) for character in kept)
        # Two texts stay two, though they differ only where nobody sees it.
        is_taken = shown in is_plain or shown in drawn_as.values()
        drawn_as[text] = f"{shown} ({len(drawn_as)})" if is_taken and shown != text else shown
    stand_for = {unit: character for character, unit in units.items() if unit != REPLACEMENT}
    return _replaced(drawn, drawn_as) if drawn_as else drawn, stand_for


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _replaced(value: object, drawn_as: Mapping[str, str]) -> object:
    if isinstance(value, str):
        return drawn_as.get(value, value)
    if isinstance(value, dict):
        return {name: _replaced(inner, drawn_as) for name, inner in value.items()}
    return [_replaced(inner, drawn_as) for inner in value] if isinstance(value, list) else value


def _characters(text: str) -> list[str]:
    """The characters as a reader counts them, each with the marks that belong to it."""
    parts: list[str] = []
    for sign in text:
        if parts and (unicodedata.category(sign)[0] == "M" or sign in JOINERS or parts[-1].endswith("\u200d")):
            parts[-1] += sign
        else:
            parts.append(" " if unicodedata.category(sign)[0] == "C" else sign)
    return parts


def _rounded(number: re.Match[str]) -> str:
    """A number of pixels to the hundredth."""
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
