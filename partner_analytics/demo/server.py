"""A server on loopback that plays the vendor's API, and notes each request."""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from partner_analytics.demo.calls import Reply, Request, route_of
from partner_analytics.demo.desk import Desk
from partner_analytics.demo.vendor import Vendor, bare

__all__ = ["Answering", "Served", "serve"]

TOKEN: Final = re.compile(r"Bearer token-(\d+)")
BLANKS: Final = b" " * 2**16


Answering = Callable[[Request, Desk], Reply]


def _rightly(request: Request, desk: Desk) -> Reply:
    return desk.answer(request)


class Served:
    """A server that runs: its address, what was asked of it, and how many requests there were at once at most."""

    def __init__(self, url: str, desk: Desk) -> None:
        self.url = url
        self.requests: list[Request] = []
        self.most_at_once = 0
        self._desk = desk
        self._at_once = 0
        self._counting = threading.Lock()
        self._counts: Counter[tuple[object, ...]] = Counter()

    @property
    def customers(self) -> list[dict[str, Any]]:
        """The customers as they are now, after what was written."""
        return [dict(item) for item in self._desk.customers]

    def asked(self, route: str) -> list[Request]:
        """The requests of a route, as they came."""
        return [request for request in self.requests if request.route == route]

    def note(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Request:
        """Note a request without its secrets, and give it with them."""
        parts = urlsplit(target)
        route, named = route_of(method, parts.path)
        lower = {name.lower(): value for name, value in headers.items()}
        customer = bare(named or lower.get("x-tenant-id", ""))
        found = TOKEN.fullmatch(lower.get("authorization", ""))
        token = int(found[1]) if found else 0
        is_form = lower.get("content-type", "").startswith("application/x-www-form-urlencoded")
        with self._counting:
            self._counts.update([(route,), (route, customer), ("token of", token, "was used")])
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            request = Request(
                route=route,
                method=method,
                path=parts.path,
                customer=customer,
                nth=self._counts[route,],
                nth_of_customer=self._counts[route, customer],
                token=token,
                token_use=self._counts["token of", token, "was used"] if token else 0,
                at=time.monotonic(),
                query=_singles(parts.query),
                headers=dict(headers),
                form=_singles(body.decode("utf-8", "replace")) if is_form else {},
                said=None if is_form else _json(body),
            )
            self.requests.append(request.without_secrets())
        return request

    def note_end(self) -> None:
        """Note that a request is no longer under way."""
        with self._counting:
            self._at_once -= 1


class _Server(ThreadingHTTPServer):
    """The sockets: each connection has a thread, and all of them end with the server."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, vendor: Vendor, answering: Answering) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.desk = Desk(vendor)
        self.desk.url = f"http://127.0.0.1:{self.server_port}"
        self.served = Served(self.desk.url, self.desk)
        self.answering = answering
        self.closing = threading.Event()
        self.mistakes: list[BaseException] = []
        self._connections: set[socket.socket] = set()
        self._connecting = threading.Lock()

    def opened(self, connection: socket.socket) -> None:
        """Note a connection."""
        with self._connecting:
            self._connections.add(connection)
            if self.closing.is_set():
                _end(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forget a connection."""
        with self._connecting:
            self._connections.discard(connection)

    def close_all(self) -> None:
        """End every connection and its thread, also those that wait."""
        self.shutdown()
        with self._connecting:
            self.closing.set()
            for connection in self._connections:
                _end(connection)
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep what is a mistake of the tests; a client that goes away is none."""
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, ConnectionError):
            self.mistakes.append(error)


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        self.server.closed(self.connection)
        super().finish()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        served = self.server.served
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = served.note(self.command, self.path, dict(self.headers.items()), body)
        blocks: list[bytes] = []
        try:
            reply = self.server.answering(request, self.server.desk)
            if reply.delay:
                self.server.closing.wait(reply.delay)
            blocks = self._blocks(reply)
            for block in blocks[:-1]:
                self.wfile.write(block)
                if reply.pause:
                    self.wfile.flush()
                    if self.server.closing.wait(reply.pause):
                        break
        finally:
            # Before the last bytes are sent: who has read them may ask again at once.
            served.note_end()
        self.wfile.write(blocks[-1])
        self.wfile.flush()

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _answer  # noqa: N815 - the names that http.server looks for

    def _blocks(self, reply: Reply) -> list[bytes]:
        """Write the head of a reply, and give the blocks of its body; the last may be empty."""
        content = reply.content
        size = len(content) + reply.filler
        self.send_response_only(reply.status)
        announced = {"Content-Length": str(max(size, reply.cut))}
        for name, value in {
            "Content-Type": "application/json",
            "Date": self.date_time_string(),
            **reply.headers,
            **announced,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = self.close_connection or reply.cut > 0
        blocks = [content[start : start + reply.block] for start in range(0, len(content), reply.block)]
        blocks += [BLANKS[: reply.filler - start] for start in range(0, reply.filler, len(BLANKS))]
        left = size - reply.cut
        sent = []
        for block in blocks:
            sent.append(block[: max(0, left)])
            left -= len(block)
        return [block for block in sent if block] or [b""]


@contextmanager
def serve(vendor: Vendor, answering: Answering = _rightly) -> Iterator[Served]:
    """The vendor on loopback for as long as the block takes; a mistake in an answer is raised at its end.

    Parameters
    ----------
    answering
        What answers a request at the vendor's desk.
    """
    server = _Server(vendor, answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.served
    finally:
        server.close_all()
        thread.join()
    if server.mistakes:
        raise server.mistakes[0]


def _singles(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None


def _end(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
