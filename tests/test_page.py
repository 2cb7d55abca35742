"""The published page and files: what a browser makes of them, and that they are whole."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from partner_analytics.errors import UsageError
from partner_analytics.publish import page, write_reports
from partner_analytics.reports import Report
from partner_analytics.vocabulary import ACTIONS, REPORTS
from tests.reference.portfolios import HOSTILE_NAMES
from tests.test_reports import AS_OF, basis_of, built, frame_of

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page


def reports_of(*names: str) -> tuple[Report, ...]:
    """All reports over customers of these names, with every status and answer among them."""
    statuses = ("active", "expiring", "trial", "future", "unknown", "expired", "none", "no_data")
    people = [{"customer_id": f"c{i}", "customer_name": name, "account_type": "term"} for i, name in enumerate(names)]
    to_dos = ("reactivate", "renew", "convert_trial", "export_licenses", "check_assistance", "nothing")
    frames: dict[str, list[Mapping[str, object]]] = {
        "customer_overview": [
            {**who, "urgency": i + 1, "to_do": to_dos[i % 6], "active_in": "Email" if i % 2 else None,
             "expired_in": "Endpoint; XDR", "mix": "term", "early_access": "limited", "assistance": "off",
             "is_anomaly": i % 3 == 1, "account_manager": who["customer_name"]}
            for i, who in enumerate(people)
        ],
        "protection_status": [
            {**who, "category": "Email", "status": statuses[i % 8], "days_left": 3 - i, "license_count": 1}
            for i, who in enumerate(people)
        ],
        "flex_vs_term": [
            {**who, "mix": "mixed", "flex_licenses": 1, "term_licenses": 1, "managed_order_licenses": 0,
             "trial_licenses": 0, "flex_used": i, "term_seats": 10, "term_used": i, "double_covered": "Email; XDR",
             "early_access": "limited"}
            for i, who in enumerate(people)
        ],
        "license_positions": [
            {**who, "product_code": f"P{i}", "product_name": who["customer_name"], "model": "term", "seats": 5,
             "used": i, "is_unlimited": False, "over_used_by": max(i - 5, 0), "unused": max(5 - i, 0)}
            for i, who in enumerate(people)
        ],
        "assistance_coverage": [
            {**who, "assistance": ("on", "off", "unknown")[i % 3], "basis": "stated", "expected_on": False,
             "is_anomaly": i % 3 == 1, "can_launch": i % 3 == 0, "next_step": "launch"}
            for i, who in enumerate(people)
        ],
        "changes": [
            {**who, "change": "customer_renamed", "before": who["customer_name"], "after": "Another name"}
            for who in people
        ],
        "renewals": [
            {**who, "product_code": f"P{i}", "product_name": who["customer_name"], "model": "term",
             "license_id": f"L{i}", "quantity": 5, "end_date": AS_OF, "days_left": 0, "window": "30",
             "renewal": ("open", "reduced", "unknown", "renewed")[i % 4], "seats_open": 5}
            for i, who in enumerate(people)
        ],
        "actions": [
            {**who, "action": ACTIONS[i % len(ACTIONS)], "due_on": AS_OF if i % 2 else None, "days_left": 0 if i % 2 else None,
             "subject": who["customer_name"], "product_name": who["customer_name"], "seats": 5,
             "contact_name": who["customer_name"], "contact_email": who["customer_name"], "contact_phone": who["customer_name"]}
            for i, who in enumerate(people)
        ],
    }  # fmt: skip
    return tuple(built(name, frame_of(name, *frames[name]), basis_of(refused=1)) for name in REPORTS)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("site")
    write_reports(reports_of(*HOSTILE_NAMES), folder, version="1.0")
    return folder


# The files


def test_the_manifest_is_last_and_its_hashes_are_right(tmp_path: Path) -> None:
    written = write_reports(reports_of("Acme"), tmp_path / "new" / "out", version="1.0")
    assert [path.name for path in written] == [
        *(f"{name}.csv" for name in REPORTS[:-1]),
        "changes_bridge.csv",
        "renewals.csv",
        "unlinkable_customers.csv",
        "renewals.ics",
        "index.html",
        "manifest.json",
    ]
    manifest = json.loads(written[-1].read_text("utf-8"))
    assert manifest["files"] == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in written[:-1]}
    assert manifest["as_of"] == "2026-03-01"
    assert manifest["snapshot_days"]["customers"] == "2026-03-01"
    assert manifest["loads"][0]["quarantined"] == 1
    assert sorted(path.name for path in written[0].parent.iterdir()) == sorted(path.name for path in written)


@pytest.mark.promise("same_bytes")
def test_the_same_reports_are_the_same_bytes(tmp_path: Path) -> None:
    first = {p.name: p.read_bytes() for p in write_reports(reports_of("a", "b"), tmp_path / "1", version="1")}
    second = {p.name: p.read_bytes() for p in write_reports(reports_of("a", "b"), tmp_path / "2", version="1")}
    assert first == second


def test_a_folder_that_cannot_be_written_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    with pytest.raises(UsageError, match="cannot be written"):
        write_reports(reports_of("a"), tmp_path / "file", version="1")
    (tmp_path / "out" / "index.html").mkdir(parents=True)
    with pytest.raises(UsageError, match="cannot be written"):
        write_reports(reports_of("a"), tmp_path / "out", ("html",), version="1")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["index.html"]


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'pdf'"):
        write_reports(reports_of("a"), tmp_path, ("pdf",), version="1")


@pytest.mark.promise("offline")
def test_the_page_holds_one_script_no_style_attribute_and_no_address() -> None:
    text = page(reports_of(*HOSTILE_NAMES), version="1.0")
    assert text.count("<script") == 1
    assert " style=" not in text
    assert "src=" not in text
    assert text.count("<style>") == 1


@pytest.mark.promise("offline")
def test_the_policy_allows_only_this_style_and_this_script() -> None:
    text = page(reports_of("Acme"), version="1.0")
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    allowed = dict(part.split(" ", 1) for part in html.unescape(policy).split("; "))
    assert allowed["default-src"] == "'none'"
    for kind, element in (("style-src", "style"), ("script-src", "script")):
        (inside,) = re.findall(f"<{element}>(.*?)</{element}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert allowed[kind] == f"'sha256-{digest}'"


# The browser


def opened(browser: Browser, site: Path, **options: object) -> tuple[Page, list[str]]:
    """The page in a browser, and everything that it complained about or asked the network for."""
    tab = browser.new_page(**options)  # type: ignore[arg-type]
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else said.append(r.url))
    tab.goto((site / "index.html").as_uri())
    return tab, said


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (360, "light"), (1440, "dark"), (1440, "light")])
def test_axe_finds_nothing(browser: Browser, site: Path, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab, said = opened(browser, site, color_scheme=scheme, viewport={"width": width, "height": 800})
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()
    assert said == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    tab.close()


@pytest.mark.browser
def test_show_my_protection_only_needs_no_script(browser: Browser, site: Path) -> None:
    tab, said = opened(browser, site, java_script_enabled=False)
    rows = tab.locator("#protection_status .rows tbody tr")
    total = rows.count()
    visible = tab.locator("#protection_status .rows tbody tr:visible")
    assert visible.count() == total
    tab.locator("#protection_status").get_by_label("Show my protection only").check()
    assert 0 < visible.count() < total
    words = set(visible.locator("b").all_inner_texts())
    assert words == {"active", "expiring", "trial"}
    assert said == []
    tab.close()


@pytest.mark.promise("names")
@pytest.mark.browser
def test_names_are_text_in_the_browser(browser: Browser, site: Path) -> None:
    tab, _ = opened(browser, site)
    shown = tab.locator("#protection_status .rows tbody th bdi").all_text_contents()
    assert len(shown) == len(HOSTILE_NAMES)
    assert "<script>alert('x')</script>" in shown
    assert any(name.startswith("=HYPERLINK(") for name in shown)
    assert "Two ↵ Lines Ltd" in shown
    tab.close()


@pytest.mark.browser
def test_print_shows_what_is_folded_away_and_cuts_no_column(browser: Browser, site: Path) -> None:
    tab, _ = opened(browser, site, viewport={"width": 1032, "height": 700})
    tab.emulate_media(media="print")
    assert tab.evaluate("[...document.querySelectorAll('.scroll')].every(e => e.scrollWidth <= e.clientWidth)"), (
        "a column is cut"
    )
    assert all(box.bounding_box() for box in tab.locator(".basis .inside").all())
    tab.close()


def test_one_format_can_be_named_without_a_list(tmp_path: Path) -> None:
    written = write_reports(reports_of("Acme"), tmp_path, "html", version="1.0")
    assert [path.name for path in written] == ["index.html", "manifest.json"]
