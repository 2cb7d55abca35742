"""What the documents say is so: commands run, links lead somewhere, every word is explained."""

from __future__ import annotations

import io
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from partner_analytics import Portfolio, vocabulary
from tests.picture import PICTURE, difference, taken
from tests.support.documents import DOCUMENTS, LANGUAGES, OUR_CODE, blocks, commands, follow, sentences
from tests.support.keyrings import kept_in_memory
from tests.support.paths import FIXTURES, ROOT
from tests.support.terminal import typed
from tests.support.vendor_data import CLIENT_ID, SECRET, vendor_of
from tests.support.vendor_server import configured, serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ALL = (
    *DOCUMENTS,
    "GLOSSARY.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "data/fixtures/README.md",
    "sql/README.md",
)
BEGINS_WITH_NOTHING = "docs/tutorial.md"
ASK_THE_VENDOR = ("docs/how-to/pull-from-the-vendor.md", "docs/how-to/change-accounts.md")
BEGINS_WITH_CONNECT = ASK_THE_VENDOR[0]
WORDS_OF_THE_README = 600
BLOCKS_ELSEWHERE = 9
WORDS_OF_A_SENTENCE = 25
ALIKE = 0.01
"""How much of two pictures of one page can differ, by the fonts of the system."""


@pytest.fixture
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The folder of a reader: it holds the demo's exports and its store, as `partner.duckdb`."""
    if request.node.callspec.params["document"] != BEGINS_WITH_NOTHING:
        for file in FIXTURES.glob("*.*"):
            shutil.copy(file, tmp_path)
        Portfolio.demo(tmp_path).db.rename(tmp_path / "partner.duckdb")
    return tmp_path


@pytest.fixture
def vendor(folder: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A vendor that answers on this machine, and somebody who types credentials, for the document that asks for them."""
    document = request.node.callspec.params["document"]
    if document == BEGINS_WITH_NOTHING:
        monkeypatch.setattr("sys.stdin", io.StringIO("demo-client\ndemo-secret\n"))
    if document not in ASK_THE_VENDOR:
        with kept_in_memory():
            yield
        return
    with serve(vendor_of(9)) as server, kept_in_memory():
        configured(folder, server, more='[partner]\nprograms = ["msp_flex"]\n')
        monkeypatch.chdir(folder)
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{CLIENT_ID}\n{SECRET}\n"))
        if document != BEGINS_WITH_CONNECT:
            assert typed(folder, "connect").returncode == 0
        yield


@pytest.mark.sampled(1)
@pytest.mark.usefixtures("vendor")
@pytest.mark.parametrize("document", [name for name in DOCUMENTS if any(blocks(name))])
def test_who_does_what_a_document_says_meets_what_it_says(document: str, folder: Path) -> None:
    follow(document, folder)


def test_every_block_of_a_document_is_run_or_checked_but_a_few_for_other_programs() -> None:
    found = [block for document in DOCUMENTS for block in blocks(document)]
    assert {block.language for block in found if not block.is_elsewhere} <= LANGUAGES
    assert sum(block.is_elsewhere for block in found) <= BLOCKS_ELSEWHERE


def test_the_readme_is_read_in_five_minutes() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").split()) <= WORDS_OF_THE_README


@pytest.mark.sampled(0)
@pytest.mark.browser
def test_the_picture_in_the_readme_is_of_the_page_of_today(browser: Browser, tmp_path: Path) -> None:
    there = PICTURE.read_bytes()
    assert difference(browser, taken(browser, tmp_path), there) < ALIKE, "take it anew: python -m tests.picture"


def test_every_command_of_the_tool_stands_in_a_document() -> None:
    from partner_analytics.commands.program import commands as group

    typed_ones = [command for document in DOCUMENTS for command in commands(document)]
    assert set(group.commands) <= {command[1] for command in typed_ones if command[0] == "partner-analytics"}


def test_every_page_of_the_documents_is_found_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in seen:
            seen.add(page)
            waiting += [link for link in _links(page) if link.suffix == ".md"]
    assert {ROOT / document for document in DOCUMENTS} <= seen


def test_every_make_target_that_a_document_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {name for document in ALL for name in re.findall(r"\bmake ([a-z]+)`", (ROOT / document).read_text("utf-8"))}
    named |= {command[1] for document in ALL for command in commands(document) if command[0] == "make"}
    assert named <= targets
    assert {"demo", "test", "check", "lab"} <= named


def _links(page: Path) -> list[Path]:
    """The files that a document links to."""
    return [(page.parent / target).resolve() for target in re.findall(r"\]\((?!http)([^)#]+)", page.read_text("utf-8"))]


@pytest.mark.parametrize("document", ALL)
def test_links_lead_somewhere(document: str) -> None:
    assert not [link for link in _links(ROOT / document) if not link.exists()]


def test_every_word_that_a_column_can_hold_stands_in_the_glossary() -> None:
    text = (ROOT / "GLOSSARY.md").read_text("utf-8")
    words = {
        *vocabulary.ACCOUNT_TYPES,
        *vocabulary.MODELS,
        *vocabulary.STATES,
        *vocabulary.STATUSES,
        *vocabulary.CATEGORIES,
        *vocabulary.MIXES,
        *vocabulary.ASSISTANCE,
        *vocabulary.ASSISTANCE_BASES,
        *vocabulary.NEXT_STEPS,
        *vocabulary.TO_DOS,
        *vocabulary.PROGRAMS,
        *vocabulary.CHANGES,
        *vocabulary.BRIDGE_REASONS,
        *vocabulary.RENEWALS,
        *map(str, vocabulary.RENEWAL_WINDOWS),
    }
    assert not [word for word in sorted(words) if f"`{word}`" not in text]


def test_the_glossary_explains_each_word_once() -> None:
    for section in (ROOT / "GLOSSARY.md").read_text("utf-8").split("\n## ")[1:]:
        cells = re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE)
        words = [word.strip(" `") for cell in cells if cell not in ("word", "---") for word in cell.split(",")]
        assert len(words) == len(set(words)), section.partition("\n")[0]


@pytest.mark.sampled(0)
def test_the_demo_page_and_the_commands_of_its_readme_agree(tmp_path: Path) -> None:
    text = (ROOT / "data" / "fixtures" / "README.md").read_text("utf-8")
    shutil.copytree(ROOT / "data" / "fixtures", tmp_path, dirs_exist_ok=True)
    for line in re.findall(r"^    (partner-analytics .+)$", text, re.MULTILINE):
        done = typed(tmp_path, *shlex.split(line)[1:])
        assert done.returncode == 0, f"{line}: {done.stderr}"
    by_hand, by_demo = tmp_path / "demo", tmp_path / "partner-analytics-demo"
    for file in [*sorted(by_demo.glob("*.csv")), by_demo / "renewals.ics", by_demo / "index.html"]:
        assert (by_hand / file.name).read_bytes() == file.read_bytes(), file.name


@pytest.mark.parametrize("files", [ALL, OUR_CODE], ids=["documents", "docstrings"])
def test_no_sentence_is_so_long_that_one_reads_it_twice(files: tuple[str, ...]) -> None:
    # The page of promises lists the names of tests.
    written = {file: list(sentences(file)) for file in files if file != "docs/reference/promises.md"}
    assert sum(map(len, written.values())) > 100
    long = [
        f"{file}: {sentence}"
        for file, of_file in written.items()
        for sentence in of_file
        if len(re.findall(r"[\w’'-]+", sentence)) > WORDS_OF_A_SENTENCE
    ]
    assert not long, "\n".join(long)
