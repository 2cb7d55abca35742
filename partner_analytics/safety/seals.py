"""Texts of ours that are known again: JSON whose last entry is the hash of all before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["SEAL", "hash_of", "is_sealed", "read_object", "sealed"]

MADE_BY: Final = {"made_by": "partner-analytics"}
SEAL: Final = "seal"


def hash_of(content: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def sealed(said: Mapping[str, Any]) -> bytes:
    """The text of an object; its last entry is the hash of all before it, by which it is known again."""
    whole = {**MADE_BY, **said}
    return _text({**whole, SEAL: hash_of(_text(whole))})


def read_object(content: bytes) -> dict[str, Any]:
    """The object that a text holds; an empty one where it holds none."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def is_sealed(said: Mapping[str, Any]) -> bool:
    """Whether an object is ours, and as it was written."""
    rest = {name: value for name, value in said.items() if name != SEAL}
    return said.items() >= MADE_BY.items() and said.get(SEAL) == hash_of(_text(rest))


def _text(said: Mapping[str, Any]) -> bytes:
    return (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")
