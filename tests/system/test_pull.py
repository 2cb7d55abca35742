"""Connect and pull, against a server that plays the vendor: whole or said, resumed, polite, and silent about secrets."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import polars as pl
import pytest
import trustme

from partner_analytics import Portfolio
from partner_analytics.demo.calls import Reply
from partner_analytics.vendor import client
from partner_analytics.vendor import folder as day_folder
from partner_analytics.vendor.credentials import Credentials
from partner_analytics.vendor.licenses import Asked
from partner_analytics.vendor.pauses import seconds_to_wait
from partner_analytics.vendor.pulling import Api, pull
from tests.support.terminal import typed
from tests.support.vendor_data import CLIENT_ID, PARTNER, SECRET, customer_id, vendor, vendor_of
from tests.support.vendor_faults import Busy, ContentType, Instead, Latency, Oversized, SlowStream, TokenEnds
from tests.support.vendor_odd_answers import HostsWithSlash, IdsSpelt
from tests.support.vendor_server import Served, configured, serve

START = "import sys; from partner_analytics.commands.program import main; main(sys.argv[1:])"


def today() -> str:
    """The day of now: tests that begin before midnight end after it."""
    return time.strftime("%Y-%m-%d")


def pulled(folder: Path, server: Served, *options: str, connections: int = 8) -> subprocess.CompletedProcess[str]:
    configured(folder, server, connections)
    said = typed(folder, "pull", *options)
    assert SECRET not in said.stdout + said.stderr
    return said


def in_json(folder: Path, server: Served, *options: str) -> dict[str, object]:
    said = pulled(folder, server, "--json", *options)
    result: dict[str, object] = json.loads(said.stdout)
    return result


def report(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "exports" / today() / "pull.json").read_text("utf-8"))
    return found


def everything(folder: Path) -> Iterator[str]:
    for file in folder.rglob("*"):
        if file.is_file():
            yield file.read_bytes().decode("utf-8", "replace")


# Whole


def test_a_pull_brings_every_customer_and_license_and_loads_them_for_today(desk: Path) -> None:
    with serve(vendor_of(120, refused=frozenset({customer_id(7), customer_id(8)}))) as server:
        found = in_json(desk, server)
    assert {
        name: found[name] for name in ("day", "customers", "asked", "answered", "refused", "failed", "is_whole")
    } == {
        "day": today(),
        "customers": 120,
        "asked": 120,
        "answered": 118,
        "refused": 2,
        "failed": 0,
        "is_whole": True,
    }
    assert found["requests"] == len(server.requests)
    loads = found["loads"]
    assert isinstance(loads, list)
    assert [(one["kind"], one["accepted"], one["quarantined"]) for one in loads] == [
        ("customers", 120, 0),
        ("licenses", 188, 0),
        ("assistance", 119, 0),
    ]
    portfolio = Portfolio.open("partner.duckdb")
    shown = portfolio.assistance_coverage().frame
    # A trial that is refused says nothing; the rule does not apply to one that nobody says who started.
    assert dict(shown.filter(pl.col("customer_id").is_in([customer_id(7), customer_id(8)])).select("customer_id", "assistance").iter_rows()) == {
        customer_id(7): "unknown",
        customer_id(8): "off",
    }  # fmt: skip
    assert shown["assistance"].value_counts().filter(assistance="on")["count"].item() == 118
    status = portfolio.protection_status().frame
    assert status.filter(status="no_data")["customer_id"].to_list() == [customer_id(7), customer_id(8)]
    assert status.filter(status="none").height == 24, "an empty list is an answer"


@pytest.mark.promise("secrets")
def test_the_folder_holds_plain_exports_and_says_who_asked(desk: Path) -> None:
    with serve(vendor_of(3)) as server:
        assert pulled(desk, server).returncode == 0
    folder = desk / "exports" / today()
    assert {file.name for file in folder.iterdir()} - {".pull.lock"} == {
        "customers.jsonl",
        "licenses.jsonl",
        "assistance.csv",
        "pull.json",
    }
    said = report(desk)
    assert said["asked_by"] == {"id": PARTNER, "kind": "partner"}
    assert said["is_whole"] is True
    assert said["failures"] == []
    answers = [json.loads(line) for line in (folder / "licenses.jsonl").read_text("utf-8").splitlines()]
    assert sorted(one["tenant"]["id"] for one in answers) == [customer_id(number) for number in range(3)]
    assert not any(SECRET in text or "token-" in text for text in everything(desk))


def test_a_pull_is_asked_politely(desk: Path) -> None:
    with serve(vendor_of(60), [Latency(0.02)]) as server:
        assert pulled(desk, server, connections=4).returncode == 0
    assert server.most_at_once <= 4
    for request in server.asked("licenses"):
        assert "X-Partner-ID" not in request.headers
        assert request.headers["Connection"] == "keep-alive"
    assert len(server.asked("token")) == 1


def test_a_list_without_customers_is_whole(desk: Path) -> None:
    with serve(vendor([])) as server:
        found = in_json(desk, server)
    assert (found["customers"], found["is_whole"], found["loads"]) == (0, True, [])


def test_an_organization_asks_its_own_list(desk: Path) -> None:
    with serve(vendor_of(5, kind="organization")) as server:
        assert pulled(desk, server).returncode == 0
    assert {request.headers["X-Organization-ID"] for request in server.asked("customers")} == {PARTNER}
    assert report(desk)["asked_by"] == {"id": PARTNER, "kind": "organization"}


@pytest.mark.sampled(1)
@pytest.mark.parametrize("spelling", ["upper", "urn"])
def test_ids_in_upper_case_or_with_urn_and_a_slash_at_the_end_are_the_same(
    spelling: Literal["upper", "urn"], desk: Path
) -> None:
    with serve(vendor_of(12), [IdsSpelt(spelling), HostsWithSlash()]) as server:
        assert in_json(desk, server)["answered"] == 12
    with serve(vendor_of(12)) as server:
        assert in_json(desk, server)["asked"] == 0
    assert Portfolio.open("partner.duckdb").customer_overview().frame["customer_id"].to_list()[0] == customer_id(0)


# Pages


def page(listed: Sequence[Mapping[str, Any]], **pages: int) -> Reply:
    return Reply(body={"items": list(listed), "pages": pages})


CUSTOMERS = vendor_of(130).customers


@pytest.mark.parametrize(
    "replies",
    [
        pytest.param([page(CUSTOMERS[:50]), page(CUSTOMERS[50:100]), page(CUSTOMERS[100:]), page([])], id="no total"),
        pytest.param(
            [page(CUSTOMERS[:100], current=1, total=2, items=130), page(CUSTOMERS[100:], current=1)],
            id="on page 1 only",
        ),
        pytest.param([page(CUSTOMERS[:80], items=130), page(CUSTOMERS[70:], items=130), page([])], id="on two pages"),
        pytest.param([page(CUSTOMERS, total=1, items=130), page(CUSTOMERS)], id="more than was asked for"),
    ],
)
def test_every_customer_is_found_however_the_pages_are_counted(replies: list[Reply], desk: Path) -> None:
    with serve(vendor_of(130), [Instead(replies, route="customers")]) as server:
        found = in_json(desk, server)
    assert (found["customers"], found["is_whole"]) == (130, True)


def test_a_first_page_without_end_ends(desk: Path) -> None:
    with serve(vendor_of(50), [Instead(page(CUSTOMERS[:50]), route="customers")]) as server:
        assert in_json(desk, server)["customers"] == 50
    assert len(server.asked("customers")) == 2


def test_fewer_customers_than_announced_are_asked_for_once_more_and_then_said(desk: Path) -> None:
    short = page(CUSTOMERS[:40], current=1, total=1, items=41)
    with serve(vendor_of(50), [Instead(short, route="customers")]) as server:
        said = pulled(desk, server, "--json")
    assert said.returncode == 17
    assert json.loads(said.stdout)["is_whole"] is False
    assert len(server.asked("customers")) <= 4
    with serve(vendor_of(41)) as server:
        found = in_json(desk, server)
    assert (found["customers"], found["asked"], found["is_whole"]) == (41, 1, True)


def test_a_list_that_moves_between_two_pages_is_put_together_from_two_readings(desk: Path) -> None:
    moving = [page(CUSTOMERS[:9], items=10), page([], items=10), page(CUSTOMERS[1:10], items=10), page([], items=10)]
    with serve(vendor_of(10), [Instead(moving, route="customers")]) as server:
        assert in_json(desk, server)["customers"] == 10


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(500, {"error": "Internal"}), "Page 1 of the customers does not come: Internal (500)."),
        (Reply(403, {"error": "Forbidden", "message": "role"}), "The vendor refuses the list of customers: Forbidden: role (403)."),
        (Reply(body={"things": []}), 'Expected page 1 of the customers; found {"things": []}.'),
        (Reply(body=b"<html>Proxy</html>"), "Page 1 of the customers does not come: the answer is no JSON: <html>Proxy</html>."),
        (Reply(302, headers={"Location": "https://evil.example/"}), "Page 1 of the customers does not come: the answer leads to another host, evil.example."),
    ],
    ids=["fault", "forbidden", "other shape", "no JSON", "redirect"],
)  # fmt: skip
def test_without_the_list_nothing_is_loaded(reply: Reply, said: str, desk: Path) -> None:
    with serve(vendor_of(3), [Instead(reply, route="customers")]) as server:
        found = pulled(desk, server)
    assert found.returncode == 16
    assert found.stderr.startswith(f"Error: {said}\nHint: ")
    assert not (desk / "partner.duckdb").exists()
    assert not server.asked("licenses")


# Faults of single calls


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("reply", "what"),
    [
        (Reply(503, b""), "the answer has the status 503"),
        (Reply(body={"tenant": {"id": customer_id(1)}, "licenses": []}, cut=5), "the answer was cut off"),
        (Reply(body=b"not json"), "the answer is no JSON: not json"),
        (Reply(body=b""), "the answer is empty"),
        (Reply(body={"items": []}), 'the answer is not a list of licenses: {"items": []}'),
        (Reply(body=[1, 2]), "the answer is not a list of licenses: [1, 2]"),
        (Reply(body={"licenses": [], "tenant": {"id": customer_id(2)}}), f"the answer is about another customer, {customer_id(2)}"),
        (Reply(404, {"error": "NotFound"}), "NotFound (404)"),
        (Reply(307, headers={"Location": "http://127.0.0.2:1/licenses"}), "the answer leads to another host, 127.0.0.2:1"),
        (Reply(body={"licenses": [], "secret": SECRET, "x": 1}, status=400), "the answer has the status 400"),
        (Reply(400, {"error": SECRET, "message": f"key {SECRET}"}), "…: key … (400)"),
    ],
    ids=["503", "cut", "no JSON", "empty", "other shape", "a list", "another customer", "404", "redirect", "400", "secret"],
)  # fmt: skip
def test_a_customer_that_cannot_be_asked_is_no_data_and_said(reply: Reply, what: str, desk: Path) -> None:
    with serve(vendor_of(5), [Instead(reply, route="licenses", customer=customer_id(1))]) as server:
        said = pulled(desk, server)
    assert said.returncode == 17
    assert f"{customer_id(1)}: {what}" in said.stderr
    assert report(desk)["failures"] == [{"customer_id": customer_id(1), "what": what}]
    status = Portfolio.open("partner.duckdb").protection_status()
    assert status.frame.filter(customer_id=customer_id(1))["status"].to_list() == ["no_data"]
    assert any("1 of 5" in line for line in status.caveats)
    assert customer_id(1) not in (desk / "exports" / today() / "assistance.csv").read_text("utf-8")
    with serve(vendor_of(5)) as server:
        again = in_json(desk, server)
    assert (again["asked"], again["is_whole"]) == (1, True), "only what is missing is asked for"
    assert not server.asked("customers")
    assert Portfolio.open("partner.duckdb").protection_status().frame.filter(status="no_data").is_empty()


def test_faults_that_pass_are_tried_again_and_counted(desk: Path) -> None:
    faults = Instead(
        [Reply(500, {"error": "x"}), Reply(body=b"{"), Reply(503), Reply(body={}, cut=1)], route="licenses", last=4
    )
    with serve(vendor_of(1), [faults]) as server:
        found = in_json(desk, server)
    assert (found["answered"], found["retries"], found["is_whole"]) == (1, 4, True)
    assert len(server.asked("licenses")) == 5


def test_a_token_that_ends_half_way_is_renewed_once_for_all(desk: Path) -> None:
    ended = TokenEnds(12)  # One for who asks, one for the list, ten for licenses.
    with serve(vendor_of(40), [Latency(0.01), ended]) as server:
        assert in_json(desk, server)["answered"] == 40
    assert len(server.asked("token")) == 2


@pytest.mark.sampled(1)
@pytest.mark.parametrize(("spelling", "seconds"), [("whole", 1.0), ("fraction", 0.6), ("date", 2.0)])
def test_a_429_stops_all_connections_until_its_time_has_passed(
    spelling: Literal["whole", "fraction", "date"], seconds: float, desk: Path
) -> None:
    busy = Busy(seconds, spelling, route="licenses", first=20, last=20)
    with serve(vendor_of(40), [Latency(0.02), busy]) as server:
        assert in_json(desk, server)["answered"] == 40
    times = sorted(request.at for request in server.asked("licenses"))
    assert max(later - earlier for earlier, later in pairwise(times)) > min(seconds, 1) * 0.7


def test_the_twelfth_429_and_a_wait_over_five_minutes_are_failures(desk: Path) -> None:
    with serve(vendor_of(1), [Busy(0, route="licenses")]) as server:
        assert pulled(desk, server).returncode == 17
    assert len(server.asked("licenses")) == 12
    with serve(vendor_of(1), [Busy(301, route="licenses")]) as server:
        assert "asks to wait 301 seconds" in pulled(desk, server).stderr
    assert len(server.asked("licenses")) == 1


def test_what_a_retry_after_means() -> None:
    assert [seconds_to_wait(text, 0.0) for text in ("3", "0.5", "Thu, 01 Jan 1970 00:00:09 GMT", "soon", None, "-1")] == [
        3.0, 0.5, 9.0, None, None, None,
    ]  # fmt: skip


def test_how_long_to_wait_goes_by_the_vendors_clock_and_not_by_that_of_this_machine(desk: Path) -> None:
    # Where one of the two clocks is an hour late, or is set while one waits, a date says nothing of the other.
    vendors, until = (formatdate(time.time() + 3600 + more, usegmt=True) for more in (0, 1))
    busy = Reply(429, {"error": "TooMany"}, {"Date": vendors, "Retry-After": until})
    with serve(vendor_of(2), [Instead(busy, route="licenses", last=1)]) as server:
        found = in_json(desk, server)
    assert (found["answered"], found["is_whole"]) == (2, True)
    assert 0.5 < float(str(found["seconds"])) < 10


@pytest.mark.sampled(0)
def test_a_slow_answer_is_waited_for_and_one_without_end_is_not(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(vendor_of(2), [SlowStream(0.01, route="licenses")]) as server:
        assert in_json(desk, server)["answered"] == 2
    monkeypatch.setattr(client, "LONGEST_ANSWER", 0.3)
    with serve(vendor_of(3), [SlowStream(0.1, block=8, route="licenses", customer=customer_id(2))]) as server:
        said = pulled(desk, server, "--fresh")
    assert said.returncode == 17
    assert f"{customer_id(2)}: the answer took more than a minute" in said.stderr


@pytest.mark.sampled(0)
def test_an_answer_that_is_too_large_is_not_read_to_its_end(desk: Path) -> None:
    with serve(vendor_of(2), [Oversized(route="licenses", customer=customer_id(1))]) as server:
        said = pulled(desk, server)
    assert said.returncode == 17
    assert f"{customer_id(1)}: the answer has more than 64 MB" in said.stderr
    assert len(server.asked("licenses")) == 2, "it would be as large again"


@pytest.mark.sampled(1)
@pytest.mark.parametrize("name", ["text/html", "application/octet-stream", ""])
def test_another_content_type_does_not_make_json_wrong(name: str, desk: Path) -> None:
    with serve(vendor_of(3), [ContentType(name)]) as server:
        assert in_json(desk, server)["is_whole"] is True


def test_a_pull_over_midnight_is_of_the_day_on_which_it_began_and_each_call_of_its_own(desk: Path) -> None:
    """The clock is set on by the calls: the first one is before midnight, all later ones after it."""
    moments = iter([datetime(2026, 10, 24, 23, 59)])
    with serve(vendor_of(3)) as server:
        api = Api(server.url, server.url, 1)
        who = Credentials(CLIENT_ID, SECRET)
        found = pull(desk / "day", who, api, lambda: next(moments, datetime(2026, 10, 25, 0, 1)))
    assert found.is_whole
    said = json.loads((desk / "day" / "pull.json").read_text("utf-8"))
    assert (said["began"][:10], said["ended"][:10]) == ("2026-10-24", "2026-10-25")
    assert (desk / "day" / "assistance.csv").read_text("utf-8").count(",2026-10-25,observed") == 3


def test_a_pull_while_clocks_are_set_back_ends_after_it_began(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    # 2:59 in summer time, and then 2:01 in winter time: two minutes later.
    moments = iter([datetime(2026, 10, 25, 2, 59)])
    with serve(vendor_of(2)) as server:
        pull(
            desk / "day",
            Credentials(CLIENT_ID, SECRET),
            Api(server.url, server.url, 1),
            lambda: next(moments, datetime(2026, 10, 25, 2, 1, fold=1)),
        )
    monkeypatch.undo()
    time.tzset()
    said = json.loads((desk / "day" / "pull.json").read_text("utf-8"))
    assert said["began"] == "2026-10-25T02:59:00+02:00"
    assert said["ended"] == "2026-10-25T02:01:00+01:00"


@pytest.mark.sampled(0)
@pytest.mark.promise("secrets")
def test_who_has_a_certificate_that_nobody_vouches_for_gets_no_secret(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    certificates = {
        "nobody vouches for it": trustme.CA().issue_cert("127.0.0.1"),
        "it is another's": authority.issue_cert("other.example"),
        "it has ended": authority.issue_cert("127.0.0.1", not_after=datetime(2020, 1, 1, tzinfo=UTC)),
        "it is right": authority.issue_cert("127.0.0.1"),
    }
    with authority.cert_pem.tempfile() as trusted:
        monkeypatch.setenv("SSL_CERT_FILE", trusted)
        for which, certificate in certificates.items():
            with encrypted(certificate) as (address, heard):
                (desk / "partner_analytics.toml").write_text(f'[api]\nsign_in = "{address}"\nglobal = "{address}"\n')
                said = typed(desk, "connect", "--check")
            assert said.returncode == 16
            if which == "it is right":
                assert SECRET in heard[0], "else this test would prove nothing"
            else:
                assert said.stderr.startswith(
                    "Error: The vendor's sign-in does not answer: its certificate is not trusted."
                )
                assert not any(heard), which


@contextmanager
def encrypted(certificate: trustme.LeafCert) -> Iterator[tuple[str, list[str]]]:
    """A server with a certificate that notes what is said to it, and answers nothing."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def listen() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                    with context.wrap_socket(connection, server_side=True) as secured:
                        heard.append(secured.recv(65536).decode() + secured.recv(65536).decode())
                except ssl.SSLError:
                    continue
                except OSError:
                    return

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}", heard
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


# Whole, resumed, fresh


def test_a_second_pull_of_the_day_asks_for_nothing_and_loads_nothing_new(desk: Path) -> None:
    with serve(vendor_of(9, refused=frozenset({customer_id(3)}))) as server:
        assert in_json(desk, server)["asked"] == 9
    with serve(vendor_of(9)) as server:
        again = in_json(desk, server)
    assert (again["asked"], again["customers"], again["is_whole"]) == (0, 9, True)
    loads = again["loads"]
    assert isinstance(loads, list)
    assert [one["kind"] for one in loads if not one["already_loaded"]] == []
    assert [request.route for request in server.requests] == ["token", "whoami"]


def test_fresh_asks_for_everything_again_and_keeps_the_old_until_the_new_is_whole(desk: Path) -> None:
    with serve(vendor_of(4)) as server:
        assert pulled(desk, server).returncode == 0
    before = (desk / "exports" / today() / "licenses.jsonl").read_bytes()
    with serve(vendor_of(6), [Instead(Reply(500, {}), route="licenses", customer=customer_id(5))]) as server:
        said = pulled(desk, server, "--fresh", "--json")
    assert said.returncode == 17
    assert (json.loads(said.stdout)["customers"], json.loads(said.stdout)["asked"]) == (4, 6)
    assert (desk / "exports" / today() / "licenses.jsonl").read_bytes() == before
    with serve(vendor_of(6)) as server:
        found = in_json(desk, server, "--fresh")
    assert (found["customers"], found["asked"], found["is_whole"]) == (6, 6, True)
    assert Portfolio.open("partner.duckdb").customer_overview().frame.height == 6


def test_other_credentials_do_not_go_on_with_a_folder(desk: Path) -> None:
    with serve(vendor_of(2)) as server:
        assert pulled(desk, server).returncode == 0
    with serve(vendor_of(2, asker_id=PARTNER.replace("a", "b"))) as server:
        said = pulled(desk, server)
    assert said.returncode == 16
    assert "was begun by other credentials" in said.stderr


def test_half_a_character_in_a_name_costs_no_file(desk: Path) -> None:
    customers = [{"id": customer_id(0), "name": "Half \ud800 a sign", "billingType": "term"}]
    with serve(vendor(customers, {customer_id(0): []})) as server:
        assert pulled(desk, server).returncode == 0
    assert "Half \ufffd a sign" in (desk / "exports" / today() / "customers.jsonl").read_text("utf-8")


def test_a_file_of_a_folder_that_is_not_whole_says_so_wherever_it_is_loaded(desk: Path) -> None:
    with serve(vendor_of(5), [Instead(Reply(500, {}), route="licenses", customer=customer_id(1))]) as server:
        assert pulled(desk, server, "--no-load").returncode == 17
    assert not (desk / "partner.duckdb").exists()
    said = typed(desk, "load", f"exports/{today()}/licenses.jsonl", "--snapshot-date", today())
    assert "the pull that wrote it is not whole: 1 customers could not be asked" in said.stderr


@pytest.mark.sampled(1)
@pytest.mark.parametrize("moment", [number / 30 for number in range(30)])
def test_a_pull_that_is_killed_goes_on_where_it_was(moment: float, desk: Path) -> None:
    vendor = vendor_of(60)
    with serve(vendor, [Latency(0.02)]) as server:
        configured(desk, server, 4)
        process = subprocess.Popen([sys.executable, "-c", START, "pull"], cwd=desk, stderr=subprocess.DEVNULL)
        time.sleep(0.35 + moment * 0.9)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        asked = [request.customer for request in server.asked("licenses")]
        noted = (
            sum(text.count('"licenses"') for text in everything(desk / "exports")) if (desk / "exports").exists() else 0
        )
        found = in_json(desk, server)
    assert (found["customers"], found["is_whole"]) == (60, True)
    twice = len(server.asked("licenses")) - 60
    assert twice <= len(asked) - min(noted, 60) + 4, "what was noted is not asked for again"
    assert Portfolio.open("partner.duckdb").protection_status().frame.filter(status="no_data").is_empty()


def test_two_pulls_into_one_folder_at_once_are_one_and_a_refusal(desk: Path) -> None:
    with serve(vendor_of(40), [Latency(0.1)]) as server:
        configured(desk, server, 2)
        first = subprocess.Popen([sys.executable, "-c", START, "pull"], cwd=desk, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # fmt: skip
        while not server.asked("licenses"):
            time.sleep(0.05)
        second = typed(desk, "pull")
        assert second.returncode == 14
        assert second.stderr.startswith("Error: Another pull writes to exports/")
        assert first.wait() == 0


# Fast


MEASURED = f"""
import sys
from pathlib import Path
try:
    {START}
finally:
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    Path("peak").write_text(peak.split()[1])
"""
"""A command that writes down how much memory it has held at most, in kB; what its parent holds is not in it."""


@pytest.mark.alone
def test_two_thousand_customers_take_little_more_than_their_answers_do_and_little_memory(desk: Path) -> None:
    with serve(vendor_of(2_000), [Latency(0.05)]) as server:
        configured(desk, server)
        command = [sys.executable, "-c", MEASURED, "pull", "--no-load", "--json"]
        asked = subprocess.run(command, cwd=desk, capture_output=True, check=True)
    found = json.loads(asked.stdout)
    assert found["answered"] == 2_000
    assert server.most_at_once <= 8
    assert found["seconds"] <= 1.3 * 2_000 * 0.05 / 8
    assert int((desk / "peak").read_text("utf-8")) <= 200 * 1024


# Only ours, and nothing lost


def test_exports_that_no_pull_has_written_stay_as_they_are(desk: Path) -> None:
    folder = desk / "exports" / today()
    folder.mkdir(parents=True)
    (folder / "customers.jsonl").write_text("mine", "utf-8")
    with serve(vendor_of(2)) as server:
        said = pulled(desk, server)
    assert said.returncode == 2
    assert said.stderr.startswith(f"Error: exports/{today()}/customers.jsonl was not written by pull")
    assert {file.name for file in folder.iterdir()} - {".pull.lock"} == {"customers.jsonl"}
    assert (folder / "customers.jsonl").read_text("utf-8") == "mine"


def test_what_a_kill_has_cut_off_costs_no_other_answer(desk: Path) -> None:
    with serve(vendor_of(4), [Instead(Reply(500, {}), route="licenses", customer=customer_id(3))]) as server:
        assert pulled(desk, server).returncode == 17
    journal = desk / "exports" / today() / ".pull.jsonl"
    journal.write_text('{"customer_id": "cut o', "utf-8")
    with day_folder.journal(journal.parent) as where:
        day_folder.note(where, Asked(customer_id(3), {"tenant": {"id": customer_id(3)}, "licenses": []}), today())
    with serve(vendor_of(4)) as server:
        found = in_json(desk, server)
    assert (found["asked"], found["is_whole"]) == (0, True)


def test_a_customer_without_an_id_is_said_without_its_name(desk: Path) -> None:
    nobody: dict[str, object] = {"name": "Secretive Ltd", "billingType": "term"}
    with serve(
        vendor(CUSTOMERS[:2]), [Instead(page([*CUSTOMERS[:2], nobody], total=1, items=3), route="customers")]
    ) as server:
        said = pulled(desk, server, "--only", "customers")
    assert said.returncode == 17
    assert "a customer has no id to ask by" in said.stderr
    assert "Secretive" not in said.stderr
    assert report(desk)["failures"] == [{"customer_id": "", "what": "a customer has no id to ask by"}]


def test_everything_again_and_only_some_is_one_sentence(desk: Path) -> None:
    with serve(vendor_of(2)) as server:
        said = pulled(desk, server, "--fresh", "--only", "customers")
    assert said.returncode == 2
    assert said.stderr.startswith("Error: Expected everything to be asked for again, or some customers; found both.")


# Only what is needed


def test_only_the_customers_are_asked_for_where_no_more_is_needed(desk: Path) -> None:
    with serve(vendor_of(6)) as server:
        found = pulled(desk, server, "--only", "customers")
        assert found.returncode == 0
        assert "6 customers were not to be asked: their licenses are not known for today." in found.stderr
        assert not server.asked("licenses")
        assert report(desk)["is_whole"] is False
        rest = in_json(desk, server)
    assert (rest["asked"], rest["is_whole"]) == (6, True)
    assert len(server.asked("customers")) == 1, "what is there is not asked for again"


def test_the_licenses_of_some_are_asked_for_and_the_others_are_no_churn(desk: Path) -> None:
    (desk / "some.txt").write_text(f"{customer_id(1).upper()}\n{customer_id(2)}\n", "utf-8")
    with serve(vendor_of(6)) as server:
        assert pulled(desk, server, "--customers", "some.txt").returncode == 0
    assert {request.customer for request in server.asked("licenses")} == {customer_id(1), customer_id(2)}
    status = Portfolio.open("partner.duckdb").protection_status().frame
    assert set(status.filter(status="no_data")["customer_id"]) == {customer_id(number) for number in (0, 3, 4, 5)}
    said = typed(desk, "load", f"exports/{today()}", "--snapshot-date", today())
    assert "is not whole: 4 customers were not to be asked" in said.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--only customers --customers some.txt", "Expected one of --only and --customers; found both."),
        ("--customers missing.txt", "missing.txt cannot be read as text; expected ids of customers."),
        ("--customers partner_analytics.toml", "partner_analytics.toml names no id of a customer."),
    ],
)
def test_a_choice_that_is_none_is_one_sentence(words: str, said: str, desk: Path) -> None:
    with serve(vendor_of(1)) as server:
        found = pulled(desk, server, *words.split())
    assert (found.returncode, found.stderr.splitlines()[0]) == (2, f"Error: {said}")
    assert not server.requests
