"""A request as it came to the vendor's server, and the reply that it gets."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

HIDDEN: Final = "…"
WRITES: Final = frozenset({"rename", "create"})
_FIXED: Final = {
    ("POST", "/api/v2/oauth2/token"): "token",
    ("GET", "/whoami/v1"): "whoami",
    ("GET", "/partner/v1/tenants"): "customers",
    ("GET", "/organization/v1/tenants"): "customers",
    ("GET", "/licenses/v1/licenses"): "licenses",
    ("POST", "/partner/v1/tenants"): "create",
}
_RENAME: Final = re.compile("/partner/v1/tenants/([^/]+)")


@dataclass(frozen=True)
class Request:
    """A request as it came.

    Parameters
    ----------
    route
        "token", "whoami", "customers", "licenses", "rename" or "create"; else the path.
    customer
        The bare id of the customer that it is about; empty where it is about none.
    nth
        The how-manieth of its route, from 1.
    nth_of_customer
        The how-manieth of its route and customer, from 1.
    token
        The how-manieth sign-in gave its token; 0 where it has none.
    token_use
        The how-manieth request with that token.
    at
        When it came, by the monotonic clock.
    said
        What its JSON says; None where it has none.
    """

    route: str
    method: str
    path: str
    customer: str
    nth: int
    nth_of_customer: int
    token: int
    token_use: int
    at: float
    query: Mapping[str, str]
    headers: Mapping[str, str]
    form: Mapping[str, str]
    said: Any = None

    def header(self, name: str) -> str:
        """A header by its name in any case; empty where there is none."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")

    def without_secrets(self) -> Request:
        """The same, with neither a token nor a secret."""
        headers = {key: HIDDEN if key.lower() == "authorization" else value for key, value in self.headers.items()}
        form = {key: HIDDEN if key in ("client_secret", "refresh_token") else value for key, value in self.form.items()}
        return replace(self, headers=headers, form=form)


@dataclass(frozen=True)
class Reply:
    """What is sent.

    Parameters
    ----------
    body
        Bytes, or what is sent as JSON.
    headers
        Besides those that any reply has; they win over these.
    cut
        How many bytes at the end are announced, and not sent.
    filler
        How many blanks follow the body.
    delay
        How many seconds pass before.
    block, pause
        Of how many bytes a block is, and how many seconds pass before each but the first.
    """

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int = 0
    filler: int = 0
    delay: float = 0.0
    block: int = 2**16
    pause: float = 0.0

    @property
    def content(self) -> bytes:
        """The body in bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


def problem(status: int, error: str, message: str) -> Reply:
    """An error in the vendor's form."""
    return Reply(
        status,
        {
            "error": error,
            "message": message,
            "correlationId": "c0ffee00-0000-4000-8000-000000000000",
            "createdAt": "2026-01-01T00:00:00Z",
            "requestId": "c0ffee00-0000-4000-8000-000000000001",
        },
    )


def sign_in_problem(status: int, error: str, message: str) -> Reply:
    """A refused sign-in in the vendor's form, which has no `error`."""
    return Reply(status, {"errorCode": error, "message": message, "trackingId": "c0ffee00-0000-4000-8000-000000000002"})


def route_of(method: str, path: str) -> tuple[str, str]:
    """The route of a request, and the customer that its path names."""
    renamed = _RENAME.fullmatch(path)
    if method == "PATCH" and renamed:
        return "rename", renamed[1]
    return _FIXED.get((method, path), path), ""
