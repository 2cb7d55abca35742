"""The partner's programs: said in the settings, and what they allow said on the page."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from partner_analytics import Portfolio
from partner_analytics.errors import SettingsError
from partner_analytics.settings import FILE, Settings, read_settings


def said(folder: Path, text: str) -> Settings:
    (folder / FILE).write_text(text, "utf-8")
    return read_settings(folder / FILE)


def programs_of(page: str) -> str:
    (section,) = re.findall(r'<section class="report" id="programs".*?</section>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", section)


def test_programs_are_read_in_one_order_and_neither_is_not_the_same_as_not_said(tmp_path: Path) -> None:
    both = said(tmp_path, '[partner]\nprograms = ["msp_flex_connect", "msp_flex"]\n')
    assert both.programs == ("msp_flex", "msp_flex_connect")
    assert said(tmp_path, "[partner]\nprograms = []\n").programs == ()
    assert said(tmp_path, "[partner]\n").programs is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[partner]\nprograms = ["msp_flx"]\n', "did you mean `msp_flex`?"),
        ('[partner]\nname = " "\n', "expected a text on one line"),
        ('[partner]\nprograms = "msp_flex"\n', "expected a list of programs"),
        ("[partner]\nprogram = []\n", "did you mean `programs`?"),
        ("[requests]\ntemplates = 3\n", "expected a folder in quotes"),
    ],
)
def test_what_is_not_understood_is_one_sentence_and_a_hint(text: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        said(tmp_path, text)
    assert sentence in str(caught.value)


@pytest.mark.sampled(0)
def test_the_partners_own_name_is_the_title_of_the_page(tmp_path: Path) -> None:
    assert said(tmp_path, '[partner]\nname = "Brightwater & Sons"\n').partner == "Brightwater & Sons"
    portfolio = dataclasses.replace(Portfolio.demo(tmp_path), settings=Settings(partner="Brightwater & Sons"))
    portfolio.publish(tmp_path / "out", formats=("html",))
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "<title>Brightwater &amp; Sons as of 2026-11-02</title>" in page
    assert "<h1>Brightwater &amp; Sons</h1>" in page
    portfolio.publish(tmp_path / "packs", formats=("html",), split_by="account_manager")
    pack = (tmp_path / "packs" / "mei-okonjo-08ddcf064021" / "index.html").read_text("utf-8")
    assert "<h1>Mei Okonjo</h1>" in pack
    assert "<p>Brightwater &amp; Sons · as of <strong>2026-11-02</strong>" in pack


@pytest.mark.sampled(0)
@pytest.mark.parametrize(
    ("programs", "sentences"),
    [
        (None, ("Your programs are not known",)),
        (
            ("msp_flex",),
            ("can create monthly usage accounts", "You are not in MSP Flex Connect", "2 customers are one"),
        ),
        ((), ("You are not in MSP Flex,", "Only MSP Flex partners can")),
    ],
)
def test_the_page_says_what_the_program_allows(
    programs: tuple[str, ...] | None, sentences: tuple[str, ...], tmp_path: Path
) -> None:
    demo = Portfolio.demo()
    dataclasses.replace(demo, settings=Settings(programs=programs)).publish(tmp_path, formats=("html",))
    text = programs_of((tmp_path / "index.html").read_text("utf-8"))
    for sentence in sentences:
        assert sentence in text
