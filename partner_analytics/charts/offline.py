"""Charts in a notebook: alive where the notebook can draw them itself, a picture where it cannot; never by network."""

from __future__ import annotations

from functools import cache
from typing import Any

import altair
import vl_convert

__all__ = ["offline"]

DRAWN_BY_JUPYTERLAB = "application/vnd.vegalite.v5+json"
"""JupyterLab brings what draws this version, and the bars of ours are the same in it."""

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


def offline(chart: altair.TopLevelMixin) -> altair.TopLevelMixin:
    """The chart with a display of its own: Altair's default fetches a script from the network.

    Which renderer Altair has stays as it is, and so does how a chart of the user's own is shown.
    """
    # A shallow copy of another class: what is made of it (`.properties`, `.interactive`) is shown so, too.
    shown: altair.TopLevelMixin = chart.copy(deep=False)  # type: ignore[attr-defined]
    # An attribute that is set as usual becomes a part of the drawing.
    object.__setattr__(shown, "__class__", _shown_offline(type(chart)))  # type: ignore[arg-type]
    return shown


@cache
def _shown_offline(kind: type[altair.TopLevelMixin]) -> type[altair.TopLevelMixin]:
    """The class of a chart with another display in a notebook."""
    members = {"__module__": kind.__module__, "__doc__": kind.__doc__, "_repr_mimebundle_": _bundle}
    return type(kind.__name__, (kind,), members)


def _bundle(chart: altair.TopLevelMixin, *_: object, **__: object) -> dict[str, Any]:
    """What a notebook is given to show."""
    spec = chart.to_dict(context={"pre_transform": False})
    picture = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return {DRAWN_BY_JUPYTERLAB: spec | {"$schema": SCHEMA}, "image/svg+xml": picture}
