"""A chart as a drawing that stands in a page: no script, no style attribute, the same bytes every time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import altair as alt

_ID = re.compile(r'(?<=\bid=")[^"]+(?=")')
_STYLE = re.compile(r'\sstyle="[^"]*"')
_DEFAULTS = re.compile(
    r' (?:font-family|pointer-events|class|role|aria-[a-z]+|stroke-miterlimit|xmlns:xlink|version)="[^"]*"| opacity="1"'
)
_NOTHING = re.compile(r'<path d="(?:M0,0h0v0h0Z)?"[^>]*/>')


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
    # A strict content policy refuses style attributes; those of vl-convert only set the cursor.
    drawing = _STYLE.sub("", drawing)
    # The page sets the font, and the figure around the drawing speaks for it; the rest would be so without being said.
    drawing = _DEFAULTS.sub("", drawing)
    drawing = _NOTHING.sub("", drawing)
    # Ids count up from call to call; numbered by their first appearance they are the same in every run.
    for number, old in enumerate(dict.fromkeys(_ID.findall(drawing))):
        new = f"{prefix}-clip-{number}"
        drawing = drawing.replace(f'id="{old}"', f'id="{new}"').replace(f"url(#{old})", f"url(#{new})")
    return drawing.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
