"""The server that plays the vendor: its right answers, each of its faults, and what it notes."""

from __future__ import annotations

import dataclasses
import json
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, IncompleteRead
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from partner_analytics.demo.calls import Reply, Request
from tests.support import vendor_faults, vendor_odd_answers
from tests.support.vendor_data import CLIENT_ID, PARTNER, SECRET, customer_id, vendor, vendor_of
from tests.support.vendor_faults import (
    Broken,
    Busy,
    ContentType,
    Cut,
    DoneThough500,
    Fault,
    Forbidden,
    Instead,
    Latency,
    NoJson,
    NotAllowed,
    OtherShape,
    Oversized,
    Redirect,
    SignInRefused,
    SlowStream,
    TokenEnds,
)
from tests.support.vendor_odd_answers import (
    CurrentStuck,
    EndlessFirstPage,
    HostsWithSlash,
    IdentityOf,
    IdsSpelt,
    ListMoves,
    NamesAnother,
    NamesNobody,
    NoTotals,
    OnTwoPages,
)
from tests.support.vendor_server import Served, serve

FORM = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": SECRET, "scope": "token"}
NEW = {"name": "New", "billingType": "usage", "dataGeography": "EU", "contact": {"email": "a@b.example"}}
MERGE = {"Content-Type": "application/merge-patch+json"}


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.content)


@dataclass
class Caller:
    """Somebody who asks on one connection that is kept."""

    server: Served
    token: str = ""
    connection: HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.server.url)
        self.connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)

    def close(self) -> None:
        self.connection.close()

    def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, body: str = "") -> Answer:
        signed = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        self.connection.request(method, path, body or None, {**signed, **(headers or {})})
        response = self.connection.getresponse()
        return Answer(response.status, dict(response.headers.items()), response.read())

    def sign_in(self, **form: str) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self.ask("POST", "/api/v2/oauth2/token", kind, urlencode({**FORM, **form}))
        self.token = answer.said.get("access_token", "") if answer.status == 200 else self.token
        return answer

    def whoami(self) -> Answer:
        return self.ask("GET", "/whoami/v1")

    def page(self, page: int = 1, size: int = 4, total: str = "true", kind: str = "partner") -> Answer:
        path = f"/{kind}/v1/tenants?page={page}&pageSize={size}&pageTotal={total}"
        return self.ask("GET", path, {f"X-{kind.title()}-ID": PARTNER})

    def licenses(self, number: int, **headers: str) -> Answer:
        return self.ask("GET", "/licenses/v1/licenses", {"X-Tenant-ID": customer_id(number), **headers})

    def rename(self, number: int, name: str) -> Answer:
        headers = {**MERGE, "X-Partner-ID": PARTNER}
        return self.ask("PATCH", f"/partner/v1/tenants/{customer_id(number)}", headers, json.dumps({"showAs": name}))

    def create(self, **changes: object) -> Answer:
        headers = {"Content-Type": "application/json", "X-Partner-ID": PARTNER}
        return self.ask("POST", "/partner/v1/tenants", headers, json.dumps({**NEW, **changes}))


def signed_in(server: Served) -> Caller:
    caller = Caller(server)
    assert caller.sign_in().status == 200
    return caller


def ids(answer: Answer) -> list[str]:
    return [item["id"] for item in answer.said["items"]]


def some(*numbers: int) -> list[str]:
    return [customer_id(number) for number in numbers]


# Right answers


def test_a_sign_in_gives_a_token_for_the_right_secret_alone() -> None:
    with serve(vendor_of(1)) as server, closing(Caller(server)) as caller:
        assert caller.whoami().status == 401
        refused = caller.sign_in(client_secret="wrong")
        assert (refused.status, set(refused.said)) == (400, {"errorCode", "message", "trackingId"})
        assert caller.sign_in(scope="all").status == 400
        assert caller.sign_in().said["expires_in"] == 3600
        assert caller.whoami().status == 200
        caller.token = "token-1"
        assert caller.whoami().status == 401, "the first sign-in was refused"


def test_whoami_names_who_asks_and_the_host() -> None:
    with serve(vendor_of(1, kind="organization")) as server, closing(signed_in(server)) as caller:
        assert caller.whoami().said == {"id": PARTNER, "idType": "organization", "apiHosts": {"global": server.url}}


def test_customers_come_in_pages_and_totals_when_asked() -> None:
    with serve(vendor_of(10)) as server, closing(signed_in(server)) as caller:
        assert caller.page(1).said["pages"] == {"current": 1, "size": 4, "maxSize": 100, "total": 3, "items": 10}
        assert caller.page(2, total="false").said["pages"] == {"current": 2, "size": 4, "maxSize": 100}
        assert [ids(caller.page(number)) for number in (1, 2, 3)] == [some(0, 1, 2, 3), some(4, 5, 6, 7), some(8, 9)]
        past = caller.page(4)
        assert (past.status, past.said["items"]) == (200, [])
        assert caller.page(0).status == 400


def test_a_page_is_no_larger_than_the_largest() -> None:
    with serve(vendor_of(10, largest_page=3)) as server, closing(signed_in(server)) as caller:
        assert len(ids(caller.page(size=100))) == 3


def test_a_list_is_for_who_it_belongs_to() -> None:
    with serve(vendor_of(2, kind="organization")) as server, closing(signed_in(server)) as caller:
        assert ids(caller.page(kind="organization")) == some(0, 1)
        assert caller.page().status == 403
        assert caller.ask("GET", "/organization/v1/tenants").status == 403


def test_licenses_are_asked_for_with_the_customer_alone() -> None:
    with serve(vendor_of(6, refused=frozenset(some(3)))) as server, closing(signed_in(server)) as caller:
        answer = caller.licenses(1).said
        assert (answer["tenant"], len(answer["licenses"])) == ({"id": customer_id(1)}, 2)
        assert caller.licenses(5).said["licenses"] == []
        assert caller.licenses(3).status == 403
        assert caller.licenses(1, **{"X-Partner-ID": PARTNER}).status == 403
        assert caller.licenses(99).status == 404
        assert caller.ask("GET", "/licenses/v1/licenses").status == 400


def test_a_rename_is_done_and_leaves_the_vendor_as_it_was_given() -> None:
    known = vendor_of(3)
    with serve(known) as server, closing(signed_in(server)) as caller:
        assert caller.rename(1, "Neu").said["showAs"] == "Neu"
        assert [item.get("showAs") for item in server.customers] == [None, "Neu", None]
        assert caller.page().said["items"][1]["showAs"] == "Neu"
        assert caller.rename(9, "Neu").status == 404
        headers = {"X-Partner-ID": PARTNER, "Content-Type": "application/json"}
        assert caller.ask("PATCH", f"/partner/v1/tenants/{customer_id(1)}", headers, '{"showAs": "x"}').status == 415
        headers |= MERGE
        assert caller.ask("PATCH", f"/partner/v1/tenants/{customer_id(1)}", headers, '{"name": "x"}').status == 400
    assert known == vendor_of(3)


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"billingType": "term"}, {"dataGeography": None}, {"contact": "me"}], ids=lambda one: next(iter(one))
)  # fmt: skip
def test_a_new_customer_needs_what_the_vendor_requires(wrong: dict[str, object]) -> None:
    with serve(vendor_of(1)) as server, closing(signed_in(server)) as caller:
        assert caller.create(**wrong).status == 400
        assert len(server.customers) == 1


def test_a_new_customer_is_listed_and_has_no_licenses() -> None:
    with serve(vendor_of(1, created_status=200)) as server, closing(signed_in(server)) as caller:
        created = caller.create(id="of my own")
        assert (created.status, created.said["name"]) == (200, "New")
        assert ids(caller.page())[1] == created.said["id"] != "of my own"
        licenses = caller.ask("GET", "/licenses/v1/licenses", {"X-Tenant-ID": created.said["id"]})
        assert licenses.said["licenses"] == []


def test_customers_can_be_given_as_plain_dicts() -> None:
    customers = [{"id": customer_id(4).upper(), "name": "Four", "what is not known": [1]}]
    known = vendor(customers, {f"urn:uuid:{customer_id(4)}": [{"id": "L"}]})
    with serve(known) as server, closing(signed_in(server)) as caller:
        assert caller.page().said["items"] == customers
        assert caller.licenses(4).said["licenses"] == [{"id": "L"}]


def test_made_up_customers_are_the_same_each_time() -> None:
    assert vendor_of(50) == vendor_of(50)
    assert len({item["id"] for item in vendor_of(2_000).customers}) == 2_000


def test_what_is_nowhere_is_not_found() -> None:
    with serve(vendor()) as server, closing(signed_in(server)) as caller:
        assert caller.ask("GET", "/else").status == 404
        assert caller.ask("DELETE", "/partner/v1/tenants").status == 404
    assert [request.route for request in server.requests] == ["token", "/else", "/partner/v1/tenants"]


# Faults of any call


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Broken(route="licenses"), 503),
        (Broken(502, route="licenses"), 502),
        (Forbidden(route="licenses"), 403),
        (OtherShape(route="licenses"), 200),
        (NoJson(route="licenses"), 200),
        (Redirect(route="licenses"), 307),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Fault) else None,
)
def test_a_fault_is_sent_in_place_of_the_answer_and_on_its_route_alone(fault: Fault, status: int) -> None:
    with serve(vendor_of(2), [fault]) as server, closing(signed_in(server)) as caller:
        answer = caller.licenses(1)
        assert (answer.status, b'"licenses":' in answer.content) == (status, False)
        assert caller.whoami().status == 200


def test_a_fault_befalls_the_calls_that_it_names() -> None:
    faults = [Broken(route="licenses", first=2, last=3), Forbidden(customer=customer_id(1).upper(), first=2)]
    with serve(vendor_of(3), faults) as server, closing(signed_in(server)) as caller:
        assert [caller.licenses(2).status for _ in range(4)] == [200, 503, 503, 200]
        assert [caller.licenses(1).status for _ in range(3)] == [200, 403, 403], "the calls of that customer count"


def test_replies_come_each_in_turn() -> None:
    replies = Instead([Reply(418), Reply(500, {"error": "x"})], route="whoami", first=2)
    with serve(vendor_of(1), [replies]) as server, closing(signed_in(server)) as caller:
        assert [caller.whoami().status for _ in range(4)] == [200, 418, 500, 418]


def test_a_429_says_how_long_to_wait_in_three_spellings() -> None:
    faults = [Busy(1.25, "fraction", last=1, route="whoami"), Busy(1.25, first=2, last=2, route="whoami")]
    faults.append(Busy(3, "date", route="whoami"))
    with serve(vendor_of(1), faults) as server, closing(signed_in(server)) as caller:
        answers = [caller.whoami() for _ in range(3)]
    assert [answer.status for answer in answers] == [429] * 3
    fraction, whole, date = (answer.headers["Retry-After"] for answer in answers)
    assert (fraction, whole) == ("1.250", "2")
    assert 2 <= parsedate_to_datetime(date).timestamp() - time.time() <= 4


def test_latency_adds_up_and_goes_with_other_faults() -> None:
    faults = [Latency(0.1, route="whoami"), Broken(route="whoami"), Latency(0.1)]
    with serve(vendor_of(1), faults) as server, closing(signed_in(server)) as caller:
        begun = time.monotonic()
        assert caller.whoami().status == 503
        assert time.monotonic() - begun >= 0.2


def test_a_cut_body_is_shorter_than_announced_and_ends_the_connection() -> None:
    with serve(vendor_of(2), [Cut(route="licenses", last=1)]) as server, closing(signed_in(server)) as caller:
        with pytest.raises(IncompleteRead) as found:
            caller.licenses(1)
        assert 0 < len(found.value.partial) <= (found.value.expected or 0) + 1
        caller.close()
        assert caller.licenses(1).status == 200, "the next one is whole"


def test_an_empty_body_can_be_cut() -> None:
    with (
        serve(vendor_of(1), [Instead(Reply(), route="whoami"), Cut(route="whoami")]) as server,
        closing(signed_in(server)) as caller,
        pytest.raises(IncompleteRead),
    ):
        caller.whoami()


def test_a_wrong_content_type_leaves_the_body_right() -> None:
    with serve(vendor_of(2), [ContentType(route="licenses")]) as server, closing(signed_in(server)) as caller:
        answer = caller.licenses(1)
    assert (answer.headers["Content-Type"], len(answer.said["licenses"])) == ("text/html", 2)


def test_a_slow_stream_is_whole_in_the_end() -> None:
    with serve(vendor_of(1), [SlowStream(0.03, 32, route="whoami")]) as server, closing(signed_in(server)) as caller:
        begun = time.monotonic()
        answer = caller.whoami()
        assert answer.said["id"] == PARTNER
        assert time.monotonic() - begun >= (len(answer.content) // 32) * 0.03 * 0.9


def test_an_oversized_answer_is_right_but_for_its_size() -> None:
    with serve(vendor_of(1), [Oversized(300_000, route="whoami")]) as server, closing(signed_in(server)) as caller:
        answer = caller.whoami()
    assert (len(answer.content), answer.said["id"]) == (300_000, PARTNER)


def test_a_client_may_go_away_in_the_middle_of_an_oversized_answer() -> None:
    with serve(vendor_of(1), [Oversized(route="whoami")]) as server, closing(signed_in(server)) as caller:
        caller.connection.request("GET", "/whoami/v1", headers={"Authorization": f"Bearer {caller.token}"})
        response = caller.connection.getresponse()
        assert int(response.headers["Content-Length"]) > 64 * 2**20
        response.read(1_000)
        response.close()
        caller.close()
        with closing(signed_in(server)) as other:
            assert other.page().status == 200


def test_a_redirect_leads_to_the_host_that_is_named() -> None:
    with serve(vendor_of(1)) as other, serve(vendor_of(1), [Redirect(other.url, 302, route="whoami")]) as server:
        with closing(signed_in(server)) as caller:
            answer = caller.whoami()
        assert (answer.status, answer.headers["Location"]) == (302, other.url)
    assert other.requests == []


def test_a_token_ends_after_so_many_uses_and_the_next_one_holds() -> None:
    with serve(vendor_of(2), [TokenEnds(2)]) as server, closing(signed_in(server)) as caller:
        assert [caller.licenses(1).status for _ in range(4)] == [200, 200, 401, 401]
        caller.sign_in()
        assert [caller.licenses(1).status for _ in range(4)] == [200] * 4
    used = [(request.token, request.token_use) for request in server.asked("licenses")]
    assert used == [(1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (2, 2), (2, 3), (2, 4)]


def test_a_sign_in_can_be_refused() -> None:
    with serve(vendor_of(1), [SignInRefused(401)]) as server, closing(Caller(server)) as caller:
        answer = caller.sign_in()
    assert (answer.status, "error" in answer.said) == (401, False)


# Writes that go wrong


def test_a_write_can_be_done_though_it_is_answered_with_500() -> None:
    with serve(vendor_of(1), [DoneThough500()]) as server, closing(signed_in(server)) as caller:
        assert (caller.rename(0, "Neu").status, caller.create().status) == (500, 500)
        assert [(item["name"], item.get("showAs")) for item in server.customers] == [
            ("Customer 0", "Neu"),
            ("New", None),
        ]
        assert caller.rename(9, "Neu").status == 404, "what is not done is said"
        assert caller.page().status == 200


@pytest.mark.parametrize(("fault", "status"), [(NotAllowed(), 405), (Broken(500, route="rename"), 500)])
def test_a_write_that_is_refused_is_not_done(fault: Fault, status: int) -> None:
    with serve(vendor_of(1), [fault]) as server, closing(signed_in(server)) as caller:
        assert caller.rename(0, "Neu").status == status
        assert "showAs" not in server.customers[0]
        assert caller.page().status == 200


# Odd answers


def test_the_first_page_can_come_without_end() -> None:
    with serve(vendor_of(10), [EndlessFirstPage()]) as server, closing(signed_in(server)) as caller:
        assert [ids(caller.page(number)) for number in (1, 2, 9)] == [some(0, 1, 2, 3)] * 3


def test_current_can_stay_at_1() -> None:
    with serve(vendor_of(10), [CurrentStuck()]) as server, closing(signed_in(server)) as caller:
        pages = [caller.page(number) for number in (1, 2, 3)]
    assert [page.said["pages"]["current"] for page in pages] == [1, 1, 1]
    assert ids(pages[2]) == some(8, 9)


@pytest.mark.parametrize(("fault", "with_total"), [(NoTotals(), []), (NoTotals("later"), [1])], ids=["none", "page 1"])
def test_totals_can_be_missing(fault: Fault, with_total: list[int]) -> None:
    with serve(vendor_of(10), [fault]) as server, closing(signed_in(server)) as caller:
        pages = {number: caller.page(number).said["pages"] for number in (1, 2, 3)}
    assert [number for number, said in pages.items() if "total" in said and "items" in said] == with_total
    assert all("total" not in said for number, said in pages.items() if number not in with_total)


def test_a_customer_can_stand_on_two_pages() -> None:
    with serve(vendor_of(10), [OnTwoPages()]) as server, closing(signed_in(server)) as caller:
        pages = [caller.page(number) for number in (1, 2, 3)]
    assert [ids(page) for page in pages] == [some(0, 1, 2, 3), some(3, 4, 5, 6, 7), some(8, 9)]
    assert {page.said["pages"]["items"] for page in pages} == {10}


def test_a_list_that_moves_hides_one_customer_or_shows_one_twice() -> None:
    with serve(vendor_of(6), [ListMoves(gone=some(0))]) as server, closing(signed_in(server)) as caller:
        assert [ids(caller.page(number)) for number in (1, 2)] == [some(0, 1, 2, 3), some(5)]
    new = ListMoves(new=[{"id": customer_id(9), "name": "Nine"}])
    with serve(vendor_of(6), [new]) as server, closing(signed_in(server)) as caller:
        assert [ids(caller.page(number)) for number in (1, 2)] == [some(0, 1, 2, 3), some(3, 4, 5)]
        assert ids(caller.page(1)) == some(9, 0, 1, 2)


@pytest.mark.parametrize(("spelling", "begins"), [("upper", "AAAAAAAA-"), ("urn", "urn:uuid:aaaaaaaa-")])
def test_ids_can_be_spelt_otherwise(spelling: Any, begins: str) -> None:
    lettered = "abcdefab-0000-4000-8000-00000000000c"
    known = vendor([{"id": lettered, "partner": {"id": PARTNER}}], {lettered: [{"id": "l-1"}]})
    with serve(known, [IdsSpelt(spelling)]) as server, closing(signed_in(server)) as caller:
        assert caller.whoami().said["id"].startswith(begins)
        item = caller.page().said["items"][0]
        assert item["partner"]["id"].startswith(begins)
        answer = caller.ask("GET", "/licenses/v1/licenses", {"X-Tenant-ID": item["id"]}).said
        assert (answer["tenant"]["id"], answer["licenses"]) == (item["id"], [{"id": "l-1"}])
    assert server.asked("licenses")[0].customer == lettered


def test_hosts_can_end_in_a_slash() -> None:
    with serve(vendor_of(1), [HostsWithSlash()]) as server, closing(signed_in(server)) as caller:
        assert caller.whoami().said["apiHosts"] == {"global": f"{server.url}/"}


def test_credentials_can_be_a_customers() -> None:
    with serve(vendor_of(1), [IdentityOf()]) as server, closing(signed_in(server)) as caller:
        assert caller.whoami().said["idType"] == "tenant"


def test_licenses_can_be_said_to_be_anothers_or_nobodys() -> None:
    faults = [NamesAnother(customer_id(2), customer=customer_id(1)), NamesNobody(customer=customer_id(3))]
    with serve(vendor_of(4), faults) as server, closing(signed_in(server)) as caller:
        assert caller.licenses(1).said["tenant"] == {"id": customer_id(2)}
        assert set(caller.licenses(3).said) == {"licenses"}
        assert caller.licenses(2).said["tenant"] == {"id": customer_id(2)}


def test_what_makes_a_page_anew_leaves_the_other_faults_their_turn() -> None:
    faults = [CurrentStuck(), NoTotals(), ListMoves(gone=some(0), first=1)]
    for order in (faults, faults[::-1]):
        with serve(vendor_of(6), order) as server, closing(signed_in(server)) as caller:
            answer = caller.page(2)
        assert (ids(answer), answer.said["pages"]) == (some(5), {"current": 1, "size": 4, "maxSize": 100})


def test_odd_answers_leave_other_faults_as_they_are() -> None:
    faults = [OtherShape(route="customers"), CurrentStuck(), NoTotals(), OnTwoPages(), EndlessFirstPage()]
    with serve(vendor_of(6), faults) as server, closing(signed_in(server)) as caller:
        assert caller.page(2).said == {"things": []}


def test_every_fault_is_a_frozen_value() -> None:
    found = [
        one
        for module in (vendor_faults, vendor_odd_answers)
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Fault)
    ]
    assert len(found) > 25
    assert all(dataclasses.is_dataclass(one) and one.__dataclass_params__.frozen for one in found)  # type: ignore[attr-defined]


# What it notes


def test_requests_are_noted_without_secrets() -> None:
    with serve(vendor_of(3)) as server, closing(signed_in(server)) as caller:
        before = time.monotonic()
        caller.page(2, 2)
        caller.licenses(1)
        caller.rename(2, "Neu")
    token, page, licenses, rename = server.requests
    assert (token.route, token.form["grant_type"], token.form["client_id"]) == (
        "token",
        "client_credentials",
        CLIENT_ID,
    )
    assert page.query == {"page": "2", "pageSize": "2", "pageTotal": "true"}
    assert page.header("x-partner-id") == PARTNER
    assert (licenses.route, licenses.customer, licenses.nth, licenses.token) == ("licenses", customer_id(1), 1, 1)
    assert (rename.customer, rename.said) == (customer_id(2), {"showAs": "Neu"})
    assert before <= page.at <= licenses.at <= rename.at <= time.monotonic()
    assert not any(secret in repr(server.requests) for secret in (SECRET, caller.token))


@pytest.mark.parametrize("many", [1, 4])
def test_the_most_at_once_is_what_was_under_way_at_once(many: int) -> None:
    with serve(vendor_of(20), [Latency(0.03, route="licenses")]) as server, closing(signed_in(server)) as first:
        mine = threading.local()
        callers: list[Caller] = []

        def ask(number: int) -> int:
            if not hasattr(mine, "caller"):
                mine.caller = Caller(server, first.token)
                callers.append(mine.caller)
            return int(mine.caller.licenses(number).status)

        with ThreadPoolExecutor(many) as pool:
            assert set(pool.map(ask, range(20))) == {200}
        for caller in callers:
            caller.close()
    assert server.most_at_once == many
    assert sorted(request.customer for request in server.asked("licenses")) == some(*range(20))


def test_a_connection_is_kept_and_ends_with_the_server() -> None:
    threads = threading.active_count()
    with serve(vendor_of(2), [Latency(30, route="licenses")]) as server:
        caller = signed_in(server)
        kept = caller.connection.sock
        caller.whoami()
        assert caller.connection.sock is kept
        waiting = signed_in(server)
        waiting.connection.request(
            "GET",
            "/licenses/v1/licenses",
            headers={"X-Tenant-ID": customer_id(1), "Authorization": f"Bearer {waiting.token}"},
        )
        while not server.asked("licenses"):
            time.sleep(0.01)
        begun = time.monotonic()
    assert time.monotonic() - begun < 2, "nobody waits for the half minute"
    assert threading.active_count() == threads
    with closing(caller), pytest.raises((HTTPException, OSError)):
        caller.whoami()
    waiting.close()


@dataclass(frozen=True)
class Mistaken(Fault):
    """A fault with a mistake in it."""

    def instead(self, request: Request) -> Reply:
        raise LookupError(request.route)


def test_a_mistake_in_a_fault_is_raised_where_the_server_ends() -> None:
    with pytest.raises(LookupError, match="whoami"), serve(vendor_of(1), [Mistaken(route="whoami")]) as server:  # noqa: PT012
        caller = signed_in(server)
        with closing(caller), pytest.raises((HTTPException, OSError)):
            caller.whoami()
