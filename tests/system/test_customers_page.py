"""The Customers page in a browser: found, filtered, opened, printed, by keyboard, and without its script."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from partner_analytics import Portfolio
from tests.spec.reference.portfolios import HOSTILE_NAMES
from tests.support.large import large_portfolio
from tests.support.pages import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser
LIST = "#customer_overview"
ROWS = "#customer_overview .rows tbody tr"
SIZES = [{"width": 360, "height": 800}, {"width": 1440, "height": 900}]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("customers")
    Portfolio.demo().publish(folder, formats=("html",))
    return folder


@pytest.fixture
def tab(browser: Browser, site: Path) -> Iterator[Page]:
    page, said = opened(browser, site, at=LIST, viewport=SIZES[1])
    yield page
    assert said == []
    page.close()


@pytest.fixture
def without_script(browser: Browser, site: Path) -> Iterator[Page]:
    page, said = opened(browser, site, at=LIST, viewport=SIZES[1], java_script_enabled=False)
    yield page
    assert said == []
    page.close()


def to(tab: Page, view: str) -> None:
    """Choose a view in the menu."""
    tab.locator(".bar").get_by_role("link", name=view, exact=True).click()


def visible(tab: Page) -> Locator:
    return tab.locator(f"{ROWS}:visible")


def names(tab: Page) -> list[str]:
    return visible(tab).locator("th").all_inner_texts()


def tab_to(tab: Page, label: str) -> None:
    """Press the Tab key until an element with these words, or this label, has the focus."""
    said = "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
    for _ in range(200):
        tab.keyboard.press("Tab")
        if str(tab.evaluate(said)).startswith(label):
            return
    raise AssertionError(f"no press of Tab leads to {label}")


# 1, 2: the list


@pytest.mark.sampled(0)
def test_the_most_urgent_customer_comes_first_and_each_stands_once(tab: Page) -> None:
    assert names(tab)[:2] == ["Stolarnia Siedem Słojów", "Okafor, Quillfeather & Reyes"]
    assert visible(tab).count() == 44
    first = visible(tab).first.inner_text()
    assert re.search(r"reactivate by 2026-11-02.*expired Endpoint.*2026-09-03.*term.*unknown.*Mei", first, re.S)


def test_managed_customer_orders_carry_the_dollar_with_words_for_it(tab: Page) -> None:
    marks = tab.locator(f"{ROWS} th").get_by_role("img", name="managed customer order")
    assert marks.count() == 2
    assert tab.locator(f"{ROWS}:has-text('Bloembollen Elf Reigers') .dollar").count() == 1


@pytest.mark.sampled(0)
def test_search_by_keyboard_knows_no_accent_and_no_case_and_says_how_many(tab: Page) -> None:
    tab_to(tab, "Search by name")
    tab.keyboard.type("unal")
    assert names(tab) == ["Ünal Mondbrot GmbH"]
    told = tab.get_by_role("status")
    tab.get_by_text("1 of 44 customers fit").wait_for()
    for _ in range(4):
        tab.keyboard.press("Backspace")
    assert visible(tab).count() == 44
    tab.get_by_text("customers fit").wait_for(state="detached")
    assert told.inner_text() == ""


def test_a_customer_is_found_by_the_name_of_its_account_too(tab: Page) -> None:
    tab.get_by_label("Search by name").fill("quillmarsh holdings 7")
    assert names(tab) == ["The Crooked Thimble Tearoom"]


def test_customers_of_no_account_manager_can_be_filtered(tab: Page) -> None:
    tab.get_by_label("Account manager").select_option("–")
    assert visible(tab).count() == 3
    assert set(visible(tab).locator("td:last-child").all_inner_texts()) == {"–"}


@pytest.mark.sampled(0)
def test_filters_stay_in_the_address_and_come_back_from_it(tab: Page, browser: Browser) -> None:
    tab.get_by_label("Assistance", exact=True).select_option("off")
    tab.get_by_label("Account manager", exact=True).select_option("Jonas Castellano")
    tab.get_by_label("Status", exact=True).select_option("active")
    kept = names(tab)
    assert kept
    tab.locator("#customer_overview thead").get_by_role("button", name="Customer").click()
    assert "assistance=off" in tab.url
    assert "account_manager=Jonas+Castellano" in tab.url
    other = browser.new_page()
    other.goto(tab.url)
    assert sorted(names(other)) == sorted(kept)
    assert other.get_by_label("Assistance", exact=True).input_value() == "off"
    other.get_by_role("button", name="Clear").click()
    assert visible(other).count() == 44
    assert "?" not in other.url
    other.close()


@pytest.mark.sampled(0)
def test_every_column_sorts_both_ways_and_empty_cells_come_last(tab: Page) -> None:
    heads = tab.locator("#customer_overview thead th")
    for column in range(heads.count()):
        cells = tab.locator(f"{ROWS} > :nth-child({column + 1})")
        found = []
        for _ in range(2):
            heads.nth(column).get_by_role("button").press("Enter")
            texts = cells.all_inner_texts()
            filled = [text for text in texts if text != "–"]
            assert texts[: len(filled)] == filled, "an empty cell stands among the others"
            found.append(filled)
        assert heads.nth(column).get_attribute("aria-sort") == "descending"
        assert found[0][0] != found[1][0]
        assert sorted(found[0]) == sorted(found[1])
    heads.nth(3).get_by_role("button").press("Enter")
    days = [text for text in tab.locator(f"{ROWS} > :nth-child(4)").all_inner_texts() if text != "–"]
    assert days == sorted(days)


def test_show_my_protection_only_leaves_the_active_categories_without_a_script(without_script: Page) -> None:
    tab = without_script
    assert tab.get_by_label("Search by name").count() == 0 or not tab.get_by_label("Search by name").is_visible()
    tab.locator("#customer_overview").get_by_label("Show my protection only").check()
    assert visible(tab).count() == 38
    words = set(tab.locator(f"{ROWS} td:nth-child(3) b:visible").all_inner_texts())
    assert words == {"active", "expiring", "trial"}


# 3, 4: the card


@pytest.mark.sampled(0)
@pytest.mark.parametrize("scripted", [True, False])
def test_a_card_opens_and_closes_by_keyboard_with_and_without_script(
    scripted: bool, browser: Browser, site: Path
) -> None:
    tab, said = opened(browser, site, at=LIST, viewport=SIZES[1], java_script_enabled=scripted)
    row = tab.locator(f"{ROWS}:has-text('Okafor')")
    row.get_by_role("button").focus()
    tab.keyboard.press("Enter")
    card = tab.locator("div[popover]:visible")
    assert card.count() == 1
    text = card.inner_text()
    for fact in (
        "Ngozi Okafor", "office@okafor-quillfeather.example", "+44 000 0000 003", "term account", "Law, Notaries",
        "Amara Lindqvist", "Intercept X Advanced", "2025-11-03 to 2026-11-02", "12 of 12 used", "line 6",
        "licenses.csv, 2026-11-02", "customers.csv 4", "off since 2026-10-05",
    ):  # fmt: skip
        assert fact in text, fact
    tab.keyboard.press("Escape")
    assert card.count() == 0
    if scripted:
        tab.keyboard.press("Enter")
        assert tab.get_by_role("dialog", name="Okafor, Quillfeather & Reyes").is_visible()
        assert card.get_by_role("link").nth(1).get_attribute("href") == "mailto:office@okafor-quillfeather.example"
        assert tab.evaluate("document.activeElement.textContent") == "Close"
        tab.keyboard.press("Enter")
        assert card.count() == 0
        assert "Okafor" in str(tab.evaluate("document.activeElement.textContent")), "the focus is lost"
    assert said == []
    tab.close()


def said_after(tab: Page, name: str) -> str:
    """What the card says about assistance, with what the style sheet adds to it."""
    card = tab.locator(f"div[popover]:has(h3:text-is('{name}')) > p[class]")
    return card.inner_text() + str(card.evaluate("e => getComputedStyle(e, '::after').content"))


@pytest.mark.sampled(0)
def test_a_card_says_how_to_launch_and_why_not(tab: Page) -> None:
    for name in ("Ünal Mondbrot GmbH", "Floristería Trece Jazmines", "Cafés Nueve Colibríes"):
        tab.get_by_label("Search by name").fill(name)
        visible(tab).get_by_role("button").click()
        said = said_after(tab, name)
        assert {
            "Ü": "Launch customer",
            "F": "Account Details > Sophos Support > Partner Assistance",
            "C": "off since 2026-10-12",
        }[name[0]] in said
        tab.keyboard.press("Escape")


def test_the_anomalies_stand_with_the_day_since_when_it_is_off(tab: Page) -> None:
    to(tab, "Assistance")
    rows = tab.locator("#launch tbody tr")
    assert rows.count() == 3
    assert "2026-10-12" in rows.filter(has_text="Cafés Nueve Colibríes").inner_text()
    assert "Account Details > Sophos Support > Partner Assistance" in tab.locator("#launch").inner_text()


@pytest.mark.sampled(0)
def test_a_customer_that_was_called_otherwise_shows_its_names(browser: Browser, tmp_path: Path) -> None:
    portfolio = Portfolio(tmp_path / "store.duckdb")
    for day, shown in (("2026-09-01", "Old Name"), ("2026-10-01", "Old Name"), ("2026-11-01", "New Name")):
        file = tmp_path / f"customers {day}.csv"
        file.write_text(
            f"customer_id,account_name,shown_as\n00000000-0000-4000-8000-000000000001,Account Ltd,{shown}\n"
        )
        portfolio.load(file, snapshot_date=day)
    portfolio.publish(tmp_path, as_of="2026-11-02", formats=("html",))
    tab, said = opened(browser, tmp_path, at=LIST)
    visible(tab).get_by_role("button").click()
    text = tab.locator("div[popover]:visible").inner_text()
    assert "account name Account Ltd" in text
    assert "shown as Old Name from 2026-09-01 (customers 2026-09-01.csv line 2)" in text
    assert "shown as New Name from 2026-11-01" in text
    assert said == []
    tab.close()


@pytest.mark.sampled(0)
@pytest.mark.promise("names")
def test_hostile_names_and_contacts_run_nothing_in_a_card(browser: Browser, tmp_path: Path) -> None:
    evil = [*HOSTILE_NAMES, "</div><img src=x onerror=alert(1)>", "javascript:alert(1)@b.example"]
    customers = [
        {"id": f"00000000-0000-4000-8000-{n:012}", "name": name, "showAs": f"{name} shown", "billingType": "term",
         "contact": {"firstName": name, "email": name, "phone": name}}
        for n, name in enumerate(evil) if name.strip()
    ]  # fmt: skip
    pages = {"current": 1, "size": len(customers), "maxSize": 100}
    (tmp_path / "customers.json").write_text(json.dumps({"items": customers, "pages": pages}), "utf-8")
    portfolio = Portfolio(tmp_path / "store.duckdb")
    portfolio.load(tmp_path / "customers.json", snapshot_date="2026-11-02")
    portfolio.publish(tmp_path / "out", as_of="2026-11-02", formats=("html",))
    tab, said = opened(browser, tmp_path / "out")
    tab.on("dialog", lambda dialog: said.append(dialog.message))
    assert tab.locator("div[popover]").count() == len(customers)
    for number in range(len(customers)):
        tab.evaluate(f"document.getElementById('c{number}').showPopover()")
    assert tab.locator("div[popover] img, [popover] script, [popover] a[href^='javascript']").count() == 0
    assert tab.get_by_text("</div><img src=x onerror=alert(1)> shown").count() > 0
    assert said == []
    tab.close()


# 5, 6: names, programs, trials


def test_names_that_differ_or_are_shared_are_listed_with_the_steps(tab: Page) -> None:
    to(tab, "Names and programs")
    section = tab.locator("#names")
    assert section.locator("tbody tr").count() == 4
    assert section.locator("tbody tr", has_text="Physio Quellmoos").count() == 2
    assert re.search(r"Contact Info.*Name shown as.*Edit", section.inner_text(), re.S)


def test_trials_about_to_end_stand_with_two_ways_and_the_warning(tab: Page) -> None:
    to(tab, "Names and programs")
    text = tab.locator("#programs").inner_text()
    assert tab.locator("#programs tbody tr").count() == 4
    assert "Update Billing" in text
    assert "ends all trials of all products of that account" in text
    assert "Your programs are not known" in text


# 7: figures open to rows, and rows to their source


@pytest.mark.promise("origin")
def test_two_clicks_lead_from_a_figure_to_file_line_and_day_without_a_script(without_script: Page) -> None:
    tab = without_script
    to(tab, "Protection")
    tab.locator("#protection_status .figure", has_text="Only expired licenses").get_by_role("link").click()
    assert sorted(names(tab)) == ["Crèche du Nuage Orange", "Stolarnia Siedem Słojów"]
    assert tab.locator(".scope:visible").inner_text().startswith("Protection status: Only expired licenses")
    visible(tab).get_by_role("button", name="Stolarnia").click()
    text = tab.locator("div[popover]:visible").inner_text()
    assert "licenses.csv, 2026-11-02" in text
    assert "line 15" in text
    tab.keyboard.press("Escape")
    tab.get_by_role("link", name="Show all customers").click()
    assert visible(tab).count() == 44


@pytest.mark.sampled(0)
@pytest.mark.promise("origin")
def test_each_figure_opens_to_as_many_customers_as_its_scope_says(without_script: Page, site: Path) -> None:
    tab = without_script
    links = [link.get_attribute("href") for link in tab.locator("main a[href^='#']").all()]
    places = [link for link in links if link and re.fullmatch(r"#[a-z_]+-(\d|on|ask|check|limited)", link)]
    assert len(places) >= 30
    for place in places:
        tab.goto(f"{(site / 'index.html').as_uri()}{place}")
        said = re.search(r"([\d,]+) customers?", tab.locator(f"{place} span").inner_text())
        assert said
        assert visible(tab).count() == int(said[1]), place


def test_a_figure_of_what_is_in_no_list_of_customers_leads_to_the_rows_of_its_report(without_script: Page) -> None:
    tab = without_script
    assert tab.locator(".figure .value:not(:has(a))").count() == 0, "every figure opens"
    to(tab, "Changes")
    gone = tab.locator("#changes .figure", has_text="Customers gone")
    gone.get_by_role("link").click()
    rows = tab.locator("#changes-rows")
    assert rows.is_visible()
    assert rows.locator("tbody tr", has_text="gone").count() >= 1
    assert "customers.csv" in rows.inner_text(), "with file and line"


# The look


@pytest.mark.sampled(0)
@pytest.mark.parametrize(("size", "scheme"), [(SIZES[0], "dark"), (SIZES[1], "light")], ids=["360", "1440"])
def test_axe_finds_nothing_in_the_list_and_in_a_card(
    scheme: str, size: dict[str, int], browser: Browser, site: Path
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab, said = opened(browser, site, at=LIST, color_scheme=scheme, viewport=size)
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    visible(tab).first.get_by_role("button").click()
    found = Axe().run(tab, context="div[popover]:popover-open")
    assert found.violations_count == 0, found.generate_report()
    box = tab.locator("div[popover]:visible").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size["width"]
    assert said == []
    tab.close()


@pytest.mark.sampled(0)
def test_printed_it_is_a_pdf_with_every_customer_and_no_column_cut(tab: Page) -> None:
    assert tab.pdf(prefer_css_page_size=True).startswith(b"%PDF-")
    tab.set_viewport_size({"width": 1032, "height": 700})
    tab.emulate_media(media="print")
    assert visible(tab).count() == 44
    assert tab.evaluate("[...document.querySelectorAll('.scroll')].every(e => e.scrollWidth <= e.clientWidth)")
    assert not tab.locator("#find").is_visible()


# 10: large


@pytest.mark.sampled(0)
def test_two_thousand_customers_are_a_page_of_at_most_a_megabyte_and_a_half_that_answers_at_once(
    browser: Browser, tmp_path: Path
) -> None:
    large_portfolio(2000, tmp_path).publish(tmp_path / "out", formats=("html",))
    page = tmp_path / "out" / "index.html"
    assert page.stat().st_size <= 1_500_000
    tab, said = opened(browser, page.parent, at=LIST, viewport=SIZES[1])
    assert tab.locator(ROWS).count() == 2000
    timing = "performance.getEntriesByType('navigation')[0].domInteractive"
    # On a machine that does nothing else it takes a fifth of this.
    assert float(tab.evaluate(timing)) < 5000
    took = tab.evaluate(
        "() => { const began = performance.now(); const field = document.querySelector('[type=search]'); field.value = 'muller';"
        "field.dispatchEvent(new Event('input', {bubbles: true})); document.body.offsetHeight; return performance.now() - began; }"
    )
    assert float(took) < 2000
    assert 0 < tab.locator(f"{ROWS}:not([hidden])").count() < 2000
    assert said == []
    tab.close()


@pytest.mark.sampled(0)
@pytest.mark.promise("origin")
def test_each_of_two_thousand_customers_has_a_card_that_names_file_line_and_day_of_every_row(
    browser: Browser, tmp_path: Path
) -> None:
    large_portfolio(2000, tmp_path).publish(tmp_path / "out", formats=("html",))
    tab, said = opened(browser, tmp_path / "out", at=LIST, viewport=SIZES[1], java_script_enabled=False)
    assert tab.locator(f"{ROWS} th button").count() == 2000
    tab.locator(f"{ROWS} th button").last.click()
    card = tab.locator("div[popover]:visible")
    number = int(card.locator("h3").inner_text().split()[-1])
    # Customers are numbered from 0, with three licenses each; a header is the first line of a file.
    first, about = 3 * number + 2, number + 2
    text = card.inner_text()
    for fact in (
        f"office@customer-{number}.example",
        f"+49 000 {number}",
        f"customers.csv {about}; customer_facts.csv {about}",
        "2026-11-02: licenses.csv ",
    ):
        assert fact in text, fact
    lines = re.search(r"licenses\.csv (\d+), (\d+), (\d+);", text)
    assert lines
    written = pl.read_csv(tmp_path / "licenses.csv", infer_schema=False)
    for line, told in zip(map(int, lines.groups()), card.locator("li").all_inner_texts(), strict=True):
        assert first <= line <= first + 2
        code, used, quantity = (
            written.row(line - 2, named=True)["product_code"],
            *written.select("used", "quantity").row(line - 2),
        )
        assert told.startswith(code)
        assert told.endswith(f"{used} of {quantity}")
    assert said == []
    tab.close()


@pytest.mark.sampled(0)
def test_a_page_that_cannot_hold_all_says_what_it_shows_and_where_the_rest_is(browser: Browser, tmp_path: Path) -> None:
    large_portfolio(6000, tmp_path).publish(tmp_path / "out", formats=("html",))
    assert (tmp_path / "out" / "index.html").stat().st_size <= 1_520_000
    tab, _ = opened(browser, tmp_path / "out", at=LIST)
    caption = tab.locator("#customer_overview caption").inner_text()
    shown = re.search(r"Customers, 6,000 rows; shown are ([\d,]+), of the customers with the most urgent", caption)
    assert shown
    assert "All are in customer_overview.csv" in caption
    assert tab.locator(ROWS).count() == int(shown[1].replace(",", ""))
    assert "nothing" not in set(tab.locator(f"{ROWS} td:nth-child(2) b").all_text_contents())
    assert "have a contact card behind their name" in tab.locator("#customer_overview .controls").inner_text()
    tab.close()
