"""A server on loopback that plays the vendor's API, with the faults that are asked of it; it notes each request."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

CLIENT_ID: Final = "11111111-2222-4333-8444-555555555555"
SECRET: Final = "s3cret-that-nobody-may-see"
PARTNER: Final = "aaaaaaaa-0000-4000-8000-00000000000a"
ROUTES: Final = {
    "/api/v2/oauth2/token": "token",
    "/whoami/v1": "whoami",
    "/partner/v1/tenants": "customers",
    "/organization/v1/tenants": "customers",
    "/licenses/v1/licenses": "licenses",
}


def customer_id(number: int) -> str:
    """The id of a customer of the vendor's."""
    return f"00000000-0000-4000-8000-{number:012}"


@dataclass(frozen=True)
class Reply:
    """What is answered in place of what there is.

    Parameters
    ----------
    status
        Of the answer.
    body
        Bytes, or what is sent as JSON.
    headers
        Besides those that any answer has.
    cut
        How many bytes at the end are announced, and not sent.
    delay
        How many seconds pass before.
    """

    status: int = 200
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0
    delay: float = 0.0


Fault = Callable[["Request"], Reply | None]
"""From a request to what is answered in place of what there is; None to let it be."""


@dataclass(frozen=True)
class Request:
    """A request as it came: its route, the customer that it is about, the how-manieth of its route, and when it came."""

    route: str
    customer: str
    number: int
    at: float
    query: dict[str, str]
    headers: dict[str, str]
    form: dict[str, str]


@dataclass
class Vendor:
    """What the vendor has, and how it answers.

    Parameters
    ----------
    customers
        The items of the list.
    licenses
        The licenses of each customer, by its id; a customer without any has an empty list.
    refused
        The customers that are answered with 403.
    kind
        Whose the credentials are.
    page_size
        How many items a page has at most.
    shown_id
        How an id is written in answers.
    """

    customers: list[dict[str, Any]]
    licenses: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    kind: str = "partner"
    page_size: int = 50
    shown_id: Callable[[str], str] = str
    latency: float = 0.0
    slash: str = ""


def vendor_of(many: int, **how: Any) -> Vendor:
    """So many customers with two licenses each; every fifth has none, every seventh is a trial."""
    customers = [
        {
            "id": customer_id(number),
            "name": f"Customer {number}",
            "billingType": "trial" if number % 7 == 0 else "term" if number % 2 else "usage",
        }
        for number in range(many)
    ]
    licenses = {
        customer_id(number): [
            {
                "id": f"L-{number}-{which}",
                "licenseIdentifier": f"D{number:06}{which}",
                "product": {"code": code},
                "startDate": "2026-01-01",
                "endDate": "2026-12-31",
                "perpetual": False,
                "unlimited": False,
                "type": "term",
                "quantity": 5,
            }
            for which, code in enumerate(("CIXA", "CEMA"))
        ]
        if number % 5
        else []
        for number in range(many)
    }
    return Vendor(customers, licenses, **how)


@dataclass
class Served:
    """A server that runs: its address, what was asked of it, and how many requests there were at once at most."""

    url: str
    requests: list[Request] = field(default_factory=list)
    most_at_once: int = 0

    def asked(self, route: str) -> list[Request]:
        """The requests of a route."""
        return [request for request in self.requests if request.route == route]


@contextmanager
def serve(vendor: Vendor, *faults: Fault) -> Iterator[Served]:
    """The vendor on loopback, for as long as the block takes; the first fault that answers does."""
    served = Served("")
    numbers: Counter[str] = Counter()
    lock, running = threading.Lock(), [0]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self._answer({name: values[0] for name, values in parse_qs(body).items()})

        def _answer(self, form: dict[str, str]) -> None:
            parts = urlsplit(self.path)
            route = ROUTES.get(parts.path, parts.path)
            with lock:
                numbers[route] += 1
                running[0] += 1
                served.most_at_once = max(served.most_at_once, running[0])
                request = Request(
                    route,
                    self.headers.get("X-Tenant-ID", ""),
                    numbers[route],
                    time.monotonic(),
                    {name: values[0] for name, values in parse_qs(parts.query).items()},
                    dict(self.headers.items()),
                    form,
                )
                served.requests.append(request)
            try:
                replies = (fault(request) for fault in faults)
                self._send(
                    next((one for one in replies if one is not None), None) or _reply(vendor, request, served.url)
                )
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
            finally:
                with lock:
                    running[0] -= 1

        def _send(self, reply: Reply) -> None:
            time.sleep(reply.delay or vendor.latency)
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) - reply.cut])
            if reply.cut:
                self.wfile.flush()
                self.close_connection = True
                self.connection.close()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()


def _reply(vendor: Vendor, request: Request, url: str) -> Reply:
    """What the vendor answers."""
    if request.route == "token":
        if (request.form.get("client_id"), request.form.get("client_secret")) != (CLIENT_ID, SECRET):
            return Reply(
                400, {"errorCode": "oauth.invalid_client", "message": f"unknown {request.form.get('client_secret')}"}
            )
        return Reply(body={"access_token": f"token-{request.number}", "expires_in": 3600, "errorCode": "success"})
    if not request.headers.get("Authorization", "").startswith("Bearer token-"):
        return Reply(401, {"error": "Unauthorized", "message": "no token"})
    if request.route == "whoami":
        hosts = {"global": url + vendor.slash}
        return Reply(body={"id": vendor.shown_id(PARTNER), "idType": vendor.kind, "apiHosts": hosts})
    if request.route == "customers":
        return _page(vendor, request)
    if request.route == "licenses":
        return _licenses(vendor, request)
    return Reply(404, {"error": "NotFound", "message": request.route})


def _page(vendor: Vendor, request: Request) -> Reply:
    header = {"partner": "X-Partner-ID", "organization": "X-Organization-ID"}.get(vendor.kind, "")
    if request.headers.get(header, "").lower() != PARTNER:
        return Reply(403, {"error": "Forbidden", "message": "who asks?"})
    page, size = int(request.query.get("page", 1)), min(int(request.query.get("pageSize", 50)), vendor.page_size)
    items = vendor.customers[(page - 1) * size : page * size]
    pages: dict[str, int] = {"current": page, "size": size, "maxSize": 100}
    if request.query.get("pageTotal") == "true":
        pages |= {"total": -(-len(vendor.customers) // size), "items": len(vendor.customers)}
    return Reply(body={"items": [{**item, "id": vendor.shown_id(item["id"])} for item in items], "pages": pages})


def _licenses(vendor: Vendor, request: Request) -> Reply:
    customer = request.customer.lower()
    if customer in vendor.refused or "X-Partner-ID" in request.headers:
        return Reply(403, {"error": "Forbidden", "message": "Access to this customer is not allowed."})
    if customer not in vendor.licenses:
        return Reply(404, {"error": "NotFound", "message": "no such customer"})
    return Reply(body={"tenant": {"id": vendor.shown_id(customer)}, "licenses": vendor.licenses[customer]})


def on(route: str, reply: Reply | Sequence[Reply], *, first: int = 1, last: int = 10**9, customer: str = "") -> Fault:
    """A fault of some requests of a route, counted from 1; of several replies each in turn."""

    def fault(request: Request) -> Reply | None:
        if request.route != route or not first <= request.number <= last or (customer and request.customer != customer):
            return None
        return reply if isinstance(reply, Reply) else reply[(request.number - first) % len(reply)]

    return fault
