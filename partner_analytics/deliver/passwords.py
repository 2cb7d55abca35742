"""The password of the mail server: from the environment, or from the keyring of the operating system."""

from __future__ import annotations

import os
from typing import Final

from partner_analytics.errors import UsageError
from partner_analytics.jobs.job import MailServer

__all__ = ["MAIL_PASSWORD", "forget_password", "keep_password", "password_for"]

MAIL_PASSWORD: Final = "PARTNER_ANALYTICS_MAIL_PASSWORD"  # noqa: S105 - the name of a variable


def _service(server: MailServer) -> str:
    return f"partner-analytics mails by {server.host}"


def password_for(server: MailServer) -> str:
    """The password of who signs in; empty where nobody does.

    Raises
    ------
    UsageError
        If there is none.
    """
    if not server.user:
        return ""
    if found := os.environ.get(MAIL_PASSWORD):
        return found
    import keyring
    from keyring.errors import KeyringError

    try:
        kept = keyring.get_password(_service(server), server.user)
    except (KeyringError, OSError):
        kept = None
    if kept is None:
        raise UsageError(
            f"Expected the password of {server.user} at {server.host}; found none.",
            f"keep it: partner-analytics connect --mail; or set {MAIL_PASSWORD} in the environment.",
        )
    return kept


def keep_password(server: MailServer, password: str) -> None:
    """Keep the password in the keyring.

    Raises
    ------
    UsageError
        If this machine has no keyring.
    """
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(_service(server), server.user, password)
    except (KeyringError, OSError):
        raise UsageError(
            "The password cannot be kept: this machine has no keyring.", f"set {MAIL_PASSWORD} in the environment."
        ) from None


def forget_password(server: MailServer) -> bool:
    """Remove what was kept; whether there was anything."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.delete_password(_service(server), server.user)
    except (KeyringError, OSError):
        return False
    return True
