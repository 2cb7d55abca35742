"""Ids as the vendor writes them: in upper or lower case, with `urn:uuid:` before them or not."""

from __future__ import annotations

import re

from partner_analytics.vocabulary import UUID

__all__ = ["bare_id"]


def bare_id(written: object) -> str | None:
    """The bare id in lower case; None where it is none."""
    if not isinstance(written, str):
        return None
    bare = written.strip().lower().removeprefix("urn:uuid:")
    return bare if re.fullmatch(UUID, bare) else None
