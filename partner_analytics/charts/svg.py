"""A chart as a drawing that stands in a page: no script, no style attribute, the same bytes every time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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


def to_svg(chart: alt.TopLevelMixin, prefix: str) -> str:
    """The chart as an `<svg>` element, hidden from screen readers: the figure around it carries the words.

    Parameters
    ----------
    prefix
        What its ids begin with, so that several charts can stand in one page.
    """
    import vl_convert

    # Which charts there are is fixed, and tests check each against the schema: it would take longer than to draw it.
    drawing = str(vl_convert.vegalite_to_svg(chart.to_dict(validate=False), allowed_base_urls=[]))
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


def _rounded(number: re.Match[str]) -> str:
    """A number of pixels to the hundredth."""
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
