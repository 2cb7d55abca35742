"""What the vendor has, as its API would give it: of the demo portfolio, as if it had been exported today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Vendor", "bare"]


@dataclass(frozen=True)
class Vendor:
    """What the vendor has; a server changes copies of it, never this.

    Parameters
    ----------
    customers
        The items of the list.
    licenses
        The licenses of each customer, by its bare id; a customer without any has an empty list.
    refused
        The customers whose licenses are answered with 403.
    kind
        Whose the credentials are: "partner" or "organization".
    asker_id
        Who asks.
    client_id, secret
        The credentials that sign in.
    default_page
        How many items a page has if nobody says; the vendor's own number is not known.
    largest_page
        How many items a page has at most.
    created_status
        The status of an answer to a new customer; the vendor's own is not known.
    """

    customers: Sequence[Mapping[str, Any]] = ()
    licenses: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    kind: str = "partner"
    asker_id: str = "aaaaaaaa-0000-4000-8000-00000000000a"
    client_id: str = "demo-client"
    secret: str = field(default="demo-secret", repr=False)
    default_page: int = 50
    largest_page: int = 100
    created_status: int = 201


def bare(text: str) -> str:
    """An id in lower case, without `urn:uuid:`."""
    return text.strip().lower().removeprefix("urn:uuid:")
