"""Another language is a catalogue: it has every text, its numbers and days are written its way, and machines see none of it."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import fastexcel
import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from partner_analytics import Portfolio, SettingsError, UsageError, languages
from partner_analytics.languages import count, day, number, say, share, spoken, word
from partner_analytics.languages.words import WORDS, in_words
from partner_analytics.settings import read_settings
from tests.support.catalogues import Message, messages
from tests.support.large import large_portfolio
from tests.support.pages import opened, words_of
from tests.support.paths import ROOT
from tests.support.terminal import typed

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CATALOGUES = sorted((ROOT / "partner_analytics" / "languages").glob("*.po"))
ISO = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def read(file: Path) -> Catalog:
    with file.open("rb") as opened_:
        return read_po(opened_, locale=file.stem)


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("german")
    Portfolio.demo().publish(folder, formats=("csv", "html", "ics", "xlsx"), language="de")
    return folder


# The catalogue


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_a_catalogue_has_every_text_and_no_other(file: Path) -> None:
    known = {Message(one.context, *([one.id] if isinstance(one.id, str) else one.id)) for one in read(file) if one.id}
    said = messages()
    both = {(one.context, one.text) for one in said if one.plural}
    # A text that is said alone and counted stands once, with its plural.
    said = {one for one in said if one.plural or (one.context, one.text) not in both}
    assert said - known == set(), "not translated"
    assert known - said == set(), "nobody says it"


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_each_text_is_translated_with_places_for_the_same_values(file: Path) -> None:
    for one in read(file):
        if not one.id:
            continue
        texts, ids = ([of] if isinstance(of, str) else list(of or ()) for of in (one.string, one.id))
        for text in texts:
            assert text.strip() or not ids[0].strip(), ids
            assert places(text) <= places(ids[0]), ids
            assert text.count("{}") == ids[0].count("{}"), ids
            assert re.findall(r"<[^>]+>", text) == re.findall(r"<[^>]+>", ids[0]), ids
            assert (text[:1].isspace(), text[-1:].isspace()) == (ids[0][:1].isspace(), ids[0][-1:].isspace()), ids


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.fixture
def third_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "nl.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=n != 1;\\n"\n\n'
        'msgid "Customers"\nmsgstr "Klanten"\n\nmsgctxt "day"\nmsgid "%Y-%m-%d"\nmsgstr "%d-%m-%Y"\n',
        "utf-8",
    )
    monkeypatch.setattr(languages, "resource", lambda *parts: tmp_path.joinpath(*parts[1:]))
    for cached in (languages.languages, languages._catalogue):
        cached.cache_clear()
    yield
    for cached in (languages.languages, languages._catalogue):
        cached.cache_clear()


@pytest.mark.usefixtures("third_language")
def test_a_third_language_is_a_file() -> None:
    assert languages.languages() == ("en", "nl")
    (report,) = Portfolio.demo().reports("customer_overview", language="nl")
    assert report.title == "Klanten"
    assert "02-11-2026" in report.to_html()


# What is said


def test_numbers_days_and_nouns_are_written_as_the_language_writes_them() -> None:
    assert (number(1234567), day(date(2026, 11, 2)), count(2, "day"), word("no_data")) == (
        "1,234,567",
        "2026-11-02",
        "2 days",
        "no data",
    )
    with spoken("de"):
        assert number(1234567) == "1.234.567"
        assert number(1234.5) == "1.234,5"
        assert day(date(2026, 11, 2)) == "02.11.2026"
        assert [count(many, "day", dative=True) for many in (1, 2)] == ["1 Tag", "2 Tagen"]
        assert [count(many, "customer") for many in (0, 1, 1200)] == ["0 Kunden", "1 Kunde", "1.200 Kunden"]
        assert share(1, 1000) == "unter 1 %"
        assert say("{seats}, as before", seats=count(1, "seat")) == "1 Platz, wie zuvor"
    assert say("No rows") == "No rows", "the language is spoken for as long as the block takes"


def test_the_words_of_a_column_are_those_of_the_vocabulary() -> None:
    with spoken("de"):
        said = pl.DataFrame({"word": WORDS}).select(in_words(pl.col("word"))).to_series().to_list()
        assert said == [word(one) for one in WORDS]
        assert pl.select(in_words(pl.lit("Acme_GmbH"))).item() == "Acme GmbH"


def test_the_page_is_german_from_its_title_to_its_foot(german: Path) -> None:
    text = words_of(german / "index.html")
    page = (german / "index.html").read_text("utf-8")
    assert '<html lang="de">' in page
    assert "2 Aufgaben bis Sonntag" in text
    assert "02.11.2026" in text
    said = {one.text for one in messages() if one.context is None and len(one.text.split()) > 3 and "{" not in one.text}
    body = re.sub(r"(?s)<script.*?</script>", "", page[page.index("<body") :])
    assert [one for one in said if one in body] == []
    # What an export says, and why a row was refused, is told as it was.
    refused = Portfolio.demo().actions().basis.quarantine.select("value", "reason")
    assert set(ISO.findall(text)) <= set(ISO.findall(str(refused.rows())))


def test_reports_charts_calendar_and_workbook_are_german(german: Path) -> None:
    report = Portfolio.demo().reports("renewals", language="de")[0]
    assert "bezahlte Lizenzen enden innerhalb von 90 Tagen" in report.headline
    assert report.figures[0].label == "Innerhalb von 30 Tagen zu verlängern"
    assert report.columns[0].title == "Kunde"
    assert "Die meisten Plätze zum Verlängern" in str(report.chart.to_dict()["title"])
    assert "SUMMARY:Endet: " in (german / "renewals.ics").read_text("utf-8")
    sheet = fastexcel.read_excel(german / "reports.xlsx").load_sheet("actions").to_polars()
    assert sheet.columns[:3] == ["Kunde", "Was zu tun ist", "Bis"]


def test_machines_see_no_language_and_a_spreadsheet_its_own(german: Path, tmp_path: Path) -> None:
    demo = Portfolio.demo()
    demo.publish(tmp_path / "en", formats=("csv",))
    for file in (tmp_path / "en").glob("*.csv"):
        assert file.read_bytes() == (german / file.name).read_bytes(), file.name
    demo.publish(tmp_path / "de", "actions", formats=("csv",), csv_for="excel", language="de")
    assert (tmp_path / "de" / "actions.csv").read_text("utf-8-sig").startswith("Kundenkennung;Kunde;Kundenbetreuer;")


def test_the_language_is_a_setting_and_an_option(tmp_path: Path) -> None:
    (tmp_path / "partner_analytics.toml").write_text('[report]\nlanguage = "de"\n', "utf-8")
    assert typed(tmp_path, "demo", "--out", "demo").returncode == 0
    store = ("--db", "demo/demo.duckdb", "--as-of", "2026-11-02", "--format", "html")
    assert typed(tmp_path, "report", "actions", *store, "--out", "set").returncode == 0
    assert "Aufgaben" in words_of(tmp_path / "set" / "index.html")
    assert typed(tmp_path, "report", "actions", *store, "--out", "said", "--language", "en").returncode == 0
    assert "things to do" in words_of(tmp_path / "said" / "index.html")


def test_a_language_that_is_not_spoken_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        Portfolio.demo().publish(tmp_path, language="fr")
    assert (refused.value.message, refused.value.hint) == (
        "Reports cannot be written in 'fr'.",
        "write them in: en, de.",
    )
    (tmp_path / "partner_analytics.toml").write_text('[report]\nlanguage = "klingon"\n', "utf-8")
    with pytest.raises(SettingsError, match=r"sets `report\.language` to 'klingon', which is not spoken"):
        read_settings(tmp_path / "partner_analytics.toml")


@pytest.mark.browser
def test_the_filters_of_a_german_page_find_what_they_found_in_english(browser: Browser, german: Path) -> None:
    demo = Portfolio.demo()
    off = demo.customer_overview().frame.filter(assistance="off").height
    tab, said = opened(browser, german, viewport={"width": 1440, "height": 900})
    tab.locator(".bar").get_by_role("link", name="Kunden", exact=True).click()
    tab.locator("#find-assistance").select_option("off")
    assert tab.locator("#customer_overview .rows tbody tr:visible").count() == off
    assert tab.locator("#customer_overview caption span").inner_text() == f"{off} von 44 Zeilen"
    # The sentence of how many fit comes a moment later, and moves what is below it.
    tab.locator(".told", has_text="von 44 Kunden").wait_for()
    tab.locator("#customer_overview thead button", has_text="Nächstes Ende").click()
    days = tab.locator("#customer_overview .rows tbody tr:visible td:nth-child(4)").all_inner_texts()
    known = [date(*reversed([int(part) for part in one.split(".")])) for one in days if one != "–"]
    assert known == sorted(known)
    assert said == []
    tab.close()


@pytest.mark.sampled(0)
@pytest.mark.parametrize("language", languages.languages())
def test_a_page_of_two_thousand_customers_has_all_their_cards_in_every_language(language: str, tmp_path: Path) -> None:
    large_portfolio(2_000, tmp_path).publish(tmp_path / "out", formats=("html",), language=language)
    page = (tmp_path / "out" / "index.html").read_bytes()
    assert len(page) <= 1_500_000
    assert page.count(b"<div popover id=c") == 2_000


@pytest.mark.browser
def test_the_first_screen_holds_eight_things_to_do_in_german_too(browser: Browser, german: Path) -> None:
    tab, _ = opened(browser, german, viewport={"width": 1440, "height": 900})
    box = tab.locator(".plan tbody tr:not(.group)").nth(7).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 900
    tab.close()


@pytest.mark.browser
@pytest.mark.sampled(1)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_view_of_a_german_page_can_be_read_by_everybody(
    width: int, scheme: Literal["light", "dark"], browser: Browser, german: Path
) -> None:
    tab, _ = opened(browser, german, at="#everything", viewport={"width": width, "height": 900}, color_scheme=scheme)
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()
    tab.close()
