"""Charts in a notebook: alive where the notebook can draw them itself, a picture where it cannot; never by network."""

from __future__ import annotations

from typing import Any

import altair
import vl_convert

DRAWN_BY_JUPYTERLAB = "application/vnd.vegalite.v5+json"
"""JupyterLab brings what draws this version, and the bars of ours are the same in it."""

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


def draw_offline() -> None:
    """Let every Altair chart of this notebook be drawn so: Altair's own default fetches a script from the network."""
    altair.renderers.register("offline", _bundle)
    altair.renderers.enable("offline")


def _bundle(spec: dict[str, Any]) -> dict[str, Any]:
    picture = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return {DRAWN_BY_JUPYTERLAB: spec | {"$schema": SCHEMA}, "image/svg+xml": picture}
