"""What the vendor answers where nothing goes wrong: from a request to a reply, and what the writes have changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from partner_analytics.demo.calls import Reply, Request, problem, sign_in_problem
from partner_analytics.demo.vendor import Vendor, bare

IDENTITY: Final = {"partner": "X-Partner-ID", "organization": "X-Organization-ID"}
MERGE: Final = "application/merge-patch+json"
FORM: Final = {"grant_type": "client_credentials", "scope": "token"}


class Desk:
    """The vendor at work: its customers as they are now, and the tokens that it gave."""

    def __init__(self, vendor: Vendor) -> None:
        self.vendor = vendor
        self.url = ""
        self.customers: tuple[dict[str, Any], ...] = tuple(dict(item) for item in vendor.customers)
        self._licenses = {bare(key): list(held) for key, held in vendor.licenses.items()}
        self._refused = frozenset(bare(one) for one in vendor.refused)
        self._tokens: set[int] = set()
        self._writing = threading.Lock()
        self._answers: dict[str, Callable[[Request], Reply]] = {
            "token": self._token,
            "whoami": self._whoami,
            "customers": self.page,
            "licenses": self._licenses_of,
            "rename": self._rename,
            "create": self._create,
        }

    def answer(self, request: Request) -> Reply:
        """What is answered where nothing goes wrong."""
        answer = self._answers.get(request.route)
        if answer is None:
            return problem(404, "NotFound", request.path)
        if request.route != "token" and request.token not in self._tokens:
            return problem(401, "Unauthorized", "no token that was given")
        return answer(request)

    def page(self, request: Request, customers: Sequence[Mapping[str, Any]] | None = None) -> Reply:
        """A page of the customers, or of others in their place."""
        if not self._is_asker(request) or request.path != f"/{self.vendor.kind}/v1/tenants":
            return problem(403, "Forbidden", "who asks?")
        listed = self.customers if customers is None else customers
        try:
            page = int(request.query.get("page", 1))
            size = min(int(request.query.get("pageSize", self.vendor.default_page)), self.vendor.largest_page)
        except ValueError:
            page = size = 0
        if page < 1 or size < 1:
            return problem(400, "BadRequest", "page and pageSize are numbers from 1")
        pages = {"current": page, "size": size, "maxSize": self.vendor.largest_page}
        if request.query.get("pageTotal") == "true":
            pages |= {"total": -(-len(listed) // size), "items": len(listed)}
        return Reply(body={"items": list(listed[(page - 1) * size : page * size]), "pages": pages})

    def _is_asker(self, request: Request) -> bool:
        return bare(request.header(IDENTITY[self.vendor.kind])) == bare(self.vendor.asker_id)

    def _token(self, request: Request) -> Reply:
        form = request.form
        if {name: form.get(name) for name in FORM} != FORM:
            return sign_in_problem(400, "oauth.invalid_request", f"expected {FORM}")
        if (form.get("client_id"), form.get("client_secret")) != (self.vendor.client_id, self.vendor.secret):
            # A vendor may give a secret back; who shows this message shows it.
            return sign_in_problem(400, "oauth.invalid_client", f"unknown {form.get('client_secret')}")
        self._tokens.add(request.nth)
        return Reply(
            body={
                "access_token": f"token-{request.nth}",
                "token_type": "bearer",
                "expires_in": 3600,
                "errorCode": "success",
                "trackingId": "c0ffee00-0000-4000-8000-000000000003",
            }
        )

    def _whoami(self, _request: Request) -> Reply:
        hosts = {"global": self.url}
        return Reply(body={"id": self.vendor.asker_id, "idType": self.vendor.kind, "apiHosts": hosts})

    def _licenses_of(self, request: Request) -> Reply:
        if not request.customer:
            return problem(400, "BadRequest", "expected X-Tenant-ID")
        if any(request.header(name) for name in IDENTITY.values()) or request.customer in self._refused:
            return problem(403, "Forbidden", "Access to this customer is not allowed.")
        if request.customer not in self._licenses:
            return problem(404, "NotFound", "no such customer")
        return Reply(body={"tenant": {"id": request.customer}, "licenses": self._licenses[request.customer]})

    def _rename(self, request: Request) -> Reply:
        if not self._is_asker(request):
            return problem(403, "Forbidden", "who asks?")
        if request.header("Content-Type").partition(";")[0].strip() != MERGE:
            return problem(415, "UnsupportedMediaType", f"expected {MERGE}")
        said = request.said
        if not isinstance(said, dict) or set(said) != {"showAs"} or not isinstance(said["showAs"], str):
            return problem(400, "BadRequest", "expected showAs")
        with self._writing:
            for place, item in enumerate(self.customers):
                if bare(str(item["id"])) == request.customer:
                    renamed = {**item, "showAs": said["showAs"]}
                    self.customers = (*self.customers[:place], renamed, *self.customers[place + 1 :])
                    return Reply(body=renamed)
        return problem(404, "NotFound", "no such customer")

    def _create(self, request: Request) -> Reply:
        if not self._is_asker(request):
            return problem(403, "Forbidden", "who asks?")
        if what := _wrong_with(request.said):
            return problem(400, "BadRequest", what)
        with self._writing:
            number = len(self.customers) + 1
            created = {**request.said, "id": f"99999999-0000-4000-8000-{number:012}"}
            self.customers = (*self.customers, created)
            self._licenses[created["id"]] = []
        return Reply(self.vendor.created_status, created)


def _wrong_with(said: Any) -> str:
    """What is wrong with a new customer; empty where nothing is."""
    if not isinstance(said, dict):
        return "expected a customer"
    if not isinstance(said.get("name"), str) or not said["name"]:
        return "expected name"
    if said.get("billingType") not in ("trial", "usage"):
        return "expected billingType trial or usage"
    if not said.get("dataGeography") and not said.get("dataRegion"):
        return "expected dataGeography or dataRegion"
    return "" if isinstance(said.get("contact"), dict) else "expected contact"
