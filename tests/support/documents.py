"""The code blocks of the documents, and what a reader does with them, done in a folder.

A block whose fence says `elsewhere` after its language is for another program than ours, and is only looked at.
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import shlex
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from partner_analytics import Portfolio
from partner_analytics.demo import DEMO_DAY
from partner_analytics.settings import settings_problems
from tests.support.paths import ROOT
from tests.support.terminal import typed

DOCUMENTS: Final = ("README.md", *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("**/*.md")))
LANGUAGES: Final = {"sh", "python", "sql", "toml", "csv", "text", "mermaid"}
"""The languages of blocks that are run or checked; a drawing is compared where it is written."""

OUR_CODE: Final = tuple(sorted(str(path.relative_to(ROOT)) for path in (ROOT / "partner_analytics").glob("**/*.py")))
"""The modules of the package."""

LINES_OF_THE_DEMO: Final = 6
STOPPED: Final = 130
"""How many lines `demo --api` prints, and how it ends when somebody stops it."""

DEMO_API: Final = """
import signal
from partner_analytics.commands.program import main
# Whoever starts the tests may have it ignored, as a shell does for what it starts in the background.
signal.signal(signal.SIGINT, signal.default_int_handler)
main(["demo", "--api"])
"""

FENCE: Final = re.compile(r"^( *)```([^\n]*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A code block, with what the document says since the block before it."""

    language: str
    is_elsewhere: bool
    text: str
    said: str

    @property
    def saved_as(self) -> str | None:
        """The file that a reader is told to save the block as."""
        named = re.findall(r"save\s+this\s+as\s+`([^`]+)`", self.said, re.IGNORECASE)
        return named[-1] if named else None


def blocks(document: str) -> Iterator[Block]:
    """The code blocks of a document, in their order."""
    text, end = (ROOT / document).read_text("utf-8"), 0
    for found in FENCE.finditer(text):
        language, _, marked = found[2].partition(" ")
        yield Block(language, marked == "elsewhere", textwrap.dedent(found[3]), text[end : found.start()])
        end = found.end()


def commands(document: str) -> list[list[str]]:
    """The commands of a document, each in its words; where a shell puts the output is left out."""
    lines = (line for block in blocks(document) if block.language == "sh" for line in block.text.splitlines())
    return [words for line in lines if (words := shlex.split(line.partition(" > ")[0], comments=True))]


def follow(document: str, folder: Path) -> None:
    """Do what a document says, block by block, in a folder.

    Commands of ours are typed in this process. Python is executed and SQL asked. Settings must be understood, a file is saved, and
    each line of a `text` block must have been printed.
    """
    with ExitStack() as until:
        _follow(document, folder, until)


def _follow(document: str, folder: Path, until: ExitStack) -> None:
    printed = ""
    for block in blocks(document):
        if block.is_elsewhere:
            continue
        if block.language == "sh":
            for line in block.text.splitlines():
                folder, output = _typed(folder, line, until)
                printed += output
        elif block.language == "python":
            with chdir(folder), redirect_stdout(io.StringIO()):
                exec(compile(block.text, document, "exec"), {"__name__": document})
        elif block.language == "sql":
            assert Portfolio.open(folder / "partner.duckdb").sql(block.text, as_of=DEMO_DAY).width, block.text
        elif block.language == "toml":
            place = folder / (block.saved_as or "settings.toml")
            place.write_text(block.text, "utf-8")
            assert not settings_problems(place)
        elif block.language == "csv":
            assert block.saved_as, block.said
            (folder / block.saved_as).write_text(block.text, "utf-8")
        elif block.language == "text":
            lacking = [line for line in block.text.splitlines() if line not in printed]
            assert not lacking, f"{document}: nothing printed {lacking}; but:\n{printed}"


def _typed(folder: Path, line: str, until: ExitStack) -> tuple[Path, str]:
    """The folder that one is in after a line of a shell, and what it printed; what goes on in another terminal ends later."""
    command, _, file = line.partition(" > ")
    program, *words = shlex.split(command, comments=True) or [""]
    if program == "partner-analytics" and words[:2] == ["demo", "--api"]:
        return folder, until.enter_context(demo_api(folder))
    if program == "partner-analytics":
        done = typed(folder, *words)
        assert done.returncode == 0, f"{line}: {done.stderr}"
        assert done.stdout or done.stderr, line
        if file:
            (folder / file).write_text(done.stdout, "utf-8")
        return folder, done.stdout + done.stderr
    if program == "cd":
        return folder / words[0], ""
    if program == "mkdir":
        (folder / words[0]).mkdir()
    else:
        # Targets of make are looked up by another test, since they build an environment.
        assert program in ("", "make") or line == "set -e", f"nobody runs `{line}`: mark its block `elsewhere`"
    return folder, ""


@contextmanager
def demo_api(folder: Path) -> Iterator[str]:
    """The demo's vendor, who answers in another terminal; what it prints."""
    start = [sys.executable, "-c", DEMO_API]
    with subprocess.Popen(start, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as playing:
        try:
            assert playing.stdout is not None
            yield "".join(playing.stdout.readline() for _ in range(LINES_OF_THE_DEMO))
        finally:
            playing.send_signal(signal.SIGINT)
            assert playing.wait(20) == STOPPED


def sentences(file: str) -> Iterator[str]:
    """The sentences of a document, or of the docstrings of a module; what is written as code counts as one word."""
    text = (ROOT / file).read_text("utf-8")
    if file.endswith(".py"):
        text = "\n\n".join(_docstrings(text))
    prose = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", re.sub(r"`[^`]+`", "code", FENCE.sub("\n\n", text)))
    for paragraph in re.split(r"\n\s*\n|\n\s*(?:[-*#|]|\d+\.)\s|\n[ ]{4,}(?=\S)|\|", prose):
        yield from re.split(r"(?<=[.!?:;])\s+", " ".join(paragraph.split()))


def _docstrings(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            # Examples of settings are no sentences.
            yield inspect.cleandoc(FENCE.sub("", inspect.cleandoc(ast.get_docstring(node) or "")))
