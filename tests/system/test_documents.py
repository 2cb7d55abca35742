"""What the documents say is so: commands run, links lead somewhere, every word is explained."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from partner_analytics import vocabulary
from partner_analytics.errors import PartnerAnalyticsError
from partner_analytics.settings import FILE, read_settings
from tests.support.paths import ROOT

DOCUMENTS = ("README.md", "GLOSSARY.md", "CHANGELOG.md", "CONTRIBUTING.md", "data/fixtures/README.md", "sql/README.md")


def blocks(document: str, language: str) -> list[str]:
    """The code blocks of a document in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / document).read_text("utf-8"), re.MULTILINE | re.DOTALL)


def commands(*documents: str) -> list[list[str]]:
    return [
        # Where a shell would put the output is none of the command's business.
        shlex.split(line.partition(" > ")[0], comments=True)
        for document in documents
        for block in blocks(document, "sh")
        for line in block.splitlines()
    ]


def run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "partner_analytics", *command[1:]],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stderr}"
    assert done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with exports of the names that the documents use."""
    folder = tmp_path_factory.mktemp("work")
    for file in (ROOT / "data" / "fixtures").glob("*.*"):
        shutil.copy(file, folder)
    return folder


def test_the_commands_and_the_python_of_the_readme_run_in_their_order(folder: Path) -> None:
    ours = [command for command in commands("README.md") if command[0] == "partner-analytics"]
    assert len(ours) == 19
    for command in ours:
        run(command, folder)
    for code in blocks("README.md", "python"):
        subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, capture_output=True)


def test_every_command_of_the_tool_stands_in_the_readme() -> None:
    from partner_analytics.commands.program import commands as group

    assert {command[1] for command in commands("README.md") if command[0] == "partner-analytics"} == set(group.commands)


def test_every_make_target_that_a_document_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {name for document in DOCUMENTS for name in re.findall(r"\bmake ([a-z]+)`", (ROOT / document).read_text())}
    named |= {command[1] for command in commands(*DOCUMENTS) if command[0] == "make"}
    assert named <= targets
    assert {"demo", "test", "check", "lab"} <= named


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    path = ROOT / document
    for target in re.findall(r"\]\((?!http)([^)#]+)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target


def test_the_settings_of_the_readme_are_understood(tmp_path: Path) -> None:
    (block,) = blocks("README.md", "toml")
    (tmp_path / FILE).write_text(block, "utf-8")
    settings = read_settings(tmp_path / FILE)
    assert settings.expiring_days == tomllib.loads(block)["expiring_days"]
    assert settings.products[0].code == "ACME-BACKUP"
    assert settings.programs == ("msp_flex",)
    assert settings.templates == tmp_path / "my_requests"


def test_every_exit_code_stands_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for error in PartnerAnalyticsError.__subclasses__():
        assert re.search(rf"\b{error.exit_code} \w", text), error


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


def test_the_demo_page_and_the_commands_of_its_readme_agree(tmp_path: Path) -> None:
    text = (ROOT / "data" / "fixtures" / "README.md").read_text("utf-8")
    shutil.copytree(ROOT / "data" / "fixtures", tmp_path, dirs_exist_ok=True)
    for line in re.findall(r"^    (partner-analytics .+)$", text, re.MULTILINE):
        run(shlex.split(line), tmp_path)
    by_hand, by_demo = tmp_path / "demo", tmp_path / "partner-analytics-demo"
    for file in [*sorted(by_demo.glob("*.csv")), by_demo / "renewals.ics", by_demo / "index.html"]:
        assert (by_hand / file.name).read_bytes() == file.read_bytes(), file.name
