"""Who asks the vendor: credentials that are tried, kept for one host alone, told of before they end, and never shown."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import pytest

from partner_analytics import Portfolio
from partner_analytics.demo.calls import Reply
from tests.support.keyrings import kept_in_memory
from tests.support.terminal import typed
from tests.support.vendor_data import CLIENT_ID, PARTNER, SECRET, customer_id, vendor_of
from tests.support.vendor_faults import Fault, Instead
from tests.support.vendor_server import configured, serve


def test_connect_says_what_it_found_and_check_only_tries(desk: Path) -> None:
    with serve(vendor_of(1)) as server:
        configured(desk, server)
        said = typed(desk, "connect", "--check")
    assert (said.returncode, said.stdout) == (0, f"The credentials are those of the partner {PARTNER}; they work.\n")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Instead(Reply(body={"id": PARTNER, "idType": "tenant"}), route="whoami"), "These credentials are of the kind 'tenant'"),
        (Instead(Reply(400, {"errorCode": "oauth.invalid", "message": f"bad {SECRET}"}), route="token"), "The vendor refuses the sign-in: oauth.invalid: bad … (400)."),
        (Instead(Reply(body={"id": PARTNER, "idType": "partner", "apiHosts": {"global": "http://api.example"}}), route="whoami"), "Expected the answer to name the host to ask; found 'http://api.example', which is not encrypted"),
        (Instead(Reply(body=[]), route="whoami"), "Expected an answer that says whose the credentials are; found []."),
    ],
    ids=["a customer's", "refused", "plain http", "other shape"],
)  # fmt: skip
def test_who_cannot_pull_is_told_why(fault: Fault, said: str, desk: Path) -> None:
    for command in ("connect --check", "pull"):
        with serve(vendor_of(1), [fault]) as server:
            configured(desk, server)
            found = typed(desk, *command.split())
        assert found.returncode == 16
        assert found.stderr.startswith(f"Error: {said}")
        assert SECRET not in found.stderr


def test_without_credentials_it_is_said_how_to_get_some(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PARTNER_ANALYTICS_CLIENT_SECRET")
    said = typed(desk, "pull")
    assert (said.returncode, said.stderr.split("\n")[0]) == (
        16,
        "Error: The environment has PARTNER_ANALYTICS_CLIENT_ID, and not PARTNER_ANALYTICS_CLIENT_SECRET.",
    )


def test_nobody_there_is_one_sentence(desk: Path) -> None:
    with serve(vendor_of(1)) as server:
        pass
    configured(desk, server)
    said = typed(desk, "pull")
    assert said.returncode == 16
    assert said.stderr.startswith("Error: The vendor's sign-in does not answer: it cannot be reached.")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('global = "http://api.example"', "sets `api.global` to 'http://api.example', which is not encrypted"),
        ('client_secret = "hush"', "holds a secret, `api.client_secret`; expected none"),
        ("connections = 0", "sets `api.connections` to 0; expected 1 to 32"),
    ],
)
def test_settings_name_no_secret_and_no_plain_address(line: str, sentence: str, desk: Path) -> None:
    (desk / "partner_analytics.toml").write_text(f"[api]\n{line}\n", "utf-8")
    said = typed(desk, "pull")
    assert said.returncode == 13
    assert sentence in said.stderr
    assert "hush" not in said.stderr


# The keyring


@pytest.fixture
def without(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same folder, where the environment has no credentials."""
    for name in ("PARTNER_ANALYTICS_CLIENT_ID", "PARTNER_ANALYTICS_CLIENT_SECRET"):
        monkeypatch.delenv(name)
    return desk


def test_connect_keeps_what_works_and_forgets_it(without: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = without
    with serve(vendor_of(2)) as server, kept_in_memory() as memory:
        configured(desk, server)
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{CLIENT_ID}\nwrong\n"))
        assert typed(desk, "connect").returncode == 16
        assert memory.kept == {}
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{CLIENT_ID}\n{SECRET}\n"))
        said = typed(desk, "connect")
        assert (said.returncode, said.stdout) == (
            0,
            f"The credentials are those of the partner {PARTNER}; they work, and are kept.\n",
        )
        assert SECRET not in said.stdout + said.stderr
        assert typed(desk, "pull", "--no-load").returncode == 0
        assert typed(desk, "connect", "--forget").stdout == "The credentials are removed.\n"
        assert memory.kept == {}
        assert typed(desk, "pull").returncode == 16
        assert typed(desk, "connect", "--forget").stdout == "There were no credentials to remove.\n"


@pytest.mark.promise("secrets")
def test_credentials_for_one_host_are_never_sent_to_another(without: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A settings file that leads to another host gets nothing of what was kept, and the demo takes no one's place."""
    with kept_in_memory(), serve(vendor_of(1)) as server:
        configured(without, server)
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{CLIENT_ID}\n{SECRET}\n"))
        assert typed(without, "connect").returncode == 0
        first = (without / "partner_analytics.toml").read_text("utf-8")
        with serve(vendor_of(1)) as other:
            configured(without, other)
            said = typed(without, "pull")
            assert (said.returncode, other.requests) == (16, [])
            assert "found none" in said.stderr
            assert typed(without, "connect", "--forget").stdout == "There were no credentials to remove.\n"
        (without / "partner_analytics.toml").write_text(first, "utf-8")
        assert typed(without, "connect", "--check").returncode == 0


# Their last day


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("days", "said", "is_soon"),
    [
        (61, "By the settings the credentials end on {day}, in 61 days.", False),
        (
            60,
            "By the settings the credentials end on {day}, in 60 days: make new ones in Sophos Central Partner.",
            True,
        ),
        (0, "By the settings the credentials end on {day}, in 0 days: make new ones in Sophos Central Partner.", True),
        (-1, "By the settings the credentials ended on {day}: make new ones in Sophos Central Partner.", True),
    ],
)
def test_it_is_told_when_credentials_end_and_from_sixty_days_before_on_the_page_too(
    days: int, said: str, is_soon: bool, desk: Path
) -> None:
    day = date.today() + timedelta(days)
    sentence = said.format(day=day)
    with serve(vendor_of(3)) as server:
        configured(desk, server, more=f"expires_on = {day}\n")
        assert sentence in typed(desk, "connect", "--check").stderr
        assert (sentence in typed(desk, "pull").stderr) == is_soon
    assert typed(desk, "report", "--out", "out").returncode == 0
    page = (desk / "out" / "index.html").read_text("utf-8")
    assert (f"The credentials for the vendor&#39;s API end on {day}." in page) == is_soon


def test_who_names_no_last_day_is_told_how_to(desk: Path) -> None:
    with serve(vendor_of(1)) as server:
        configured(desk, server)
        assert (
            "With `[api] expires_on` in the settings you are told before." in typed(desk, "connect", "--check").stderr
        )


@pytest.mark.parametrize("value", ['"2029-11-26"', "2029", "2029-11-26T07:00:00", "true"])
def test_a_last_day_that_is_no_day_is_one_sentence(value: str, desk: Path) -> None:
    (desk / "partner_analytics.toml").write_text(f"[api]\nexpires_on = {value}\n", "utf-8")
    said = typed(desk, "pull")
    assert said.returncode == 13
    assert "expected a day without quotes, such as 2029-11-26" in said.stderr


# Where it is seen


def test_a_card_says_what_asking_has_shown_and_on_which_day(desk: Path) -> None:
    today = date.today()
    with serve(vendor_of(4, refused=frozenset({customer_id(1)}))) as server:
        configured(desk, server)
        assert typed(desk, "pull").returncode == 0
    assert typed(desk, "report", "--out", "out").returncode == 0
    page = (desk / "out" / "index.html").read_text("utf-8")
    assert page.count(f"on since {today}, observed on {today} by asking") == 3
    assert page.count(f"off since {today}, observed on {today} by asking") == 1


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_notebook_cell_shows_how_far_a_pull_is_and_what_it_brought(desk: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    cell = nbformat.v4.new_code_cell('from partner_analytics import Portfolio\nPortfolio.open("partner.duckdb").pull()')
    notebook = nbformat.v4.new_notebook(cells=[cell])
    with serve(vendor_of(25)) as server:
        configured(desk, server)
        NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": desk}}).execute()
    shown, result = (output for output in cell.outputs if output.output_type != "stream")
    assert shown["data"]["text/plain"] == "25 of 25 customers asked"
    assert "<strong>25 customers</strong>" in result["data"]["text/html"]
    assert Portfolio.open("partner.duckdb").customer_overview().frame.height == 25
