"""Text that a terminal shows, and does not obey."""

from __future__ import annotations

import unicodedata

JOINERS = "\u200c\u200d"
"""What stands between the letters of some alphabets, and within emoji."""


def visible(text: str) -> str:
    r"""The text as one line: each sign that is not seen, but acts, is written out, such as `\x1b`, `\n` and `\u202e`."""
    if text.isprintable():
        return text
    return "".join(sign if _is_seen(sign) else sign.encode("unicode_escape").decode("ascii") for sign in text)


def _is_seen(sign: str) -> bool:
    return sign.isprintable() or sign in JOINERS or unicodedata.category(sign) == "Zs"
