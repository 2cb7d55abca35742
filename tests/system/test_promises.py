"""Each promise has a test that proves it, and the page that says so is up to date."""

from __future__ import annotations

from tests.promises import ROOT, page, unproven


def test_every_promise_has_a_test_and_every_mark_names_a_promise() -> None:
    assert unproven() == []


def test_the_page_of_promises_is_up_to_date() -> None:
    assert (ROOT / "docs" / "reference" / "promises.md").read_text("utf-8") == page()
