"""Which addresses are asked: https alone, and http on this machine for tests."""

from __future__ import annotations

from urllib.parse import urlsplit

__all__ = ["host_problem", "is_loopback", "plain"]


def plain(address: str) -> str:
    """An address without the slash that it can end in."""
    return address.strip().rstrip("/")


def host_problem(address: str) -> str:
    """What is wrong with an address, in words; empty where it can be asked."""
    try:
        parts = urlsplit(plain(address))
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no address"
    if parts.scheme not in ("https", "http") or not host or parts.username is not None or parts.query or parts.fragment:
        return "is no address that begins with https://"
    if parts.scheme == "http" and not is_loopback(host):
        return "is not encrypted; expected https"
    return ""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    # Few ask; every command reads the settings.
    from ipaddress import ip_address

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
