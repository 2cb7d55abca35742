"""The credentials for the vendor's API: from the environment, or from the keyring of the operating system."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from partner_analytics.errors import VendorError
from partner_analytics.vendor.facts import SIGN_IN, end_soon
from partner_analytics.vendor.hosts import plain

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "Credentials", "forget", "keep", "needed", "what_of_their_end"]

CLIENT_ID = "PARTNER_ANALYTICS_CLIENT_ID"
CLIENT_SECRET = "PARTNER_ANALYTICS_CLIENT_SECRET"  # noqa: S105 - the name of a variable
SERVICE: Final = "partner-analytics"
NO_KEYRING = f"set {CLIENT_ID} and {CLIENT_SECRET} in the environment instead."


@dataclass(frozen=True)
class Credentials:
    """A client id and its secret; the secret is in no message and no representation."""

    client_id: str
    secret: str = field(repr=False)


def _service(sign_in: str) -> str:
    """What the keyring calls the credentials for a host: those for one are never sent to another."""
    host = plain(sign_in)
    return SERVICE if host == SIGN_IN else f"{SERVICE} at {host}"


def known(sign_in: str) -> Credentials | None:
    """The credentials of the environment, else those that were kept for a host; None where there are none.

    Raises
    ------
    VendorError
        If the environment has one of the two only.
    """
    found = os.environ.get(CLIENT_ID, "").strip(), os.environ.get(CLIENT_SECRET, "").strip()
    if all(found):
        return Credentials(*found)
    if any(found):
        there, missing = (CLIENT_ID, CLIENT_SECRET) if found[0] else (CLIENT_SECRET, CLIENT_ID)
        raise VendorError(f"The environment has {there}, and not {missing}.", f"set both, or neither: {missing}")
    import keyring
    from keyring.errors import KeyringError

    try:
        client_id = keyring.get_password(_service(sign_in), "client_id")
        secret = keyring.get_password(_service(sign_in), "client_secret")
    except (KeyringError, OSError):
        return None
    return Credentials(client_id, secret) if client_id and secret else None


def needed(sign_in: str) -> Credentials:
    """The same; who has none is told what to do.

    Raises
    ------
    VendorError
        If there are none, or one of the two only.
    """
    found = known(sign_in)
    if found is None:
        raise VendorError(
            "Expected credentials for the vendor's API; found none.",
            "make them in Sophos Central Partner, then: partner-analytics connect",
        )
    return found


def what_of_their_end(expire_on: date | None, today: date) -> str:
    """What there is to know of the last day of credentials, in a sentence or two."""
    if expire_on is None:
        return "Credentials expire after 36 months. With `[api] expires_on` in the settings you are told before."
    left = (expire_on - today).days
    if left < 0:
        return f"By the settings the credentials ended on {expire_on}: make new ones in Sophos Central Partner."
    soon = ": make new ones in Sophos Central Partner" if end_soon(expire_on, today) else ""
    return f"By the settings the credentials end on {expire_on}, in {left:,} days{soon}."


def keep(credentials: Credentials, sign_in: str) -> None:
    """Keep credentials for a host in the keyring.

    Raises
    ------
    VendorError
        If this machine has no keyring.
    """
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(_service(sign_in), "client_id", credentials.client_id)
        keyring.set_password(_service(sign_in), "client_secret", credentials.secret)
    except (KeyringError, OSError):
        raise VendorError("The credentials cannot be kept: this machine has no keyring.", NO_KEYRING) from None


def forget(sign_in: str) -> bool:
    """Remove what was kept for a host; whether there was anything."""
    import keyring
    from keyring.errors import KeyringError

    was_there = False
    for name in ("client_id", "client_secret"):
        try:
            keyring.delete_password(_service(sign_in), name)
            was_there = True
        except (KeyringError, OSError):
            continue
    return was_there
