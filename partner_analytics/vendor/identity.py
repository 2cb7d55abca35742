"""Who the credentials belong to, and which host answers them."""

from __future__ import annotations

from dataclasses import dataclass

from partner_analytics.errors import VendorError
from partner_analytics.vendor.client import Client, FailedCallError
from partner_analytics.vendor.facts import CUSTOMERS, WHO_AM_I
from partner_analytics.vendor.hosts import host_problem, plain
from partner_analytics.vendor.ids import bare_id

__all__ = ["Identity", "who_am_i"]


@dataclass(frozen=True)
class Identity:
    """Who asks.

    Parameters
    ----------
    id
        The bare id.
    kind
        "partner" or "organization".
    host
        The host that answers everything after this.
    """

    id: str
    kind: str
    host: str


def who_am_i(client: Client, global_host: str) -> Identity:
    """Ask who the credentials belong to.

    Raises
    ------
    VendorError
        If that is no partner and no organization, or the answer is none.
    """
    try:
        answer = client.get(plain(global_host) + WHO_AM_I, {})
    except FailedCallError as error:
        raise VendorError(
            f"The vendor does not say whose the credentials are: {error}.", "try it again later."
        ) from None
    said = answer.said if isinstance(answer.said, dict) else {}
    kind, found = said.get("idType"), bare_id(said.get("id"))
    if answer.status != 200 or found is None or not isinstance(kind, str):
        raise VendorError(
            f"Expected an answer that says whose the credentials are; found {client.plain(str(answer.said)) or 'nothing'}.",
            "check the address of `api.global` in the settings.",
        )
    if kind not in CUSTOMERS:
        raise VendorError(
            f"These credentials are of the kind {client.plain(kind)!r}, which cannot ask for customers; expected a partner's or "
            "an organization's.",
            "make credentials in Sophos Central Partner, not in a customer's Central Admin.",
        )
    hosts = said.get("apiHosts")
    host = hosts.get("global") if isinstance(hosts, dict) else None
    if not isinstance(host, str) or (problem := host_problem(host)):
        what = f"{client.plain(host)!r}, which {problem}" if isinstance(host, str) else "none"
        raise VendorError(
            f"Expected the answer to name the host to ask; found {what}.",
            "check the address of `api.global` in the settings.",
        )
    return Identity(found, kind, plain(host))
