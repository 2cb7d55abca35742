"""Whoever watches over a job: told that it began, that it was done, or that it failed, and with which exit code."""

from __future__ import annotations

from typing import Final

from partner_analytics.vendor.hosts import is_loopback, plain

__all__ = ["tell"]

SECONDS: Final = 10.0


def tell(address: str, code: int | None) -> str:
    """Tell it, with nothing about customers; what went wrong with that, in words, which is never a failure of the job.

    Parameters
    ----------
    address
        Its address; nothing is told where it is empty.
    code
        The exit code; None at the beginning.
    """
    if not address:
        return ""
    import httpx2

    ending = "/start" if code is None else "/fail" if code else ""
    body = b"" if not code else f"exit code {code}".encode()
    is_local = is_loopback(httpx2.URL(address).host)
    try:
        with httpx2.Client(timeout=SECONDS, follow_redirects=False, trust_env=not is_local) as client:
            answer = client.post(plain(address) + ending, content=body)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError):
        return "the heartbeat could not be told"
    return "" if answer.is_success else f"the heartbeat answers {answer.status_code}"
