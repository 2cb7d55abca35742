"""A job, from exports that arrive to mails that are sent: each step once, whatever happens in between."""

from __future__ import annotations

import json
import os
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from subprocess import CompletedProcess
from zoneinfo import ZoneInfo

import polars as pl
import pytest
import trustme

from partner_analytics import Portfolio
from partner_analytics.deliver import inbox, smtp
from partner_analytics.deliver.log import logging_to
from partner_analytics.deliver.run import run
from partner_analytics.deliver.status import status
from partner_analytics.jobs.ledger import note_installed
from tests.support.keyrings import kept_in_memory
from tests.support.mail_server import PASSWORD, USER, Faults, post_office
from tests.support.paths import FIXTURES
from tests.support.terminal import typed
from tests.support.vendor_data import SECRET, customer_id, vendor_of
from tests.support.vendor_faults import Broken, Fault
from tests.support.vendor_server import configured, serve

START = "import sys; from partner_analytics.commands.program import main; main(sys.argv[1:])"
BERLIN = ZoneInfo("Europe/Berlin")
EXPORTS = ("customers.csv", "licenses.csv", "assistance.csv", "customer_facts.csv")
MANAGERS = ("Mei Okonjo", "Jonas Castellano", "Amara Lindqvist")
ADDRESSES = ("lead@example.com", *(f"{name.split()[0].lower()}@example.com" for name in MANAGERS))

JOB = """
[jobs.monday]
when = "Mon 07:00"
load = ["inbox/*"]
snapshot_date = "today"
reports = ["actions", "renewals"]
formats = ["{form}"]
out = "reports/{day}"
{more}
[jobs.monday.mail]
to = ["lead@example.com"]
each_manager = true
attach = ["{form}"]
[mail]
host = "127.0.0.1"
port = {port}
security = "{security}"
from = "reports@example.com"
{user}
""" + "".join(
    f'[account_managers."{name}"]\nmail = "{address}"\n' for name, address in zip(MANAGERS, ADDRESSES[1:], strict=True)
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with exports in its inbox, of somebody who does not wait long."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(inbox, "STILL_SECONDS", 0.0)
    monkeypatch.setattr(smtp, "FIRST_PAUSE", 0.01)
    arrive(tmp_path)
    return tmp_path


def arrive(folder: Path, *names: str) -> None:
    """Let exports arrive that were whole some minutes ago."""
    (folder / "inbox").mkdir(exist_ok=True)
    for name in names or EXPORTS:
        file = folder / "inbox" / name
        file.write_bytes((FIXTURES / name).read_bytes())
        os.utime(file, (time.time() - 300,) * 2)


def described(
    folder: Path, port: int = 1, *, more: str = "", security: str = "none", user: str = "", form: str = "ics"
) -> None:
    """Describe the job; a calendar is made sooner than a page, so the page is for those who look at it."""
    text = (
        JOB.replace("{port}", str(port)).replace("{form}", form).replace("{security}", security).replace("{user}", user)
    )
    (folder / "partner_analytics.toml").write_text(text.replace("{more}", more), "utf-8")


def done(folder: Path, *options: str) -> CompletedProcess[str]:
    said = typed(folder, "run", "monday", *options)
    assert PASSWORD not in said.stdout + said.stderr
    return said


def steps(folder: Path) -> dict[str, str]:
    """What the ledger says became of each step but the mails."""
    rows = Portfolio.open("partner.duckdb").sql("select step, outcome from runs where step <> 'mail'")
    return dict(rows.iter_rows())


# All of it


def test_a_job_loads_writes_and_sends_and_says_so_in_sql(desk: Path) -> None:
    with post_office() as post:
        described(desk, post.port, form="html")
        said = done(desk)
    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines()[-1] == "done."
    assert sorted(post.recipients) == sorted(ADDRESSES)
    today = date.today().isoformat()
    assert sorted(file.name for file in (desk / "inbox" / "done" / today).iterdir()) == sorted(EXPORTS)
    assert {file.name for file in (desk / "reports" / today).iterdir()} == {"index.html", "manifest.json"}
    assert steps(desk) == {"run": "done", "load": "done", "reports": "done", "mails": "done"}
    mails = Portfolio.open("partner.duckdb").sql(
        "select outcome, count(*) as mails from runs where step = 'mail' group by all"
    )
    assert mails.rows() == [("sent", 4)]
    assert not list((desk / "partner-analytics-runs").rglob("*.eml")), "what was sent does not lie there"


def test_a_mail_has_the_finding_as_subject_ten_things_to_do_and_the_page(desk: Path) -> None:
    with post_office() as post:
        described(desk, post.port, form="html")
        done(desk)
    mail = post.mail("lead@example.com")
    assert re.fullmatch(r"\d+ licenses with \d+ seats end (this week|within 30 days)", mail["Subject"])
    assert (mail["From"], mail["To"], mail["Auto-Submitted"]) == (
        "reports@example.com",
        "lead@example.com",
        "auto-generated",
    )
    body, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert body is not None
    assert html is not None
    text = body.get_content().replace("\r\n", "\n")
    assert text.startswith("5 rows of the exports were refused.\n\n"), "what is not whole comes first"
    assert len(re.findall("^- ", text, re.MULTILINE)) == 10
    assert "more are in the reports." in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Catering" in html.get_content()
    assert "<script>" not in html.get_content()
    (page,) = mail.iter_attachments()
    assert page.get_filename() == "index.html"
    assert page.get_content() == (desk / "reports" / date.today().isoformat() / "index.html").read_text("utf-8")


@pytest.mark.promise("packs")
def test_each_account_manager_gets_their_customers_and_nobody_elses(desk: Path) -> None:
    with post_office() as post:
        described(desk, post.port, form="html")
        done(desk)
    portfolio = Portfolio.open("partner.duckdb")
    overview = portfolio.customer_overview().frame.filter(~pl.col("customer_name").is_duplicated())
    names = dict(overview.select("customer_name", "account_manager").iter_rows())
    for manager, address in zip(MANAGERS, ADDRESSES[1:], strict=True):
        content = post.mail(address).as_string() + "".join(
            part.get_content() for part in post.mail(address).iter_attachments()
        )
        others = [name for name, of in names.items() if of != manager and name.isascii() and len(name) > 12]
        assert len(others) > 5
        assert not [name for name in others if name in content]


@pytest.mark.sampled(0)
def test_mails_and_their_subjects_are_german_where_the_job_is(desk: Path) -> None:
    with post_office() as post:
        described(desk, post.port, more='language = "de"')
        assert done(desk).returncode == 0
    mail = post.mail("lead@example.com")
    assert re.fullmatch(r"\d+ Lizenzen mit \d+ Plätzen enden (diese Woche|binnen 30 Tagen)", mail["Subject"])
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().startswith("5 Zeilen der Exporte wurden abgelehnt.")


# Once


@pytest.mark.sampled(0)
@pytest.mark.promise("sent_once")
def test_what_was_done_for_a_day_is_not_done_again_unless_it_is_asked_for(desk: Path) -> None:
    with post_office() as post:
        described(desk, post.port)
        assert done(desk).returncode == 0
        again = done(desk)
        assert (again.returncode, len(post.taken)) == (0, 4)
        assert "--again does it once more" in again.stdout
        assert done(desk, "--due").returncode == 0
        assert len(post.taken) == 4
        assert done(desk, "--again").returncode == 0
        assert len(post.taken) == 8


KILLED = """
import os
from partner_analytics.jobs import ledger
add = ledger.append
def add_and_end(*where, outcome, **said):
    add(*where, outcome=outcome, **said)
    if outcome == "sending":
        os._exit(9)
ledger.append = add_and_end
"""
"""Ends the process as soon as the ledger has it that a mail is about to be sent."""


@pytest.mark.sampled(0)
@pytest.mark.promise("sent_once")
def test_a_mail_of_which_a_kill_left_open_whether_it_was_sent_is_named_and_not_sent_again(desk: Path) -> None:
    with post_office() as post:
        described(desk, post.port)
        killed = subprocess.run([sys.executable, "-c", KILLED + START, "run", "monday"], cwd=desk, capture_output=True, check=False)  # fmt: skip
        assert killed.returncode == 9
        said = done(desk)
        assert said.returncode == 18
        assert f"mail to {ADDRESSES[0]}: not known" in said.stdout + said.stderr
        assert sorted(post.recipients) == sorted(ADDRESSES[1:])


@pytest.mark.sampled(1)
@pytest.mark.promise("sent_once")
@pytest.mark.parametrize("moment", range(30))
def test_a_run_that_is_killed_at_any_moment_sends_no_mail_twice_and_forgets_none(moment: int, desk: Path) -> None:
    with post_office(Faults(delay=0.05)) as post:
        described(desk, post.port)
        process = subprocess.Popen([sys.executable, "-c", START, "run", "monday"], cwd=desk, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        time.sleep(0.3 + moment * 0.09)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        time.sleep(0.1)
        said = done(desk)
        assert said.returncode in (0, 18), said.stderr
        assert len(set(post.recipients)) == len(post.recipients)
        # Between the ledger's note and a mail's last line a kill costs the mail: then that is said.
        missing = set(ADDRESSES) - set(post.recipients)
        told = set(re.findall(r"mail to (\S+): not known", said.stdout + said.stderr))
        assert missing <= told
        assert len(told) <= 1
        assert not told or said.returncode == 18
    assert Portfolio.open("partner.duckdb").verify().problems == ()
    assert not [file for file in (desk / "inbox").iterdir() if file.is_file()]
    loaded = Portfolio.open("partner.duckdb").sql("select count(*) from loads").item()
    assert loaded == len(EXPORTS)
    manifest = json.loads((desk / "reports" / date.today().isoformat() / "manifest.json").read_text("utf-8"))
    assert manifest["files"].keys() == {"renewals.ics"}


def test_a_mail_that_had_ended_when_the_connection_broke_is_not_sent_again(desk: Path) -> None:
    with post_office(Faults(cut_after=2)) as post:
        described(desk, post.port)
        said = done(desk)
        assert said.returncode == 18
        assert "not known, the connection broke when it was there" in said.stderr
        assert done(desk).returncode == 18
        assert sorted(post.recipients) == sorted(ADDRESSES)


@pytest.mark.sampled(0)
def test_a_mail_that_had_not_ended_when_the_connection_broke_is_sent_again(desk: Path) -> None:
    with post_office(Faults(cut_before=2)) as post:
        described(desk, post.port)
        assert done(desk).returncode == 0
    assert sorted(post.recipients) == sorted(ADDRESSES)


@pytest.mark.sampled(0)
def test_two_runs_of_a_job_at_once_are_one_and_a_refusal(desk: Path) -> None:
    with post_office(Faults(delay=1)) as post:
        described(desk, post.port)
        first = subprocess.Popen([sys.executable, "-c", START, "run", "monday"], cwd=desk, stdout=subprocess.DEVNULL)
        while not post.begun:
            assert first.poll() is None
            time.sleep(0.02)
        assert done(desk).returncode == 14
        assert first.wait() == 0


# Not whole


def test_a_recipient_who_is_refused_is_named_and_the_others_get_theirs(desk: Path) -> None:
    with post_office(Faults(refused=frozenset({"mei@example.com"}))) as post:
        described(desk, post.port)
        said = done(desk)
        assert said.returncode == 18
        assert "mail to mei@example.com: refused, 550 no such user mei@example.com" in said.stderr
        assert sorted(post.recipients) == sorted(set(ADDRESSES) - {"mei@example.com"})
        assert done(desk).returncode == 18
        assert len(post.taken) == 3, "who was refused for good is not written to again"


@pytest.mark.sampled(0)
def test_a_sender_who_is_refused_is_no_recipient_who_is(desk: Path) -> None:
    """That is mended in the settings, and then the mails go out."""
    with post_office(Faults(refuses_sender=True)) as post:
        described(desk, post.port)
        said = done(desk)
        assert said.returncode == 18
        assert "failed, 550 you may not send from there" in said.stderr
    with post_office() as post:
        described(desk, post.port)
        assert done(desk).returncode == 0
        assert sorted(post.recipients) == sorted(ADDRESSES)


@pytest.mark.sampled(0)
def test_a_job_can_write_a_folder_each_and_be_due_on_several_days(desk: Path) -> None:
    with post_office() as post:
        described(desk, post.port, more='split_by = "account_manager"', form="csv")
        settings = desk / "partner_analytics.toml"
        several = settings.read_text("utf-8").replace(
            'when = "Mon 07:00"', 'when = ["Mon 07:00", "Thu 07:00", "1st 08:00"]'
        )
        settings.write_text(several, "utf-8")
        assert done(desk).returncode == 0
        (lead,) = [content for to, content in post.taken if to == "lead@example.com"]
    place = desk / "reports" / date.today().isoformat()
    folders = [one for one in place.iterdir() if one.is_dir()]
    assert len(folders) == len(MANAGERS) + 1, "one for the customers that nobody looks after"
    for folder in folders:
        assert {"actions.csv", "renewals.csv"} <= {file.name for file in folder.iterdir()}
    assert b'filename="actions.csv"' in lead
    (job,) = Portfolio.open().settings.jobs
    assert len(job.when) == 3


def test_where_no_ledger_can_be_kept_nothing_is_done_and_it_is_one_sentence(desk: Path) -> None:
    described(desk)
    (desk / "partner-analytics-runs").write_text("mine", "utf-8")
    said = done(desk)
    assert said.returncode == 2
    assert said.stderr.startswith("Error: The ledger of runs in partner-analytics-runs cannot be written")
    assert (desk / "partner-analytics-runs").read_text("utf-8") == "mine"
    assert sorted(file.name for file in (desk / "inbox").iterdir()) == sorted(EXPORTS)


@pytest.mark.sampled(0)
def test_who_is_asked_to_come_later_comes_later(desk: Path) -> None:
    with post_office(Faults(busy=2)) as post:
        described(desk, post.port)
        assert done(desk).returncode == 0
    assert len(post.taken) == 4


def test_without_a_mail_server_the_reports_are_there_and_the_mails_wait_for_the_next_try(desk: Path) -> None:
    described(desk, 9)
    said = done(desk)
    assert said.returncode == 18
    assert "failed, it cannot be reached" in said.stderr
    assert (desk / "reports" / date.today().isoformat() / "renewals.ics").exists()
    with post_office() as post:
        described(desk, post.port)
        assert done(desk).returncode == 0
        assert sorted(post.recipients) == sorted(ADDRESSES)


def test_a_file_that_cannot_be_read_is_refused_with_the_reason_beside_it_and_the_others_are_loaded(desk: Path) -> None:
    (desk / "inbox" / "Bad file.csv").write_text("nothing,here\n1,2\n", "utf-8")
    with post_office() as post:
        described(desk, post.port)
        said = done(desk)
        body = post.mail("lead@example.com").get_body(("plain",))
    assert said.returncode == 18
    refused = desk / "inbox" / "refused"
    assert (refused / "Bad file.csv").read_text("utf-8") == "nothing,here\n1,2\n"
    assert "Hint: " in (refused / "Bad file.csv.reason.txt").read_text("utf-8")
    assert body is not None
    assert body.get_content().startswith("1 export could not be read, and lies in the folder of refused ones")


def test_a_file_that_still_grows_waits(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    growing = desk / "inbox" / "licenses.csv"
    os.utime(growing)

    def grow(seconds: float) -> None:
        if seconds == inbox.STILL_SECONDS:
            with growing.open("a") as file:
                file.write("\n")

    monkeypatch.setattr(inbox, "STILL_SECONDS", 60.0)
    monkeypatch.setattr(time, "sleep", grow)
    with post_office() as post:
        described(desk, post.port)
        said = done(desk)
    assert said.returncode == 18
    assert "1 export was still growing, and waits for the next run." in said.stdout
    assert [file.name for file in (desk / "inbox").iterdir() if file.is_file()] == ["licenses.csv"]


def test_where_nothing_can_be_loaded_no_file_is_refused_for_it(desk: Path) -> None:
    """The store cannot be written: that is no fault of the exports, and they stay where they are."""
    with post_office() as post:
        described(desk, post.port)
        (desk / "partner.duckdb").mkdir()
        said = done(desk)
    assert said.returncode in (2, 14)
    assert sorted(file.name for file in (desk / "inbox").iterdir()) == sorted(EXPORTS)


@pytest.mark.sampled(0)
def test_a_run_that_goes_on_the_next_day_loads_for_the_day_on_which_it_began(desk: Path) -> None:
    described(desk, 9)
    portfolio = Portfolio.open()
    (job,) = portfolio.settings.jobs
    moments = (datetime(2026, 11, 2, 23, 59, tzinfo=BERLIN), datetime(2026, 11, 3, 0, 5, tzinfo=BERLIN))
    for moment in moments:
        run(job, portfolio, lambda moment=moment: moment, tell=lambda _: None, zone=BERLIN)  # type: ignore[misc]
        # As after a kill between loading and moving.
        arrive(desk) if moment is moments[0] else None
        ledger = desk / "partner-analytics-runs" / "runs.jsonl"
        text = ledger.read_text("utf-8").replace(
            '"step": "load", "outcome": "done"', '"step": "load", "outcome": "begun"'
        )
        ledger.write_text(text, "utf-8")
    days = portfolio.sql("select distinct snapshot_date from loads", as_of="2026-11-03")["snapshot_date"].to_list()
    assert days == [date(2026, 11, 2)]
    assert not [file for file in (desk / "inbox").iterdir() if file.is_file()]


@pytest.mark.sampled(0)
def test_a_file_of_the_same_name_does_not_take_the_place_of_one_that_was_loaded(desk: Path) -> None:
    described(desk)
    done(desk)
    arrive(desk, "customers.csv")
    done(desk, "--again")
    there = desk / "inbox" / "done" / date.today().isoformat()
    assert {"customers.csv", "customers-2.csv"} <= {file.name for file in there.iterdir()}


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("name", "day"), [("licenses 2026-11-02.csv", "2026-11-02"), ("Lizenzen_20261102.csv", "2026-11-02"), ("02.11.2026 x.csv", "2026-11-02")]
)  # fmt: skip
def test_the_day_of_an_export_can_be_in_its_name(name: str, day: str, desk: Path) -> None:
    for file in (desk / "inbox").iterdir():
        file.rename(desk / name) if file.name == "licenses.csv" else file.unlink()
    (desk / name).rename(desk / "inbox" / name)
    described(desk)
    settings = desk / "partner_analytics.toml"
    settings.write_text(settings.read_text("utf-8").replace('"today"', '"from name"'), "utf-8")
    arrive(desk, "customers.csv")
    done(desk)
    loads = Portfolio.open("partner.duckdb").sql("select kind, snapshot_date from loads")
    assert loads.rows() == [("licenses", date.fromisoformat(day))]
    assert "Expected a day in its name" in (desk / "inbox" / "refused" / "customers.csv.reason.txt").read_text("utf-8")


def test_a_step_that_fails_stops_what_rests_on_it_and_the_lead_is_told(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNER_ANALYTICS_CLIENT_ID", "x")
    monkeypatch.setenv("PARTNER_ANALYTICS_CLIENT_SECRET", "y")
    with post_office() as post, serve(vendor_of(1)) as server:
        described(desk, post.port, more="pull = true")
        settings = desk / "partner_analytics.toml"
        api = f'[api]\nsign_in = "{server.url}"\nglobal = "{server.url}"\n'
        settings.write_text(settings.read_text("utf-8") + api, "utf-8")
        said = done(desk)
        assert said.returncode == 16
        assert not (desk / "reports").exists()
        assert post.recipients == ["lead@example.com"]
        mail = post.mail("lead@example.com")
        assert mail["Subject"] == "monday: there are no new reports"
        body = mail.get_body(("plain",))
        assert body is not None
        assert "The step pull failed: The vendor refuses the sign-in" in body.get_content()
        assert done(desk).returncode == 16
        assert len(post.taken) == 1, "the second failure is no news"


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("faults", "code", "first"),
    [
        ([], 0, ""),
        ([Broken(route="licenses", customer=customer_id(3))], 18, "1 customer could not be asked for: their licenses are not known."),
    ],
)  # fmt: skip
def test_a_job_pulls_and_says_first_what_did_not_come(faults: list[Fault], code: int, first: str, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    from partner_analytics.vendor import pauses
    from tests.support.vendor_data import CLIENT_ID

    monkeypatch.setattr(pauses, "FIRST_PAUSE", 0.01)
    monkeypatch.setenv("PARTNER_ANALYTICS_CLIENT_ID", CLIENT_ID)
    monkeypatch.setenv("PARTNER_ANALYTICS_CLIENT_SECRET", SECRET)
    with post_office() as post, serve(vendor_of(9), faults) as server:
        configured(desk, server)
        api = (desk / "partner_analytics.toml").read_text("utf-8")
        described(desk, post.port, more="pull = true")
        text = (desk / "partner_analytics.toml").read_text("utf-8").replace('load = ["inbox/*"]\n', "")
        (desk / "partner_analytics.toml").write_text(text.replace("each_manager = true\n", "") + api, "utf-8")
        said = done(desk)
    assert said.returncode == code, said.stderr
    body = post.mail("lead@example.com").get_body(("plain",))
    assert body is not None
    assert body.get_content().startswith(first)


# Missed, and out of date


@contextmanager
def at(moment: datetime) -> Iterator[Callable[[], datetime]]:
    yield lambda: moment


def test_what_was_missed_is_caught_up_once_and_told(desk: Path) -> None:
    with post_office() as post:
        described(desk, post.port)
        portfolio = Portfolio.open()
        (job,) = portfolio.settings.jobs
        told: list[str] = []

        def running(moment: datetime) -> tuple[int, tuple[str, ...]]:
            outcome = run(job, portfolio, lambda: moment, tell=told.append, only_due=True, zone=BERLIN)
            return outcome.code, outcome.said

        first = datetime(2026, 11, 2, 7, 0, 5, tzinfo=BERLIN)
        # The exports are of today, and the reports of the simulated day, so they are loaded for that.
        portfolio.load(*(FIXTURES / name for name in EXPORTS), snapshot_date="2026-11-02")
        assert running(first)[0] == 0
        assert "--again does it once more" in running(first + timedelta(days=6))[1][0]
        # The machine was off for two Mondays.
        code, said = running(datetime(2026, 11, 24, 9, 30, tzinfo=BERLIN))
        assert code == 0
        assert said[0] == "2 runs before this one were missed."
        assert len(post.taken) == 8
        # Across the change of clocks it is still seven o'clock.
        assert running(datetime(2026, 11, 30, 6, 59, tzinfo=BERLIN))[1][0].startswith(
            "monday: was done for 2026-11-23 07:00"
        )
        assert running(datetime(2026, 11, 30, 7, 0, tzinfo=BERLIN))[0] == 0
    (lead, *_) = [content for to, content in post.taken[8:] if to == "lead@example.com"]
    assert b"The newest export of customers is of 2026-11-02, 28 days old" in lead.replace(b"=\r\n", b"")


def test_what_was_due_before_it_was_installed_was_not_missed(desk: Path) -> None:
    described(desk, more="")
    (job,) = Portfolio.open().settings.jobs
    installed = datetime(2026, 11, 5, 12, tzinfo=BERLIN)
    note_installed(desk / "partner-analytics-runs", "monday", installed)

    def looked(moment: datetime) -> tuple[int, str, bool]:
        found = status((job,), desk / "partner-analytics-runs", {}, moment, BERLIN)
        outcome = run(job, Portfolio.open(), lambda: moment, tell=lambda _: None, only_due=True, zone=BERLIN)
        return found.jobs[0].missed, outcome.said[0], found.is_well

    assert looked(installed) == (0, "monday: was not due since it was installed; without --due it runs now.", True)
    # The machine was off on the first Monday, and on the second.
    missed, said, is_well = looked(datetime(2026, 11, 16, 9, tzinfo=BERLIN))
    assert (missed, said, is_well) == (2, "1 run before this one was missed.", False)


@pytest.mark.sampled(0)
def test_who_calls_it_from_a_scheduler_of_their_own_is_in_time_for_an_hour(desk: Path) -> None:
    described(desk)
    (job,) = Portfolio.open().settings.jobs
    late = run(job, Portfolio.open(), lambda: datetime(2026, 11, 2, 8, 1, tzinfo=BERLIN), tell=lambda _: None, only_due=True, zone=BERLIN)  # fmt: skip
    assert "was not due" in late.said[0]
    in_time = run(job, Portfolio.open(), lambda: datetime(2026, 11, 2, 7, 1, tzinfo=BERLIN), tell=lambda _: None, only_due=True, zone=BERLIN)  # fmt: skip
    assert "was not due" not in in_time.said[0]


@pytest.mark.sampled(0)
def test_a_page_says_when_exports_are_older_than_the_rhythm_allows(desk: Path) -> None:
    described(desk, form="html")
    for file in (desk / "inbox").iterdir():
        file.unlink()
    portfolio = Portfolio.open()
    portfolio.load(*(FIXTURES / name for name in EXPORTS), snapshot_date="2026-11-02")
    (job,) = portfolio.settings.jobs
    for day, is_old in ((9, False), (10, True)):
        moment = datetime(2026, 11, day, 12, tzinfo=BERLIN)
        run(job, portfolio, lambda moment=moment: moment, tell=lambda _: None, again=True, zone=BERLIN)  # type: ignore[misc]
        page = (desk / "reports" / f"2026-11-{day:02}" / "index.html").read_text("utf-8")
        assert ("The newest export of licenses is of" in page) == is_old


@pytest.mark.sampled(0)
def test_only_so_many_folders_of_days_are_kept_and_nothing_of_others_goes(desk: Path) -> None:
    described(desk, more="keep = 2")
    portfolio = Portfolio.open()
    portfolio.load(*(FIXTURES / name for name in EXPORTS), snapshot_date="2026-11-02")
    (job,) = portfolio.settings.jobs
    for day in (3, 4, 5, 6):
        moment = datetime(2026, 11, day, 12, tzinfo=BERLIN)
        run(job, portfolio, lambda moment=moment: moment, tell=lambda _: None, again=True, zone=BERLIN)  # type: ignore[misc]
        (desk / "reports" / f"2026-11-{day:02}" / "my notes.txt").write_text("mine", "utf-8") if day == 4 else None
    (desk / "reports" / "2020-01-01").mkdir()
    assert sorted(one.name for one in (desk / "reports").iterdir()) == [
        "2020-01-01",
        "2026-11-04",
        "2026-11-05",
        "2026-11-06",
    ]
    assert [one.name for one in (desk / "reports" / "2026-11-04").iterdir()] == ["my notes.txt"]


# Safe


@pytest.mark.sampled(0)
@pytest.mark.promise("secrets")
def test_mails_are_encrypted_and_the_password_goes_to_nobody_else(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority, other = trustme.CA(), trustme.CA()
    monkeypatch.setenv("PARTNER_ANALYTICS_MAIL_PASSWORD", PASSWORD)
    with authority.cert_pem.tempfile() as trusted:
        monkeypatch.setenv("SSL_CERT_FILE", trusted)
        for who, is_secure, security in ((other, False, "starttls"), (other, True, "tls"), (authority, False, "starttls"), (authority, True, "tls")):  # fmt: skip
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            who.issue_cert("127.0.0.1").configure_cert(context)
            arrive(desk)
            with post_office(context=context, is_secure=is_secure) as post:
                described(desk, post.port, security=security, user=f'user = "{USER}"')
                said = done(desk, "--again")
            if who is other:
                assert said.returncode == 18
                assert "its certificate is not trusted" in said.stderr
                assert post.taken == []
                assert not [line for line in post.said if line.startswith("AUTH")]
            else:
                assert said.returncode == 0, said.stderr
                assert post.was_encrypted == [True] * 4
    assert not [file for file in desk.rglob("*") if file.is_file() and PASSWORD.encode() in file.read_bytes()]


def test_a_server_without_encryption_gets_no_password(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTNER_ANALYTICS_MAIL_PASSWORD", PASSWORD)
    with post_office() as post:
        described(desk, post.port, security="starttls", user=f'user = "{USER}"')
        said = done(desk)
    assert said.returncode == 18
    assert "it offers no encryption, or no sign-in" in said.stderr
    assert not [line for line in post.said if line.startswith("AUTH")]


def test_the_password_is_asked_for_tried_kept_and_forgotten(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    with kept_in_memory() as memory, post_office() as post:
        described(desk, post.port, user=f'user = "{USER}"')
        monkeypatch.setattr("sys.stdin", io.StringIO("wrong\n"))
        said = typed(desk, "connect", "--mail")
        assert said.returncode == 2
        assert "it refuses the sign-in (535)" in said.stderr
        assert "wrong" not in said.stderr
        assert memory.kept == {}
        assert "keep it: partner-analytics connect --mail" in typed(desk, "connect", "--mail", "--check").stderr
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
        assert (
            typed(desk, "connect", "--mail").stdout == "The mail server 127.0.0.1 takes mails of reports@example.com.\n"
        )
        assert typed(desk, "connect", "--mail", "--check").returncode == 0
        assert done(desk).returncode == 0
        assert len(post.taken) == 4
        assert typed(desk, "connect", "--mail", "--forget").stdout == "The password is removed.\n"
        assert memory.kept == {}


def test_the_log_is_private_and_names_steps_and_no_customer(desk: Path) -> None:
    with post_office() as post:
        described(desk, post.port)
        done(desk)
    log = desk / "partner-analytics-runs" / "monday.log"
    text = log.read_text("utf-8")
    assert "load: done, 4 exports with" in text
    names = Portfolio.open("partner.duckdb").customer_overview().frame["customer_name"].to_list()
    assert not [name for name in names if name in text]
    for file in (log, desk / "partner-analytics-runs" / "runs.jsonl"):
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_log_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partner_analytics.deliver.log.MOST_BYTES", 2_000)
    log = logging_to(tmp_path / "x.log", lambda: datetime(2026, 11, 2, 7))
    for number in range(500):
        log(f"step {number}\x1b[2J")
    sizes = {file.name: file.stat().st_size for file in tmp_path.iterdir()}
    assert sizes.keys() == {"x.log", "x.log.1"}
    assert max(sizes.values()) <= 2_000
    assert "step 499" in (tmp_path / "x.log").read_text("utf-8")
    assert "\x1b" not in (tmp_path / "x.log").read_text("utf-8")


@pytest.mark.sampled(0)
def test_what_is_too_large_for_a_mail_stays_where_it_is_and_a_link_leads_there(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partner_analytics.deliver.mails.MOST_BYTES", 1_000)
    with post_office() as post:
        described(desk, post.port, form="html")
        settings = desk / "partner_analytics.toml"
        link = 'link = "https://intranet.example/{day}/"'
        settings.write_text(
            settings.read_text("utf-8").replace('attach = ["html"]', f'attach = ["html"]\n{link}'), "utf-8"
        )
        assert done(desk).returncode == 0
    lead, manager = post.mail("lead@example.com"), post.mail("mei@example.com")
    assert list(lead.iter_attachments()) == []
    body, theirs = lead.get_body(("plain",)), manager.get_body(("plain",))
    assert body is not None
    assert theirs is not None
    today = date.today().isoformat()
    assert f"Too large for a mail: index.html. Look into reports/{today}." in body.get_content()
    assert f"https://intranet.example/{today}/" in body.get_content()
    assert "intranet" not in theirs.get_content(), "a link would lead to the customers of all"


def test_a_dry_run_writes_the_mails_and_does_nothing_else(desk: Path) -> None:
    with post_office() as post:
        described(desk, post.port)
        done(desk)
        before = sorted(str(file) for file in desk.rglob("*"))
        arrive(desk)
        said = done(desk, "--dry-run")
    assert said.returncode == 0
    assert len(post.taken) == 4
    mails = [Path(line) for line in said.stdout.splitlines()]
    assert [file.suffix for file in mails] == [".eml"] * 4
    after = {str(file) for file in desk.rglob("*")} - {str(desk / "inbox" / name) for name in EXPORTS}
    assert {one for one in after - set(before) if "dry-run" not in one} == set()


# Told


@contextmanager
def listening() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A server that heartbeats are told to."""
    heard: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append((self.path, self.rfile.read(int(self.headers.get("Content-Length", 0)))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/ping/1", heard
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.sampled(0)
def test_the_heartbeat_hears_of_the_start_and_the_end_and_of_no_customer(desk: Path) -> None:
    with listening() as (address, heard):
        with post_office() as post:
            described(desk, post.port, more=f'heartbeat = "{address}"')
            assert done(desk).returncode == 0
        assert heard == [("/ping/1/start", b""), ("/ping/1", b"")]
        heard.clear()
        assert done(desk).returncode == 0
        assert heard == [], "nothing was done"
        described(desk, 9, more=f'heartbeat = "{address}"')
        assert done(desk, "--again").returncode == 18
        assert heard == [("/ping/1/start", b""), ("/ping/1/fail", b"exit code 18")]


def test_a_heartbeat_that_nobody_hears_is_no_failure(desk: Path) -> None:
    with post_office() as post:
        described(desk, post.port, more='heartbeat = "http://127.0.0.1:9/x"')
        said = done(desk)
    assert said.returncode == 0
    assert "the heartbeat could not be told" in said.stderr


# How it went


def test_status_says_what_needs_a_look_and_ends_with_1(desk: Path) -> None:
    described(desk)
    said = typed(desk, "status")
    assert said.returncode == 1
    assert "It has never run, and no scheduler was told of it" in said.stdout
    with post_office() as post:
        described(desk, post.port)
        assert done(desk).returncode == 0
    said = typed(desk, "status", "--json")
    assert said.returncode == 0
    found = json.loads(said.stdout)
    (job,) = found["jobs"]
    assert (job["job"], job["outcome"], job["code"], job["missed"], found["is_well"]) == ("monday", "done", 0, 0, True)
    assert found["snapshots"]["licenses"] == {"day": date.today().isoformat(), "days": 0}
    assert "monday: last run" in typed(desk, "status").stdout


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ('when = "Monday"', "sets `jobs.monday.when` to 'Monday', which is no day with a time."),
        ('out = "reports/{week}"', "expected a folder, with {day} in it at most once."),
        ('out = "reports"\nkeep = 3', "lets `jobs.monday` keep 3 folders, and `out` writes all into one."),
        ('reports = ["renewal"]', "names 'renewal' in `jobs.monday.reports`, which is not known."),
        ('formats = ["pdf"]', "names 'pdf' in `jobs.monday.formats`, which is not known."),
        ('heartbeat = "http://hc.example"', "sets `jobs.monday.heartbeat` to 'http://hc.example', which is not encrypted"),
        ('split_by = "country"', "sets `jobs.monday.split_by` to 'country', which is not known."),
        ("load = 1", "sets `jobs.monday.load` to 1; expected a list of files or patterns."),
        ("lod = []", "has a key that is not known: `jobs.monday.lod`."),
        ('snapshot_date = "name"', "sets `jobs.monday.snapshot_date` to 'name', which is not known."),
    ],
)  # fmt: skip
def test_a_mistake_in_a_job_is_one_sentence_before_anything_is_done(change: str, sentence: str, desk: Path) -> None:
    described(desk)
    settings = desk / "partner_analytics.toml"
    keys = [line.partition(" =")[0] for line in change.splitlines()]
    kept = [line for line in settings.read_text("utf-8").splitlines() if line.partition(" =")[0] not in keys]
    text = "\n".join(kept).replace("[jobs.monday]", f"[jobs.monday]\n{change}", 1)
    settings.write_text(text, "utf-8")
    for command in (("check",), ("run", "monday")):
        said = typed(desk, *command)
        assert said.returncode == 13
        assert sentence in said.stdout + said.stderr
    assert sorted(file.name for file in (desk / "inbox").iterdir()) == sorted(EXPORTS)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run", "tuesday"), "The settings name no job 'tuesday'."),
        (("run", "--due", "--again"), "Expected one of --due, --again and --dry-run; found several."),
        (("schedule", "install", "tuesday"), "The settings name no job 'tuesday'."),
    ],
)
def test_a_wrong_word_is_one_sentence(words: tuple[str, ...], sentence: str, desk: Path) -> None:
    described(desk)
    said = typed(desk, *words)
    assert said.returncode == 2
    assert said.stderr.startswith(f"Error: {sentence}\nHint: ")
