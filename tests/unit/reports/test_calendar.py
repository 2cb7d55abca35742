"""The calendar of renewals: what a calendar program reads in it (RFC 5545)."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_analytics import Portfolio, UsageError
from tests.spec.reference.portfolios import HOSTILE_NAMES
from tests.support.effort import examples
from tests.support.frames import basis_of, built, frame_of

ENDING = {
    "customer_id": "c1",
    "customer_name": "Anna",
    "product_code": "CIXA",
    "product_name": "Intercept X",
    "model": "term",
    "license_id": "L1",
    "quantity": 5,
    "end_date": date(2026, 3, 31),
    "days_left": 30,
    "window": "30",
    "renewal": "open",
    "seats_open": 5,
}


def calendar(*rows: dict[str, object]) -> str:
    return built("renewals", frame_of("renewals", *(ENDING | row for row in rows)), basis_of()).to_ics()


def read(text: str) -> list[dict[str, str]]:
    """The events of a calendar, as a program reads them: lines unfolded, then each property by its name."""
    assert text.endswith("\r\nEND:VCALENDAR\r\n")
    assert not re.search(r"(?<!\r)\n|\r(?!\n)", text), "every line ends with carriage return and line feed"
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    unfolded = text.replace("\r\n ", "").split("\r\n")
    events: list[dict[str, str]] = []
    of = ""
    for line in unfolded:
        name, _, value = line.partition(":")
        if line in ("BEGIN:VEVENT", "BEGIN:VJOURNAL"):
            events.append({})
        elif line in ("BEGIN:VALARM", "END:VALARM"):
            of = "ALARM." if line == "BEGIN:VALARM" else ""
        elif events and line and name != "END":
            events[-1][of + name] = re.sub(r"\\(.)", lambda sign: "\n" if sign[1] == "n" else sign[1], value)
    return events


def test_a_renewal_is_an_entry_of_a_whole_day_the_last_on_which_the_license_is_valid() -> None:
    (event,) = read(calendar({}))
    assert event == {
        "UID": "L1.c1@partner-analytics",
        "DTSTAMP": "20260301T000000Z",
        "SEQUENCE": "20513",
        "DTSTART;VALUE=DATE": "20260331",
        "DTEND;VALUE=DATE": "20260401",
        "SUMMARY": "Ends: Anna, Intercept X, quantity 5, seats to renew 5",
        "DESCRIPTION": "License L1 (term), product CIXA, customer id c1. As known on 2026-03-01.",
        "CATEGORIES": "Renewal",
        "TRANSP": "TRANSPARENT",
        "ALARM.ACTION": "DISPLAY",
        "ALARM.TRIGGER": "-P13DT15H",
        "ALARM.DESCRIPTION": "Ends: Anna, Intercept X, quantity 5, seats to renew 5",
    }


def test_trials_and_what_is_renewed_are_called_so() -> None:
    trial, renewed = read(
        calendar(
            {"model": "trial", "quantity": None, "seats_open": None},
            {"license_id": "L2", "renewal": "renewed", "seats_open": 0},
        )
    )
    assert (trial["SUMMARY"], trial["CATEGORIES"]) == ("Trial ends: Anna, Intercept X", "Trial")
    assert (renewed["SUMMARY"], renewed["CATEGORIES"]) == (
        "Ends, and is renewed: Anna, Intercept X, quantity 5",
        "Renewed",
    )


@pytest.mark.parametrize(
    ("days_left", "renewal", "trigger"),
    [
        (30, "open", "-P13DT15H"),
        (30, "unknown", "-P13DT15H"),
        (14, "open", "-P0DT15H"),
        (1, "open", None),
        (30, "renewed", None),
        (-3, "reduced", "P53DT9H"),
    ],
)
def test_an_entry_reminds_two_weeks_ahead_or_while_it_can_be_reactivated(
    days_left: int, renewal: str, trigger: str | None
) -> None:
    (event,) = read(calendar({"days_left": days_left, "renewal": renewal}))
    assert event.get("ALARM.TRIGGER") == trigger


def test_what_has_ended_stays_only_while_it_can_be_reactivated() -> None:
    (event,) = read(
        calendar(
            {"days_left": -3, "end_date": date(2026, 2, 26), "account_manager": "Lena"},
            {"days_left": -3, "license_id": "L2", "renewal": "renewed"},
            {"days_left": -3, "license_id": "L3", "model": "trial"},
            {"days_left": -3, "license_id": "L4", "renewal": "unknown"},
        )
    )
    assert event["SUMMARY"] == "Ended, can be reactivated: Anna, Intercept X, quantity 5, seats to renew 5"
    assert event["DESCRIPTION"].split("\n")[:2] == ["It can be reactivated until 2026-04-27.", "Account manager: Lena"]


def test_an_entry_names_whom_to_call_and_who_looks_after_the_customer() -> None:
    events = read(Portfolio.demo().renewals().to_ics())
    description = next(event["DESCRIPTION"] for event in events if "Contact: " in event["DESCRIPTION"])
    assert re.search(r"^Contact: \w+ .*@.*\.example$", description, re.M)
    assert any("Account manager: " in event["DESCRIPTION"] for event in events)


def test_an_entry_keeps_its_id_when_the_license_is_prolonged_or_renamed() -> None:
    first, later = (
        read(calendar(row))[0] for row in ({}, {"end_date": date(2027, 3, 31), "customer_name": "Anna & Son"})
    )
    assert first["UID"] == later["UID"]
    assert first["DTSTART;VALUE=DATE"] != later["DTSTART;VALUE=DATE"]


def test_a_license_id_that_two_customers_share_makes_two_entries() -> None:
    events = read(calendar({}, {"customer_id": "c2"}))
    assert len({event["UID"] for event in events}) == 2


def test_a_calendar_without_renewals_holds_a_note_that_says_so() -> None:
    text = built("renewals", frame_of("renewals"), basis_of()).to_ics()
    (note,) = read(text)
    assert "BEGIN:VJOURNAL" in text
    assert note["SUMMARY"] == "Nothing ends within 90 days."


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_every_name_is_read_as_it_is_written(name: str) -> None:
    (event,) = read(calendar({"customer_name": name}))
    shown = re.sub(r"(?:\r\n|[\n\r\x0b\x0c\x85\u2028\u2029])+", "\n", name)
    shown = re.sub(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}", shown)
    assert event["SUMMARY"] == f"Ends: {shown}, Intercept X, quantity 5, seats to renew 5"


# A busy machine draws slowly, which says nothing about the lines.
@examples(100, 30)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1, max_size=300))
def test_lines_are_folded_between_signs_however_many_octets_each_has(name: str) -> None:
    written = calendar({"customer_name": name})
    (event,) = read(written)
    assert event["SUMMARY"] == f"Ends: {name}, Intercept X, quantity 5, seats to renew 5"
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))


def test_the_same_renewals_are_the_same_bytes() -> None:
    assert calendar({}, {"license_id": "L2"}) == calendar({}, {"license_id": "L2"})


def test_no_other_report_makes_a_calendar() -> None:
    with pytest.raises(UsageError, match="`protection_status` has no calendar"):
        built("protection_status", frame_of("protection_status"), basis_of()).to_ics()
