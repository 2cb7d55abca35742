"""Drafts that ask for Partner Assistance: one per customer, in its language, and nothing that a name can smuggle in."""

from __future__ import annotations

import email
import json
import re
from dataclasses import replace
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_analytics import Portfolio
from partner_analytics.errors import SettingsError
from partner_analytics.publish import read_templates
from partner_analytics.publish.drafts import draft
from partner_analytics.publish.request_templates import FILES
from partner_analytics.publish.requests import request_drafts
from partner_analytics.settings import Settings
from tests.support.effort import examples

CUSTOMER = "00000000-0000-4000-8000-0000000000{:02}"


def drafts(folder: Path) -> dict[str, EmailMessage]:
    """The drafts of a folder, by the number at the end of the customer's id."""
    read = {}
    for file in sorted((folder / "requests").iterdir()):
        message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        read[file.stem[-2:]] = message
    return read


@pytest.fixture(scope="module")
def demo() -> Portfolio:
    return Portfolio.demo()


@pytest.fixture(scope="module")
def written(demo: Portfolio, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("drafts")
    demo.publish(folder, "assistance_coverage", formats=("csv",), requests=True)
    return folder


def text_of(message: EmailMessage) -> str:
    body = message.get_body()
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_whoever_is_to_be_asked_gets_one_draft_and_nobody_else(demo: Portfolio, written: Path) -> None:
    asked = demo.sql("select customer_id from assistance_coverage where next_step = 'ask_customer'")["customer_id"]
    assert sorted(drafts(written)) == sorted(customer[-2:] for customer in asked)
    manifest = json.loads((written / "manifest.json").read_text("utf-8"))
    assert sum(name.startswith("requests/") for name in manifest["files"]) == len(asked)


def test_a_draft_is_addressed_unsent_and_names_the_path(written: Path) -> None:
    message = drafts(written)["03"]
    assert message["To"] == "Ngozi Okafor <office@okafor-quillfeather.example>"
    assert message["X-Unsent"] == "1"
    assert message["From"] is None
    assert message["Subject"].endswith("Okafor, Quillfeather & Reyes")
    assert "Account Details > Sophos Support > Partner Assistance" in text_of(message)
    assert text_of(message).rstrip().endswith("Amara Lindqvist")


def test_customers_in_german_speaking_countries_are_asked_in_german(written: Path) -> None:
    assert text_of(drafts(written)["22"]).startswith("Guten Tag Anna Weber,")
    assert text_of(drafts(written)["03"]).startswith("Hello Ngozi Okafor,")


def test_a_customer_without_contact_gets_a_draft_without_address(written: Path) -> None:
    message = drafts(written)["90"]
    assert message["To"] is None
    assert text_of(message).startswith("Hello,")


def test_names_and_addresses_inject_no_header(tmp_path: Path) -> None:
    evil = b"Evil\\r\\nBcc: all@example.invalid\\r\\n\\r\\n<b>body</b>".decode("unicode_escape")
    (tmp_path / "customers.json").write_text(
        json.dumps(
            {
                "items": [
                    {"id": CUSTOMER.format(n), "name": evil, "billingType": "term",
                     "contact": {"firstName": evil, "lastName": "\u202ex", "email": address}}
                    for n, address in enumerate(("a@b.example\r\nBcc: x@y.example", "\"a b\"@b.example", "a@b.example, c@d.example",
                                                 "ok@b.example"))
                ],
                "pages": {"current": 1, "size": 4, "maxSize": 100},
            }
        ),
        "utf-8",
    )  # fmt: skip
    portfolio = Portfolio(tmp_path / "store.duckdb")
    portfolio.load(tmp_path / "customers.json", snapshot_date="2026-11-02")
    portfolio.publish(tmp_path, as_of="2026-11-02", formats=("csv",), requests=True)
    read = drafts(tmp_path)
    assert len(read) == 4
    for message in read.values():
        assert set(message.keys()) <= {
            "X-Unsent", "To", "Subject", "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
        }  # fmt: skip
        assert "\n" not in message["Subject"]
    assert [message["To"] is not None for _, message in sorted(read.items())] == [False, False, False, True]
    assert read["03"]["To"].addresses[0].addr_spec == "ok@b.example"


@pytest.mark.promise("same_bytes")
def test_the_same_store_makes_the_same_drafts(demo: Portfolio) -> None:
    overview, templates = demo.customer_overview(), read_templates(None)
    assert request_drafts(overview, templates) == request_drafts(demo.customer_overview(), templates)


def test_a_draft_goes_when_nobody_is_to_be_asked_any_more(demo: Portfolio, tmp_path: Path) -> None:
    demo.publish(tmp_path, "assistance_coverage", formats=("csv",), requests=True)
    (tmp_path / "requests" / "mine.txt").write_text("keep me", "utf-8")
    demo.publish(tmp_path, "assistance_coverage", formats=("csv",))
    assert [file.name for file in (tmp_path / "requests").iterdir()] == ["mine.txt"]


def test_a_template_of_ones_own_takes_the_place_of_the_shipped_one(demo: Portfolio, tmp_path: Path) -> None:
    (tmp_path / "en.txt").write_text("Subject: Hi $customer\n\nBest, $account_manager $$5\n", "utf-8")
    made = request_drafts(demo.customer_overview(), read_templates(tmp_path))
    (draft,) = [content for name, content in made.items() if name.startswith("requests/") and name.endswith("03.eml")]
    assert b"Subject: Hi Okafor, Quillfeather & Reyes" in draft
    assert b"Best, Amara Lindqvist $5" in draft


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello\n", "does not begin with a subject"),
        ("Subject: Hi\n\n$custmer\n", "did you mean `customer`"),
        ("Subject: Hi\n\n5 $ a seat\n", "dollar sign without a name after it"),
    ],
)
def test_a_template_that_cannot_be_filled_is_one_sentence(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "de.txt").write_text(text, "utf-8")
    with pytest.raises(SettingsError) as caught:
        read_templates(tmp_path)
    assert said in str(caught.value)


def test_a_folder_without_templates_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"neither en\.txt nor de\.txt"):
        read_templates(tmp_path / "nowhere")


# Renewals, trials, and the table of all


def table(folder: Path) -> pl.DataFrame:
    return pl.read_csv(folder / "requests.csv", infer_schema=False)


def message(file: Path) -> EmailMessage:
    read = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def test_whoever_has_something_to_renew_gets_one_draft_that_names_each_license(demo: Portfolio, written: Path) -> None:
    ending = demo.actions().frame.filter(pl.col("action").is_in(["renew", "reactivate"]))
    files = {file.stem[-36:]: file for file in (written / "renewals").iterdir()}
    assert files.keys() == set(ending["customer_id"])
    for row in ending.iter_rows(named=True):
        text = text_of(message(files[row["customer_id"]]))
        german = text.startswith("Guten Tag")
        assert row["product_name"] in text
        assert (f"{row['due_on']:%d.%m.%Y}" if german else row["due_on"].isoformat()) in text
        assert (f", {row['seats']} {'Plätze' if german else 'seats'}" in text) == ((row["seats"] or 0) > 0)


def test_whoever_tries_something_out_gets_one_draft(demo: Portfolio, written: Path) -> None:
    trials = demo.actions().frame.filter(action="convert_trial")["customer_id"]
    assert {file.stem[-36:] for file in (written / "trials").iterdir()} == set(trials)


def test_the_table_has_a_row_for_each_draft_and_says_why_there_is_none(demo: Portfolio, written: Path) -> None:
    rows = table(written)
    files = {file.relative_to(written).as_posix() for file in written.rglob("*.eml")}
    assert set(rows["file"].drop_nulls()) == files
    assert rows.filter(pl.col("file").is_null())["reason"].null_count() == 0
    to_check = demo.actions().frame.filter(action="check_assistance")["customer_id"]
    told = rows.filter(pl.col("customer_id").is_in(to_check.implode()), request="assistance")
    assert told["reason"].unique().to_list() == [
        "to be checked first: it should be on by itself, so the customer is not asked"
    ]
    assert told["file"].null_count() == told.height == len(to_check)
    assert rows.filter(pl.col("email").is_null(), pl.col("file").is_not_null())["reason"].null_count() == 0
    for file, subject in rows.select("file", "subject").drop_nulls().iter_rows():
        assert message(written / file)["Subject"].split() == subject.split()


def test_a_draft_says_who_writes_and_why_and_has_no_link(tmp_path: Path, demo: Portfolio) -> None:
    settings = Settings(partner="Brightwater IT", address="Hafenstraße 1, 10115 Berlin", contact="+49 30 1234567")
    replace(demo, settings=settings).publish(tmp_path, "actions", formats=("csv",), requests=True)
    text = text_of(drafts(tmp_path)["03"])
    assert "We are Brightwater IT, your Sophos partner.\nYour account manager is Amara Lindqvist." in text
    assert text.rstrip().endswith(
        "Thank you, and kind regards\nAmara Lindqvist\nBrightwater IT\nHafenstraße 1, 10115 Berlin\n+49 30 1234567"
    )
    signed = replace(demo, settings=replace(settings, signature="Brightwater IT\nService desk"))
    signed.publish(tmp_path, "actions", formats=("csv",), requests=True)
    for file in tmp_path.rglob("*.eml"):
        assert text_of(message(file)).rstrip().endswith("\nBrightwater IT\nService desk")
        assert "http" not in text_of(message(file))


def test_what_is_not_known_of_the_partner_is_no_line_of_a_draft(written: Path) -> None:
    text = text_of(drafts(written)["03"])
    assert "We are" not in text
    assert "$" not in text


@pytest.mark.parametrize(("of", "file"), FILES.items())
def test_each_text_can_be_replaced_and_the_others_stay(of: tuple[str, str], file: str, tmp_path: Path) -> None:
    (tmp_path / file).write_text("Subject: Ours, $customer\n\nHello $contact\n$licenses\n", "utf-8")
    texts = read_templates(tmp_path)
    assert [one for one, text in texts.items() if text.template.startswith("Subject: Ours")] == [of]
    assert texts.keys() == FILES.keys()


# Hostile names

ENCODED = (
    "=?utf-8?q?Acme=0D=0ABcc:_evil@example.com?=",
    "=?UTF-8?B?QWNtZQ0KQmNjOiBldmlsQGV4YW1wbGUuY29t?=",
    "=?iso-8859-1?Q?=22=3Cevil=40example.com=3E=2C?=",
    "?utf-8?q?a=0D=0ABcc:_evil@example.com?=",
    "Acme\r\nBcc: evil@example.com",
    'Acme" <evil@example.com>, "',
    "evil@example.com, Acme",
    "Acme\u2028Bcc: evil@example.com",
    "(=?utf-8?q?evil?=) <evil@example.com>;",
)
HOSTILE = st.one_of(
    st.sampled_from(ENCODED),
    st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from('=?utf8qbQB_,;:<>@"\\() \r\n\t.=')), max_size=90),
)


def is_what_was_asked_for(made: bytes, recipient: str) -> None:
    """Hold what two parsers make of a draft: just our headers, just this recipient, whatever is decoded first."""
    for parser in (policy.default, policy.compat32, policy.SMTP):
        message = email.message_from_bytes(made, policy=parser)
        keys = ["X-Unsent", "To", "Subject", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
        assert message.keys() == [key for key in keys if recipient or key != "To"]
        assert message.defects == []
        for value in map(str, message.values()):
            for text in (value, str(make_header(decode_header(value)))):
                assert not re.search(r"[\r\n](?![\r\n \t])", text), "a line that is no part of the one before"
    old = email.message_from_bytes(made)
    for text in (old["To"] or "", str(make_header(decode_header(old["To"] or "")))):
        assert [address for _, address in getaddresses([text]) if address] == ([recipient] if recipient else [])


@pytest.mark.promise("drafts")
@pytest.mark.parametrize("name", ENCODED)
def test_no_name_becomes_a_header_or_a_recipient(name: str) -> None:
    for subject in (f"Please: {name}", name, f"={name}", f"{name}="):
        made = draft("ok@b.example", name, subject, f"Hello {name},\n")
        is_what_was_asked_for(made, "ok@b.example")
        new = email.message_from_bytes(made, policy=policy.default)
        assert "=?" not in new["Subject"]
        assert "=?" not in text_of(new)


@pytest.mark.promise("drafts")
@examples(100, 25)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_whatever_the_names_are_a_draft_reads_back_as_it_was_meant(contact: str, subject: str, text: str) -> None:
    is_what_was_asked_for(draft("ok@b.example", contact, subject, text), "ok@b.example")


@pytest.mark.parametrize(
    "address",
    [
        "=?utf-8?q?evil=40example.com=2C?=@b.example", "a@b.example\nBcc: evil@example.com", "a@b.example, evil@example.com",
        '"a,b"@b.example', "a..b@b.example", ".a@b.example", "a@b", "@b.example", "a" * 65 + "@b.example",
        "a@" + "b" * 250 + ".example", "Ä@b.example", "a@b.example\n", "a@b.example;", "<a@b.example>", "a@b@c.example",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_nobody_to_write_to(address: str) -> None:
    is_what_was_asked_for(draft(address, "Ann", "Please", "Hello\n"), "")


def test_a_name_that_would_be_decoded_stays_readable_in_its_draft(tmp_path: Path) -> None:
    name = ENCODED[0]
    (tmp_path / "customers.csv").write_text(
        "customer_id,account_name,billing_type,contact_first_name,contact_email\n"
        f"{CUSTOMER.format(1)},{name},term,{name},ok@b.example\n",
        "utf-8",
    )
    portfolio = Portfolio(tmp_path / "store.duckdb")
    portfolio.load(tmp_path / "customers.csv", snapshot_date="2026-11-02")
    portfolio.publish(tmp_path / "out", as_of="2026-11-02", formats=("csv",), requests=True)
    (file,) = (tmp_path / "out" / "requests").iterdir()
    is_what_was_asked_for(file.read_bytes(), "ok@b.example")
    assert "Acme=0D=0ABcc:_evil@example.com" in drafts(tmp_path / "out")["01"]["Subject"]
