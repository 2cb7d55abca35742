"""The server that plays the vendor, with the faults that are asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from partner_analytics.demo import server
from partner_analytics.demo.calls import Reply, Request
from partner_analytics.demo.desk import Desk
from partner_analytics.demo.server import Served
from partner_analytics.demo.vendor import Vendor
from tests.support.vendor_faults import Fault

__all__ = ["Served", "configured", "serve"]


def serve(vendor: Vendor, faults: Sequence[Fault] = ()) -> AbstractContextManager[Served]:
    """The vendor on loopback for as long as the block takes; a mistake of a fault is raised at its end."""
    in_order = sorted(faults, key=lambda fault: not fault.makes_a_page)

    def answering(request: Request, desk: Desk) -> Reply:
        """The first fault that replies does so; else the vendor does, and each fault may change its answer."""
        those = [fault for fault in in_order if fault.befalls(request)]
        replies = (fault.instead(request) for fault in those)
        reply = next((one for one in replies if one is not None), None)
        if reply is None:
            reply = desk.answer(request)
            for fault in those:
                reply = fault.answered(request, reply, desk)
        for fault in those:
            reply = fault.sent(reply)
        return reply

    return server.serve(vendor, answering)


def configured(folder: Path, server: Served, connections: int = 8, more: str = "") -> None:
    """Let the settings of a folder lead to a server."""
    addresses = f'[api]\nsign_in = "{server.url}"\nglobal = "{server.url}/"\nconnections = {connections}\n'
    (folder / "partner_analytics.toml").write_text(addresses + more, "utf-8")
