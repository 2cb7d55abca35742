"""The views of a store: those of `sql/views`, and for each kind of export those of one template."""

from __future__ import annotations

from functools import cache

from partner_analytics.resources import sql_texts
from partner_analytics.schemas.kinds import KINDS, Kind


@cache
def view_texts() -> dict[str, str]:
    """The SQL that makes the views, by what they are about, in the order of the names."""
    return dict(sorted({**sql_texts("views"), **{name: _of_a_kind(kind) for name, kind in KINDS.items()}}.items()))


def _of_a_kind(kind: Kind) -> str:
    template = sql_texts("templates")["views_of_a_kind"]
    return template.replace("{kind}", kind.name).replace("{grain}", kind.grain)
