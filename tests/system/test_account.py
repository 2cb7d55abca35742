"""Change names and create accounts at the vendor's: seen first, sent once, and never said to be done on a guess."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partner_analytics.demo.calls import Reply, Request
from partner_analytics.demo.desk import Desk
from partner_analytics.vendor.change_ledger import LEDGER
from partner_analytics.vendor.changes import name_problem, tidy
from tests.support.terminal import typed
from tests.support.vendor_data import PARTNER, SECRET, customer_id, vendor, vendor_of
from tests.support.vendor_faults import (
    Broken,
    Busy,
    Cut,
    DoneThough500,
    Fault,
    Forbidden,
    Instead,
    Latency,
    NoJson,
    NotAllowed,
    OtherShape,
    Redirect,
    TokenEnds,
)
from tests.support.vendor_server import Served, configured, serve

START = "import sys; from partner_analytics.commands.program import main; main(sys.argv[1:])"
MSP = '[partner]\nprograms = ["msp_flex"]\n'
CREATE = (
    *("account", "create", "Neu AG", "--geography", "DE", "--country", "DE"),
    *("--first-name", "Lena", "--last-name", "Müller", "--mail", "lena@neu.example"),
)
BY_HAND = "Hint: do it in Sophos Central Partner: click the customer's name"


def done(folder: Path, server: Served, *words: str) -> CompletedProcess[str]:
    configured(folder, server, more=MSP)
    said = typed(folder, *words)
    assert SECRET not in said.stdout + said.stderr
    return said


def renamed(folder: Path, server: Served, *options: str) -> CompletedProcess[str]:
    return done(folder, server, "account", "rename", customer_id(1), "Neu", *options)


def noted(folder: Path) -> list[tuple[str, str]]:
    """What the ledger says of each change: the customer, and what became of it."""
    said = json.loads(typed(folder, "account", "ledger", "--json").stdout)
    return [(one["customer_id"], one["outcome"]) for one in said]


# Seen first, sent once


def test_without_yes_it_is_said_what_would_be_sent_and_nothing_is(desk: Path) -> None:
    with serve(vendor_of(3)) as server:
        said = renamed(desk, server)
        assert (said.returncode, said.stdout.splitlines()) == (
            0,
            [
                f"rename {customer_id(1)}: “Customer 1” → “Neu”",
                f'  PATCH {server.url}/partner/v1/tenants/{customer_id(1)} {{"showAs": "Neu"}}',
                "The account's name stays. Reports show the new name from the next pull on.",
            ],
        )
        assert "Nothing was sent" in said.stderr
        assert not server.asked("rename")
        assert not (desk / LEDGER).exists()
        assert json.loads(renamed(desk, server, "--json").stdout)[0]["outcome"] == "not sent"


@pytest.mark.promise("sent_once")
def test_a_name_is_changed_once_and_noted_with_whose_credentials(desk: Path) -> None:
    with serve(vendor_of(3)) as server:
        said = renamed(desk, server, "--yes")
        assert (said.returncode, said.stdout.splitlines()[-1]) == (
            0,
            f"done: rename {customer_id(1)}: “Customer 1” → “Neu”",
        )
        assert [item.get("showAs") for item in server.customers] == [None, "Neu", None]
        again = renamed(desk, server, "--yes")
        assert again.stdout == "There is nothing to change: each is shown under this name already.\n"
    (sent,) = server.asked("rename")
    assert sent.header("Content-Type") == "application/merge-patch+json"
    assert sent.said == {"showAs": "Neu"}
    assert sent.header("X-Partner-ID") == PARTNER
    (entry,) = json.loads(typed(desk, "account", "ledger", "--json").stdout)
    assert (entry["change"], entry["before"], entry["after"], entry["outcome"]) == (
        "rename",
        "Customer 1",
        "Neu",
        "done",
    )
    assert entry["by"] == {"kind": "partner", "id": PARTNER, "client_id": "11111111…"}
    assert (desk / LEDGER).stat().st_mode & 0o777 == 0o600
    assert SECRET not in (desk / LEDGER).read_text("utf-8")
    assert "done: rename" in typed(desk, "account", "ledger").stdout


def test_a_customer_can_be_named_by_its_name_if_nobody_else_has_it(desk: Path) -> None:
    items = [{"id": customer_id(n), "name": name} for n, name in enumerate(("Twin", "twin", "Single"))]
    with serve(vendor(items)) as server:
        assert done(desk, server, "account", "rename", "SINGLE", "Neu", "--yes").returncode == 0
        said = done(desk, server, "account", "rename", "Twin", "Neu", "--yes")
        assert said.returncode == 2
        assert f"2 customers are called 'Twin': {customer_id(0)}, {customer_id(1)}." in said.stderr
        assert done(desk, server, "account", "rename", "Nobody", "Neu", "--yes").returncode == 2
        urn = f"urn:uuid:{customer_id(0).upper()}"
        assert done(desk, server, "account", "rename", urn, "One", "--yes").returncode == 0
    assert [item.get("showAs") for item in server.customers] == ["One", None, "Neu"]


# What became of it


@pytest.mark.promise("sent_once")
@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    ("fault", "outcome", "why"),
    [
        (DoneThough500(), "done", "InternalServerError: try again (500)"),
        (Broken(500, route="rename"), "not done", "InternalServerError: try again (500)"),
        (Broken(503, route="rename"), "not done", "InternalServerError: try again (503)"),
        (Cut(route="rename"), "done", "the answer was cut off"),
        (NoJson(route="rename"), "not done", "the answer is no JSON: <html>Proxy</html>"),
        (OtherShape(route="rename"), "not done", "the answer does not show it"),
        (Redirect(route="rename"), "not done", "the answer leads to another host, elsewhere.example"),
        (Instead(Reply(400, {"error": "BadRequest"}), route="rename"), "not done", "BadRequest (400)"),
        (Instead(Reply(404, {"error": "NotFound"}), route="rename"), "not done", "NotFound (404)"),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Fault) else None,
)
def test_an_unclear_answer_is_looked_up_in_the_list_and_the_change_is_not_sent_again(
    fault: Fault, outcome: str, why: str, desk: Path
) -> None:
    with serve(vendor_of(3), [fault]) as server:
        said = renamed(desk, server, "--yes")
    assert len(server.asked("rename")) == 1
    assert said.stdout.splitlines()[-1] == f"{outcome}: rename {customer_id(1)}: “Customer 1” → “Neu”; {why}"
    assert said.returncode == (0 if outcome == "done" else 16)
    assert (server.customers[1].get("showAs") == "Neu") == (outcome == "done")
    assert noted(desk) == [(customer_id(1), outcome)]


@pytest.mark.promise("sent_once")
def test_what_cannot_be_looked_up_is_not_known_and_settled_by_the_next_command(desk: Path) -> None:
    # The list comes once, before the change, and not after it.
    with serve(vendor_of(3), [DoneThough500(), Broken(route="customers", first=2)]) as server:
        said = renamed(desk, server, "--yes")
        assert said.returncode == 16
        assert said.stdout.splitlines()[-1].startswith(f"not known: rename {customer_id(1)}")
        assert "or nobody knows: 1" in said.stderr
        assert noted(desk) == [(customer_id(1), "not known")]
    kept = server.customers
    with serve(vendor(kept)) as server:
        said = done(desk, server, "account", "rename", customer_id(2), "Zwei", "--yes")
        assert "Nobody knew whether the change of" in said.stderr
        assert "by the list it was done." in said.stderr
        assert len(server.asked("rename")) == 1
    assert noted(desk) == [(customer_id(1), "done"), (customer_id(2), "done")]


@pytest.mark.parametrize(("fault", "status"), [(NotAllowed(), 405), (Forbidden(route="rename"), 403)])
def test_what_the_vendor_does_not_allow_is_done_by_hand_with_these_clicks(
    fault: Fault, status: int, desk: Path
) -> None:
    with serve(vendor_of(3), [fault]) as server:
        said = renamed(desk, server, "--yes")
    assert said.returncode == 16
    assert f"({status})" in said.stdout
    assert BY_HAND in said.stderr


@pytest.mark.parametrize("fault", [TokenEnds(2), Busy(0.05, "fraction", route="rename", last=1)], ids=["401", "429"])
def test_what_the_vendor_did_not_look_at_is_sent_when_it_does(fault: Fault, desk: Path) -> None:
    with serve(vendor_of(3), [fault]) as server:
        assert renamed(desk, server, "--yes").returncode == 0
    assert len(server.asked("rename")) == 2
    assert server.customers[1]["showAs"] == "Neu"


@pytest.mark.promise("sent_once")
@pytest.mark.sampled(1)
@pytest.mark.parametrize("moment", range(5))
def test_a_command_that_is_killed_while_it_waits_is_settled_by_the_next_one(moment: int, desk: Path) -> None:
    with serve(vendor_of(3), [Latency(5, route="rename", last=1)]) as server:
        configured(desk, server)
        command = [sys.executable, "-c", START, "account", "rename", customer_id(1), "Neu", "--yes"]
        process = subprocess.Popen(command, cwd=desk, stdout=subprocess.DEVNULL)
        while not server.asked("rename"):
            assert process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with (desk / LEDGER).open("a") as file:
            file.write('{"key": "cut o'[: moment * 4])
        assert noted(desk) == [(customer_id(1), "sent")]
        said = renamed(desk, server, "--yes")
        assert "by the list it was done." in said.stderr
        assert len(server.asked("rename")) == 1
    assert noted(desk) == [(customer_id(1), "done")]


@pytest.mark.sampled(0)
def test_two_commands_at_once_are_one_and_a_refusal(desk: Path) -> None:
    with serve(vendor_of(3), [Latency(2, route="rename")]) as server:
        configured(desk, server)
        command = [sys.executable, "-c", START, "account", "rename", customer_id(1), "Neu", "--yes"]
        first = subprocess.Popen(command, cwd=desk, stdout=subprocess.DEVNULL)
        while not server.asked("rename"):
            assert first.poll() is None
        assert typed(desk, "account", "rename", customer_id(2), "Zwei", "--yes").returncode == 14
        assert typed(desk, "account", "rename", customer_id(2), "Zwei").returncode == 0, "a preview changes nothing"
        assert first.wait() == 0


def test_without_a_ledger_nothing_is_sent(desk: Path) -> None:
    (desk / LEDGER).mkdir()
    with serve(vendor_of(3)) as server:
        said = renamed(desk, server, "--yes")
    assert said.returncode == 2
    assert "nothing is sent without it" in said.stderr
    assert not server.asked("rename")


# Many at once


def names(folder: Path, text: str, name: str = "names.csv") -> str:
    (folder / name).write_text(text, "utf-8")
    return name


def test_a_list_is_one_confirmation_and_a_line_each(desk: Path) -> None:
    listed = names(
        desk, f"\ufeffcustomer_name;customer_id;new_name\nx;{customer_id(0)};Null\ny;{customer_id(1)};\nz;{customer_id(2)};'=Zwei\n"
    )  # fmt: skip
    with serve(vendor_of(4), [Broken(route="rename", first=2, last=2)]) as server:
        seen = done(desk, server, "account", "rename", "--from", listed)
        assert (seen.returncode, len(server.asked("rename"))) == (0, 0)
        said = done(desk, server, "account", "rename", "--from", listed, "--yes")
    assert said.stdout.splitlines()[-2:] == [
        f"done: rename {customer_id(0)}: “Customer 0” → “Null”",
        f"not done: rename {customer_id(2)}: “Customer 2” → “=Zwei”; InternalServerError: try again (503)",
    ]
    assert said.returncode == 16
    assert "1 of 2 changes was not done" in said.stderr


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("customer_id,new_name\n{0},A\n{0},B\n", "is to get two names, 'A' and 'B'."),
        ("customer_id,new_name\n{9},A\n", "The vendor lists no customer"),
        ("customer_id,new_name\n{0},\n", "holds no new name."),
        ("customer_id,new_name\n,A\n", "line 2: a new name, and no customer."),
        ("customer_id,new_name\n{0},A,B\n", "line 2: "),
        ("customer_id,name\n{0},A\n", "was read as names, which needs `new_name`"),
        ("customer_id,new_name\n{0}," + "A" * 256 + "\n", "has 256 characters"),
    ],
    ids=["two names", "nobody", "no name", "no customer", "ragged", "no column", "long"],
)
def test_a_list_that_cannot_be_done_as_a_whole_sends_nothing(text: str, said: str, desk: Path) -> None:
    listed = names(desk, text.replace("{0}", customer_id(0)).replace("{9}", customer_id(9)))
    with serve(vendor_of(3)) as server:
        found = done(desk, server, "account", "rename", "--from", listed, "--yes")
    assert found.returncode in (2, 10)
    assert said in found.stderr
    assert not server.asked("rename")


def test_the_list_of_the_page_can_be_filled_in(desk: Path) -> None:
    with serve(vendor_of(2)) as server:
        configured(desk, server, more=MSP)
        twins = [{**item, "name": "Twin"} for item in vendor_of(2).customers]
    with serve(vendor(twins)) as server:
        configured(desk, server)
        assert typed(desk, "pull", "--only", "customers").returncode == 0
        listed = typed(desk, "sql", "--question", "names_to_correct", "--format", "csv").stdout.splitlines()
        filled = [f"{listed[0]},new_name", *(f"{row},Twin {place}" for place, row in enumerate(listed[1:], 1))]
        said = done(desk, server, "account", "rename", "--from", names(desk, "\n".join(filled)), "--yes")
        assert said.returncode == 0, said.stderr
    assert sorted(str(item["showAs"]) for item in server.customers) == ["Twin 1", "Twin 2"]


# New accounts


def test_a_monthly_usage_account_is_made_once_and_what_follows_is_said(desk: Path) -> None:
    with serve(vendor_of(2)) as server:
        seen = done(desk, server, *CREATE)
        assert "Partner Assistance is on by itself for a monthly usage account" in seen.stdout
        assert not server.asked("create")
        assert done(desk, server, *CREATE, "--yes").returncode == 0
        again = done(desk, server, *CREATE, "--yes")
        assert again.returncode == 2
        assert "lists a customer of this name already" in again.stderr
        assert done(desk, server, *CREATE, "--trial", "--same-name", "--yes").returncode == 0
    first, second = server.asked("create")
    assert first.said == {
        "name": "Neu AG",
        "billingType": "usage",
        "dataGeography": "DE",
        "contact": {
            "firstName": "Lena",
            "lastName": "Müller",
            "email": "lena@neu.example",
            "address": {"countryCode": "DE"},
        },
    }
    assert second.said["billingType"] == "trial"
    assert [outcome for _, outcome in noted(desk)] == ["done", "done"]
    assert "lena@neu.example" not in (desk / LEDGER).read_text("utf-8")


@pytest.mark.promise("sent_once")
@pytest.mark.parametrize(
    ("faults", "outcome"),
    [
        ([DoneThough500()], "done"),
        ([Broken(route="create")], "not done"),
        ([DoneThough500(), Broken(route="customers", first=2)], "not known"),
    ],
)
def test_a_new_account_of_which_nobody_knows_is_looked_up_and_not_sent_again(
    faults: list[Fault], outcome: str, desk: Path
) -> None:
    with serve(vendor_of(2), faults) as server:
        said = done(desk, server, *CREATE, "--yes")
        assert len(server.asked("create")) == 1
    assert said.stdout.splitlines()[-1].startswith(f"{outcome}: create “Neu AG”")
    assert [found for _, found in noted(desk)] == [outcome]


def test_two_new_accounts_of_one_name_by_others_are_not_taken_for_ours(desk: Path) -> None:
    class MadeByOthersToo(DoneThough500):
        def answered(self, request: Request, reply: Reply, desk: Desk) -> Reply:
            if request.route == "create":
                desk.customers = (*desk.customers, {"id": customer_id(77), "name": "Neu AG"})
            return super().answered(request, reply, desk)

    with serve(vendor_of(2), [MadeByOthersToo()]) as server:
        assert done(desk, server, *CREATE, "--yes").stdout.splitlines()[-1].startswith("not known: create")


@pytest.mark.parametrize("programs", ["", "[partner]\nprograms = []\n", '[partner]\nprograms = ["msp_flex_connect"]\n'])
def test_only_a_partner_in_msp_flex_creates_monthly_usage_accounts(programs: str, desk: Path) -> None:
    with serve(vendor_of(2)) as server:
        configured(desk, server, more=programs)
        said = typed(desk, *CREATE, "--yes")
        assert said.returncode == 13
        assert said.stderr.startswith("Error: Only partners in msp_flex can create monthly usage accounts")
        assert not server.requests
        assert typed(desk, *CREATE, "--trial", "--yes").returncode == 0


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"Neu AG": " "}, "Expected the account's name; found '', which is empty."),
        ({"Neu AG": "a\x1b[2J"}, "which holds a character that cannot be read."),
        ({"lena@neu.example": "lena"}, "Expected the contact's mail address; found 'lena'."),
        ({"lena@neu.example": "a@b.example, c@d.example"}, "Expected the contact's mail address"),
        ({"lena@neu.example": "lena@localhost"}, "Expected the contact's mail address"),
        ({"DE": "Germany"}, "Expected the country as a code of two letters, such as DE; found 'GERMANY'."),
        ({"DE": "EU"}, "Expected the country as a code of two letters"),
        ({"Müller": "\ufffd"}, "Expected a contact on one line"),
    ],
)
def test_a_new_account_is_checked_before_anything_is_sent(change: dict[str, str], said: str, desk: Path) -> None:
    with serve(vendor_of(2)) as server:
        found = done(desk, server, *(change.get(word, word) for word in CREATE), "--yes")
        assert not server.requests
    assert found.returncode == 2
    assert said in found.stderr


@pytest.mark.parametrize(
    ("options", "said"), [(("--region", "eu01"), "found both"), (("--region", "eu"), "found both")]
)
def test_data_are_kept_in_a_geography_or_in_a_region(options: tuple[str, ...], said: str, desk: Path) -> None:
    with serve(vendor_of(2)) as server:
        assert said in done(desk, server, *CREATE, *options, "--yes").stderr
        without = [word for word in CREATE if word != "--geography"]
        without.remove("DE")
        assert "found neither" in done(desk, server, *without, "--yes").stderr
        assert "Expected a region such as eu01" in done(desk, server, *without, "--region", "europe", "--yes").stderr
        assert done(desk, server, *without, "--region", "eu01", "--yes").returncode == 0
    assert server.asked("create")[0].said["dataRegion"] == "eu01"


def test_an_organizations_credentials_change_nothing(desk: Path) -> None:
    with serve(vendor_of(2, kind="organization")) as server:
        said = renamed(desk, server, "--yes")
    assert said.returncode == 16
    assert "of the kind organization, which cannot change accounts" in said.stderr


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=300))
def test_any_name_is_refused_or_sent_as_it_was_seen(desk: Path, text: str) -> None:
    name = tidy(text)
    with serve(vendor_of(1)) as server:
        configured(desk, server)
        said = typed(desk, "account", "rename", "--yes", "--", customer_id(0), text)
        sent = [request.said for request in server.asked("rename")]
    if name_problem(name) or name == "Customer 0":
        assert not sent
    else:
        assert sent == [{"showAs": name}], said.stderr
        assert server.customers[0]["showAs"] == name
