"""The pages of `docs/` that are written from the code: commands, settings, exit codes, messages, the drawing of the house.

    python -m tests.reference_pages

writes them; a test fails when one is out of date.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import click

from partner_analytics import errors, settings, settings_rules
from partner_analytics.commands.program import commands as program
from partner_analytics.schemas.kinds import KINDS
from partner_analytics.schemas.parsing import EXPECTED
from partner_analytics.schemas.rules import schema_of
from tests.support import messages
from tests.support.paths import ROOT

WRITTEN: Final = "This page is written by `python -m tests.reference_pages`; a test fails when it is out of date."
HOUSE: Final = "docs/explanation/the-house.md"
REQUIRED: Final = "is required, and it is empty"

OTHER_EXIT_CODES: Final = {
    0: "Done.",
    1: "A defect of partner-analytics; please report it.",
    130: "Stopped from the keyboard.",
}


def commands() -> str:
    """Every command with its arguments and options."""
    parts = [f"# Commands\n\n{WRITTEN}\n\n{_cell(program.help or '')}\n"]
    for name, command in program.commands.items():
        context = click.Context(command, info_name=f"partner-analytics {name}")
        options = [
            (_cell(f"`{record[0]}`"), _cell(record[1]))
            for parameter in command.params
            if (record := parameter.get_help_record(context)) and record[1]
        ]
        usage = command.get_usage(context).removeprefix("Usage: ")
        parts.append(f"## {name}\n\n{inspect.cleandoc(command.help or '')}\n\n`{' '.join(usage.split())}`\n")
        parts += [_table(("option", "meaning"), options)] if options else []
    return "\n".join(parts)


def settings_page() -> str:
    """Every setting with its type, default and meaning, which stand in the docstring of `settings`."""
    example = re.findall(r"```toml\n(.*?)```", settings.__doc__ or "", re.DOTALL)[0]
    tomllib.loads(example)
    default = settings.Settings()
    expected = {
        **settings_rules.EXPECTED,
        **{f"{table}.{key}": of for table, keys in settings_rules.TABLES.items() for key, of in keys.items()},
    }
    meanings = _meanings(example)
    rows = [
        (f"`{key}`", what, _default(getattr(default, key, None)), meanings[key])
        for key, (of, what) in expected.items()
        if of is not dict or key in meanings
    ]
    return (
        f"# Settings\n\n{WRITTEN}\n\n`{settings.FILE}` in the folder you work in; all of it is optional. "
        "`partner-analytics check` tells whether all of it is understood.\n\n"
        f"```toml\n{example}```\n\n" + _table(("setting", "expects", "default", "meaning"), rows) + "\n"
        "The products that are known stand in [products.csv](../../partner_analytics/catalog/products.csv). The words that "
        "`[words]` can lead to stand in the [glossary](../../GLOSSARY.md), and the columns in "
        "[sql/README.md](../../sql/README.md).\n"
    )


def exit_codes() -> str:
    """Every exit code with its error."""
    known = [
        (error.exit_code, f"`{error.__name__}`", _cell(error.__doc__ or ""))
        for error in errors.PartnerAnalyticsError.__subclasses__()
    ]
    rows = sorted(known + [(code, "", meaning) for code, meaning in OTHER_EXIT_CODES.items()])
    return (
        f"# Exit codes\n\n{WRITTEN}\n\nA command ends with one of these. On the command line an error is one sentence and a "
        "hint; in Python it is an exception of `partner_analytics`.\n\n"
        + _table(("exit code", "exception", "meaning"), ((str(code), error, meaning) for code, error, meaning in rows))
    )


def messages_page() -> str:
    """Every message that a user can meet."""
    parts = [
        f"# Messages\n\n{WRITTEN}\n\nWhat a message is filled in with stands as `{{name}}` or `…`.\n",
        "## Errors\n\nEach ends the command with its exit code; the hint says what to do next.\n",
        _table(
            ("exit code", "message", "hint", "file"),
            ((str(one.exit_code), _literal(one.text), _literal(one.hint), _link(one)) for one in messages.errors()),
        ),
        "## Rules of the columns\n\nA row that breaks one is refused: the message is the column, the rule, and what was found.\n",
        _table(("export", "column", "rule"), _column_rules()),
        "## Other reasons for a refusal\n\nThey go on from the name of a column or a file.\n",
        _table(("reason", "file"), ((_literal(one.text), _link(one)) for one in messages.rules())),
        "## Warnings\n\nA load says them, and so does every report that rests on the export. Nothing is refused.\n",
        _table(("warning", "file"), ((_literal(one.text), _link(one)) for one in messages.warnings())),
        "## Notes\n\nWhat a command says besides its result.\n",
        _table(("note", "file"), ((_literal(one.text), _link(one)) for one in messages.notes())),
    ]
    return "\n".join(parts)


def house() -> str:
    """The page of the house with its drawing and its stages as the import contract has them."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]
    layers = [[name.strip().rpartition(".")[2] for name in layer.split("|")] for layer in contract["layers"]]
    boxes = [f'    {"_".join(layer).strip("_")}["{" · ".join(layer)}"]' for layer in layers]
    names = [box.strip().partition("[")[0] for box in boxes]
    arrows = [f"    {above} --> {below}" for above, below in itertools.pairwise(names)]
    drawing = "\n".join(["flowchart TB", *boxes, *arrows])
    stages = _table(("stage", "what it is"), ((f"`{name}`", _purpose(name)) for layer in layers for name in layer))
    text = (ROOT / HOUSE).read_text("utf-8")
    text = re.sub(r"(```mermaid\n).*?(```\n)", lambda found: f"{found[1]}{drawing}\n{found[2]}", text, flags=re.DOTALL)
    marks = r"(<!-- stages -->\n).*?(<!-- /stages -->)"
    return re.sub(marks, lambda found: f"{found[1]}{stages}{found[2]}", text, flags=re.DOTALL)


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "docs/reference/commands.md": commands,
    "docs/reference/settings.md": settings_page,
    "docs/reference/exit-codes.md": exit_codes,
    "docs/reference/messages.md": messages_page,
    HOUSE: house,
}
"""Each page, and what writes it."""


def _meanings(example: str) -> dict[str, str]:
    """What each setting of an example means, by its comment."""
    found, table = {}, ""
    for line in example.splitlines():
        code, _, comment = line.partition("#")
        if header := re.match(r"\[([^]]+)\]", code):
            # A table of any name stands for all of its kind.
            table = re.sub(r"^(products)\.[^.]+", r"\1.CODE", header[1])
            table = re.sub(r"^(jobs|account_managers)\.[^.]+", r"\1.NAME", table)
            key = table
        else:
            key = f"{table}.{code.partition('=')[0].strip()}".lstrip(".")
        if comment:
            found[key] = comment.strip()
    return found


def _default(value: object) -> str:
    return f"`{value}`" if isinstance(value, str | int) or hasattr(value, "suffix") else ""


def _column_rules() -> Iterable[tuple[str, ...]]:
    for name, kind in KINDS.items():
        checks = schema_of(name).columns
        for column, of in kind.columns.items():
            rules = [REQUIRED] if of.is_required else []
            rules += [EXPECTED[of.type]] if of.type in EXPECTED else []
            rules += [check.error for check in checks[column].checks]
            yield from ((name, f"`{column}`", _literal(rule)) for rule in rules)
        yield from (
            (name, f"`{last}`", _literal(f"lies before the {first.replace('_', ' ')}, …"))
            for last, first in kind.not_before.items()
        )


def _purpose(name: str) -> str:
    """The first line of the docstring of a stage."""
    place = ROOT / "partner_analytics" / name
    file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    return _cell((ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").partition("\n\n")[0])


def _link(message: messages.Message) -> str:
    path = messages.path_of(message).relative_to(ROOT).as_posix()
    return f"[{message.module}](../../{path})"


def _literal(text: str) -> str:
    """A text as it is, in a cell of a table."""
    return _cell(text).replace("<", "&lt;").replace("*", r"\*").replace("$", r"\$").replace("[", r"\[")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (ROOT / name).write_text(page(), "utf-8", newline="\n")
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
