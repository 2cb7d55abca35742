"""The published page and files: what a browser makes of them, and that they are whole."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from typing import TYPE_CHECKING

import pytest

from partner_analytics.errors import UsageError
from partner_analytics.publish import page, write_reports
from partner_analytics.vocabulary import REPORTS
from tests.spec.reference.portfolios import HOSTILE_NAMES
from tests.support.pages import opened, reports_of

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser


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
        "renewals_by_month.csv",
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


@pytest.mark.sampled(0)
@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (360, "light"), (1440, "dark"), (1440, "light")])
def test_axe_finds_nothing(browser: Browser, site: Path, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab, said = opened(browser, site, at="#everything", color_scheme=scheme, viewport={"width": width, "height": 800})
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()
    assert said == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    tab.close()


@pytest.mark.browser
def test_show_my_protection_only_needs_no_script(browser: Browser, site: Path) -> None:
    tab, said = opened(browser, site, at="#protection_status", java_script_enabled=False)
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
    tab, _ = opened(browser, site, at="#everything", viewport={"width": 1032, "height": 700})
    tab.emulate_media(media="print")
    assert tab.evaluate("[...document.querySelectorAll('.scroll')].every(e => e.scrollWidth <= e.clientWidth)"), (
        "a column is cut"
    )
    assert all(box.bounding_box() for box in tab.locator(".basis .inside").all())
    tab.close()


def test_one_format_can_be_named_without_a_list(tmp_path: Path) -> None:
    written = write_reports(reports_of("Acme"), tmp_path, "html", version="1.0")
    assert [path.name for path in written] == ["index.html", "manifest.json"]
