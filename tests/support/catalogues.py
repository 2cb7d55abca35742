"""Every text that reports say: gathered from the code, the templates, the style sheet and the script."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from jinja2 import Environment, nodes

from partner_analytics import Portfolio
from partner_analytics.languages import DAY
from partner_analytics.languages.words import WORDS
from partner_analytics.publish.site.page import SAID
from partner_analytics.reports.headers import HEADERS, made_of
from tests.support.paths import ROOT

PACKAGE: Final = ROOT / "partner_analytics"

STAGES: Final = ("as_of", "charts", "deliver", "languages", "publish", "reports")
"""The stages that say something on a page."""

CARRIED: Final = {"Column": (1,), "Toggle": (0, 2), "Definition": (1,), "TrendLook": ()}
"""Which arguments of these are texts that are said later."""


class Message(NamedTuple):
    """A text of the catalogue: its context, itself, and its plural."""

    context: str | None
    text: str
    plural: str | None = None


def messages() -> set[Message]:
    """Every text that has to be in a catalogue."""
    found = set(_fixed()) | set(_headers())
    for file in (file for stage in STAGES for file in (PACKAGE / stage).rglob("*.py")):
        found |= set(_of_python(ast.parse(file.read_text("utf-8"))))
    for file in PACKAGE.rglob("templates/**/*.html"):
        found |= set(_of_template(file.read_text("utf-8")))
    for file in (*PACKAGE.rglob("page.css"), *PACKAGE.rglob("page.js")):
        found |= {Message(None, json.loads(said)) for said in SAID.findall(file.read_text("utf-8"))}
    return {one for one in found if one.text}


def _fixed() -> Iterator[Message]:
    yield Message("day", DAY)
    yield Message("thousands", ",")
    yield Message("decimal", ".")
    yield from (Message("word", word.replace("_", " ")) for word in WORDS)


def _headers() -> Iterator[Message]:
    """The headers of the workbook that are made of the names of columns."""
    for report in Portfolio.demo().reports():
        titled = {column.name for column in report.columns if column.form != "id"}
        for frame in (
            report.frame,
            *report.further.values(),
            report.basis.loads,
            report.basis.directory and report.basis.directory(),
        ):
            names = [] if frame is None else frame.columns
            yield from (Message(None, made_of(name)) for name in names if name not in HEADERS and name not in titled)


def _of_python(tree: ast.AST) -> Iterator[Message]:
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        texts = [one.value if isinstance(one, ast.Constant) else None for one in call.args]
        by_name = {one.arg: one.value.value for one in call.keywords if isinstance(one.value, ast.Constant)}
        yield from _of_call(call.func.id, texts, by_name)


def _of_template(source: str) -> Iterator[Message]:
    for call in Environment(autoescape=True).parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name):
            texts = [one.value if isinstance(one, nodes.Const) else None for one in call.args]
            yield from _of_call(call.node.name, texts, {})


def _of_call(name: str, texts: Sequence[object], by_name: Mapping[str | None, object]) -> Iterator[Message]:
    if name in ("say", "text") and texts and isinstance(texts[0], str):
        yield Message(None, texts[0])
    elif name == "count" and len(texts) > 1 and isinstance(texts[1], str):
        plural = texts[2] if len(texts) > 2 else f"{texts[1]}s"
        yield Message("dative" if by_name.get("dative") else None, texts[1], str(plural))
    elif name == "verb" and len(texts) > 2 and isinstance(texts[1], str):
        yield Message(None, texts[1], str(texts[2]))
    elif name in CARRIED:
        carried = [texts[place] for place in CARRIED[name] if place < len(texts)]
        yield from (Message(None, one) for one in (*carried, by_name.get("short")) if isinstance(one, str))
