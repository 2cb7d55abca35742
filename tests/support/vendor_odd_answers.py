"""Answers that are right in form, and odd in what they say: pages, ids, hosts, and about whom they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final, Literal

from partner_analytics.demo.calls import Reply, Request
from partner_analytics.demo.desk import Desk
from partner_analytics.demo.vendor import bare
from tests.support.vendor_faults import Fault

UUID: Final = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class OddAnswer(Fault):
    """A fault of the right answers of one route, which alone is asked for `odd`."""

    of_route: ClassVar[str] = ""

    def answered(self, request: Request, reply: Reply, desk: Desk) -> Reply:
        is_right = self.of_route in ("", request.route) and reply.status < 300 and isinstance(reply.body, dict)
        return replace(reply, body=self.odd(request, reply.body, desk)) if is_right else reply

    def odd(self, request: Request, body: dict[str, Any], desk: Desk) -> Any:
        """What is said in place of a body."""
        return body


@dataclass(frozen=True)
class EndlessFirstPage(OddAnswer):
    """Every page is the first."""

    of_route: ClassVar[str] = "customers"
    makes_a_page: ClassVar[bool] = True

    def odd(self, request: Request, body: dict[str, Any], desk: Desk) -> Any:
        return desk.page(replace(request, query={**request.query, "page": "1"})).body


@dataclass(frozen=True)
class ListMoves(OddAnswer):
    """From the second call on some customers have gone, and new ones stand at the head."""

    of_route: ClassVar[str] = "customers"
    makes_a_page: ClassVar[bool] = True

    gone: Sequence[str] = ()
    new: Sequence[Mapping[str, Any]] = ()
    first: int = field(default=2, kw_only=True)

    def odd(self, request: Request, body: dict[str, Any], desk: Desk) -> Any:
        gone = {bare(one) for one in self.gone}
        return desk.page(request, [*self.new, *(item for item in desk.customers if bare(item["id"]) not in gone)]).body


@dataclass(frozen=True)
class OnTwoPages(OddAnswer):
    """The last customer of one page stands at the head of the next too; what was announced stays."""

    of_route: ClassVar[str] = "customers"
    page: int = 2

    def odd(self, request: Request, body: dict[str, Any], desk: Desk) -> Any:
        pages = body["pages"]
        before = (self.page - 1) * pages["size"] - 1
        if request.query.get("page", "1") != str(self.page) or not 0 <= before < len(desk.customers):
            return body
        return {**body, "items": [desk.customers[before], *body["items"]]}


@dataclass(frozen=True)
class CurrentStuck(OddAnswer):
    """Every page says that it is the first."""

    of_route: ClassVar[str] = "customers"

    def odd(self, request: Request, body: dict[str, Any], desk: Desk) -> Any:
        return {**body, "pages": {**body["pages"], "current": 1}}


@dataclass(frozen=True)
class NoTotals(OddAnswer):
    """Pages say neither `total` nor `items`, though asked; with "later" the first page alone does."""

    of_route: ClassVar[str] = "customers"
    pages: Literal["all", "later"] = "all"

    def odd(self, request: Request, body: dict[str, Any], desk: Desk) -> Any:
        if self.pages == "later" and request.query.get("page", "1") == "1":
            return body
        return {**body, "pages": {key: body["pages"][key] for key in body["pages"] if key not in ("total", "items")}}


@dataclass(frozen=True)
class IdsSpelt(OddAnswer):
    """Ids in upper case, or with `urn:uuid:`; identifiers of licenses that are no uuid stay."""

    spelling: Literal["upper", "urn"] = "upper"

    def odd(self, request: Request, body: dict[str, Any], desk: Desk) -> Any:
        return self._spelt(body)

    def _spelt(self, said: Any, name: str = "") -> Any:
        if isinstance(said, dict):
            return {key: self._spelt(value, key) for key, value in said.items()}
        if isinstance(said, list):
            return [self._spelt(one) for one in said]
        if name != "id" or not isinstance(said, str) or not UUID.fullmatch(said):
            return said
        return said.upper() if self.spelling == "upper" else f"urn:uuid:{said}"


@dataclass(frozen=True)
class HostsWithSlash(OddAnswer):
    """Hosts that end in a slash."""

    of_route: ClassVar[str] = "whoami"

    def odd(self, request: Request, body: dict[str, Any], desk: Desk) -> Any:
        return {**body, "apiHosts": {key: f"{host}/" for key, host in body["apiHosts"].items()}}


@dataclass(frozen=True)
class IdentityOf(OddAnswer):
    """Credentials of another kind, such as a customer's own."""

    of_route: ClassVar[str] = "whoami"
    kind: str = "tenant"

    def odd(self, request: Request, body: dict[str, Any], desk: Desk) -> Any:
        return {**body, "idType": self.kind}


@dataclass(frozen=True)
class NamesAnother(OddAnswer):
    """Licenses that are said to be another customer's."""

    of_route: ClassVar[str] = "licenses"
    other: str

    def odd(self, request: Request, body: dict[str, Any], desk: Desk) -> Any:
        return {**body, "tenant": {"id": self.other}}


@dataclass(frozen=True)
class NamesNobody(OddAnswer):
    """Licenses without the customer whose they are."""

    of_route: ClassVar[str] = "licenses"

    def odd(self, request: Request, body: dict[str, Any], desk: Desk) -> Any:
        return {key: value for key, value in body.items() if key != "tenant"}
