"""The views of the page, as an account manager uses them on a Monday: each question in two clicks or a few seconds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from partner_analytics import Portfolio
from tests.support.large import large_portfolio
from tests.support.pages import opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser
WIDE = {"width": 1440, "height": 900}
VIEWS = ("Monday", "Customers", "Renewals", "Changes", "Protection", "Flex and term", "Seats", "Assistance")
ACTION = ".plan tbody tr:not(.group):visible"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Portfolio, Path]:
    folder: Path = tmp_path_factory.mktemp("views")
    portfolio = Portfolio.demo(folder)
    portfolio.publish(folder, formats=("html",))
    return portfolio, folder


@pytest.fixture(scope="module")
def site(demo: tuple[Portfolio, Path]) -> Path:
    return demo[1]


@pytest.fixture
def tab(browser: Browser, site: Path) -> Iterator[Page]:
    page, said = opened(browser, site, viewport=WIDE)
    yield page
    assert said == []
    page.close()


@pytest.fixture
def without_script(browser: Browser, site: Path) -> Iterator[Page]:
    page, said = opened(browser, site, viewport=WIDE, java_script_enabled=False)
    yield page
    assert said == []
    page.close()


def to(tab: Page, view: str) -> None:
    tab.locator(".bar").get_by_role("link", name=view, exact=True).click()


def shown(tab: Page) -> list[str]:
    """The headings of the sections that are shown."""
    return tab.locator(".view h2:visible").all_inner_texts()


def bottom(found: Locator) -> float:
    box = found.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def test_the_first_screen_holds_the_headline_the_figures_and_eight_things_to_do_in_the_order_of_their_days(
    demo: tuple[Portfolio, Path], tab: Page
) -> None:
    frame = demo[0].actions().frame
    assert "2 things to do by Sunday" in tab.locator(".headline:visible").inner_text()
    assert tab.locator("#actions .figure:visible").count() == 6
    rows = tab.locator(ACTION)
    assert [text.split("\n")[0] for text in rows.locator("th").all_inner_texts()] == [
        name.replace("\n", " ↵ ").replace(" $", "") for name in frame["customer_name"]
    ]
    assert bottom(rows.nth(7)) <= WIDE["height"]
    assert tab.locator(".plan .group").all_inner_texts()[0].startswith("This week")


def test_each_thing_to_do_has_its_day_its_seats_and_a_contact_to_click(without_script: Page) -> None:
    row = without_script.locator(ACTION).filter(has_text="Okafor")
    text = row.first.inner_text()
    for fact in ("renew", "Intercept X Advanced", "2026-11-02", "today", "12", "Ngozi Okafor", "Amara Lindqvist"):
        assert fact in text, fact
    links = [link.get_attribute("href") for link in row.first.get_by_role("link").all()]
    assert links == ["tel:+440000000003", "mailto:office@okafor-quillfeather.example"]


def test_the_groups_are_the_weeks_of_the_day_of_the_report(demo: tuple[Portfolio, Path], tab: Page) -> None:
    days = demo[0].actions().frame["due_on"].drop_nulls()
    for group, first, last in (("this_week", "2026-11-02", "2026-11-08"), ("next_week", "2026-11-09", "2026-11-15")):
        texts = tab.locator(f"[data-due={group}] tr:not(.group) td:nth-child(3)").all_inner_texts()
        expected = days.filter(days.is_between(pl.lit(first).str.to_date(), pl.lit(last).str.to_date()))
        assert [text[:10] for text in texts] == [day.isoformat() for day in expected]


def test_one_view_is_shown_at_a_time_without_a_script_and_back_leads_back(without_script: Page) -> None:
    tab = without_script
    assert len(shown(tab)) == 1
    to(tab, "Renewals")
    assert [text.split("\n")[0] for text in shown(tab)] == ["Renewals as of 2026-11-02"]
    to(tab, "Sources")
    assert shown(tab) == ["Sources of all reports"]
    tab.go_back()
    assert shown(tab)[0].startswith("Renewals")
    tab.go_back()
    assert shown(tab)[0].startswith("What to do")


@pytest.mark.sampled(0)
def test_the_menu_names_every_view_and_marks_the_one_that_is_shown(tab: Page) -> None:
    links = tab.locator(".bar li a")
    assert links.all_inner_texts() == [*VIEWS, "Names and programs", "Sources", "All, to print"]
    assert all(bottom(link) <= 140 for link in links.all()), "the menu takes two lines"
    for view in VIEWS:
        to(tab, view)
        assert tab.locator("[aria-current=page]").all_inner_texts() == [view]


def test_a_filter_holds_for_every_view_and_the_figures_follow_it(browser: Browser, site: Path, tab: Page) -> None:
    tab.get_by_label("Account manager").select_option("Mei Okonjo")
    managers = tab.locator(".plan tbody tr:not(.group):visible td:last-child").all_inner_texts()
    assert managers
    assert set(managers) == {"Mei Okonjo"}
    names = set(tab.locator(f"{ACTION} th").all_inner_texts())
    assert tab.locator(".plan .group:visible").all_inner_texts()[0] == "This week 1 · 9 seats"
    figure = tab.locator("#actions .figure").nth(0)
    assert "of those chosen" in figure.inner_text()
    assert int(figure.locator("a").inner_text()) <= len(names)
    to(tab, "Renewals")
    rows = tab.locator("#renewals .rows tbody tr:visible")
    assert rows.count() > 0
    assert set(rows.locator("td:last-child").all_inner_texts()) == {"Mei Okonjo"}
    assert re.match(r"Renewals, \d+ of \d+ rows", tab.locator("#renewals caption").inner_text())
    other, _ = opened(browser, site, at=f"?{tab.url.partition('?')[2]}")
    assert set(other.locator("#renewals .rows tbody tr:visible td:last-child").all_inner_texts()) == {"Mei Okonjo"}
    other.close()
    tab.get_by_role("button", name="Clear", exact=True).click()
    tab.wait_for_url(lambda address: "?" not in address)


def test_week_and_action_choose_rows_where_a_row_has_one_and_customers_elsewhere(tab: Page) -> None:
    tab.get_by_label("When", exact=True).select_option("next_week")
    assert tab.locator(".plan .group:visible").all_inner_texts()[0].startswith("Next week")
    assert tab.locator(".plan .group:visible").count() == 1
    customers = set(tab.locator(f"{ACTION} th").all_inner_texts())
    to(tab, "Protection")
    there = tab.locator("#protection_status .rows tbody tr:visible th").all_inner_texts()
    assert set(there) == customers
    tab.get_by_label("Category", exact=True).select_option("XDR")
    cells = tab.locator("#protection_status .rows tbody tr:visible td:nth-child(2)").all_inner_texts()
    assert set(cells) == {"XDR"}


def test_where_nothing_fits_it_says_so_and_how_to_clear(tab: Page) -> None:
    tab.get_by_label("Search by name").fill("no such customer")
    tab.locator(".nothing:visible").get_by_role("button", name="Clear the filters").click()
    assert tab.locator(ACTION).count() == 44
    assert tab.locator(".nothing:visible").count() == 0


@pytest.mark.parametrize(
    ("asked", "found"),
    [("mueller", "Müller & Søn"), ("müller", "Müller & Søn"), ("muller", "Müller & Søn"), ("soen", "Müller & Søn")],
)
def test_a_name_is_found_as_it_is_spelt_with_and_without_its_signs(asked: str, found: str, tab: Page) -> None:
    to(tab, "Customers")
    tab.get_by_label("Search by name").fill(asked)
    names = tab.locator("#customer_overview .rows tbody tr:visible th").all_inner_texts()
    assert any(found in name for name in names), names


def test_whom_i_cannot_launch_and_what_changed_are_one_click_away(tab: Page) -> None:
    to(tab, "Assistance")
    assert "Off, although it should be on" in tab.locator("#launch").inner_text()
    to(tab, "Changes")
    assert tab.locator("#changes .headline").inner_text().startswith("Since 2026-10-12")


def test_a_card_says_first_what_to_do_in_words_then_whom_to_call_and_last_where_it_was_read(tab: Page) -> None:
    tab.locator(ACTION).nth(1).get_by_role("button").press("Enter")
    text = tab.locator("div[popover]:visible").inner_text()
    order = [
        "Intercept X Advanced ends on 2026-11-02, 12 seats. Shall I renew it?",
        "May we help you directly?",
        "Ngozi Okafor",
        "Partner Assistance went from on to off.",
        "12 of 12 used",
        "customers.csv 4",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_tab_stays_inside_the_open_card(tab: Page) -> None:
    tab.locator(ACTION).nth(1).get_by_role("button").press("Enter")
    inside = "!!document.activeElement.closest('div[popover]')"
    seen = set()
    for key in ["Tab"] * 5 + ["Shift+Tab"] * 5:
        tab.keyboard.press(key)
        assert tab.evaluate(inside)
        seen.add(tab.evaluate("document.activeElement.textContent"))
    assert {"Close", "+44 000 0000 003"} <= seen


def test_an_open_card_is_printed_alone_on_one_page_under_the_letterhead(browser: Browser, site: Path) -> None:
    tab, _ = opened(browser, site, viewport=WIDE)
    tab.locator(ACTION).nth(1).get_by_role("button").click()
    made = tab.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", made)) == 1
    tab.emulate_media(media="print")
    assert tab.locator(".letterhead").is_visible()
    assert tab.locator(".view:visible").count() == 0
    tab.close()


@pytest.mark.sampled(0)
def test_all_views_are_printed_from_the_place_of_all(browser: Browser, site: Path) -> None:
    tab, _ = opened(browser, site, at="#everything")
    assert len(shown(tab)) >= len(VIEWS) + 3
    tab.close()


@pytest.mark.sampled(0)
def test_what_is_copied_from_a_table_is_a_cell_each_with_numbers_as_numbers(tab: Page) -> None:
    to(tab, "Renewals")
    copied = tab.evaluate(
        """() => {
            const table = document.querySelector('#renewals .rows table');
            getSelection().selectAllChildren(table);
            const data = new DataTransfer();
            document.dispatchEvent(new ClipboardEvent('copy', { clipboardData: data, bubbles: true }));
            return data.getData('text/plain');
        }"""
    )
    rows = [line.split("\t") for line in copied.split("\n")]
    assert len({len(row) for row in rows}) == 1
    place = rows[0].index("Days left")
    assert all(re.fullmatch(r"-?\d+", row[place]) for row in rows[1:])
    assert not any("–" in cell or "−" in cell for row in rows for cell in row)


@pytest.mark.sampled(0)
@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_no_view_scrolls_sideways_or_inside_itself(width: int, browser: Browser, site: Path) -> None:
    tab, _ = opened(browser, site, at="#everything", viewport={"width": width, "height": 900})
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    inner = "[...document.querySelectorAll('.view .rows')].filter(e => e.scrollHeight > e.clientHeight + 1 && getComputedStyle(e).overflowY !== 'visible').length"
    assert tab.evaluate(inner) == 0
    tab.close()


@pytest.mark.sampled(0)
def test_on_a_phone_a_menu_opens_the_views(browser: Browser, site: Path) -> None:
    tab, said = opened(browser, site, viewport={"width": 390, "height": 844})
    assert not tab.locator(".bar li a").first.is_visible()
    tab.get_by_role("button", name="Menu").click()
    to(tab, "Renewals")
    assert shown(tab)[0].startswith("Renewals")
    assert not tab.locator(".bar li a").first.is_visible()
    assert said == []
    tab.close()


@pytest.mark.sampled(0)
def test_at_350_customers_every_view_has_every_row(browser: Browser, tmp_path: Path) -> None:
    portfolio = large_portfolio(350, tmp_path)
    portfolio.publish(tmp_path / "out", formats=("html",))
    assert (tmp_path / "out" / "index.html").stat().st_size <= 1_500_000
    tab, _ = opened(browser, tmp_path / "out")
    for report in portfolio.reports():
        rows = tab.locator(f"#{report.name} .rows tbody tr:not(.group)")
        assert rows.count() == max(report.table.height, 1), report.name
    tab.close()


@pytest.mark.promise("origin")
def test_a_row_of_one_license_carries_the_file_and_line_that_it_was_read_from(
    demo: tuple[Portfolio, Path], tab: Page
) -> None:
    to(tab, "Renewals")
    row = tab.locator("#renewals .rows tbody tr").filter(has_text="Okafor").filter(has_text="Intercept X Advanced")
    row.hover()
    assert row.get_attribute("title") == "licenses.csv of 2026-11-02, line 6"
    table = demo[0].renewals().table
    told = [
        (int(row.get_attribute("data-load") or 0), int(row.get_attribute("data-line") or 0))
        for row in tab.locator("#renewals .rows tbody tr").all()
    ]
    assert sorted(told) == sorted(table.select("load_id", "line").rows())


def test_what_is_covered_by_flex_and_by_term_is_two_clicks_away(tab: Page) -> None:
    to(tab, "Flex and term")
    tab.locator("#flex_vs_term .figure", has_text="Covered twice").get_by_role("link").click()
    assert tab.locator("#customer_overview .rows tbody tr:visible").count() == 1


def test_what_ends_next_quarter_stands_with_its_seats(demo: tuple[Portfolio, Path], tab: Page) -> None:
    to(tab, "Renewals")
    seats = demo[0].renewals().frame.filter(pl.col("days_left") >= 0)["seats_open"].sum()
    assert f"with {seats} seats to renew" in tab.locator("#renewals .headline").inner_text()
