"""Every message that a user can meet, read from the source: errors with their hints, rules of refused rows, warnings, notes.

What a message is filled in with while it runs stands as `{name}`, or as `…` where it has no name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from partner_analytics.errors import PartnerAnalyticsError
from tests.support.paths import ROOT

PACKAGE: Final = ROOT / "partner_analytics"
EXIT_CODES: Final = {error.__name__: error.exit_code for error in PartnerAnalyticsError.__subclasses__()}
SAYS: Final = ("say", "print_text")
A_RULE: Final = re.compile(r"(?:is|has|must|lies|gives|holds|names|repeats|begins) ")
"""How the rule of a refused row, or what is wrong with a file, goes on from the name of the column or file."""

RULES_IN: Final = ("loaders", "schemas", "store/row_versions.py")
UNKNOWN: Final = "…"
SQL_TEXT: Final = re.compile(r"'(?:[^']|'')*'(?:\s*\|\|\s*'(?:[^']|'')*')*")
"""A text in SQL, with those that it is joined with."""

A_NOTE: Final = re.compile(r": \S")
"""How what is said of a file that was loaded goes on from its name."""

NOTES_IN: Final = ("commands/load.py",)

Function = ast.FunctionDef | ast.Module


@dataclass(frozen=True, order=True)
class Message:
    """A message: the module of the package that says it, the sentence, the hint and the exit code, if it ends a command."""

    module: str
    text: str
    hint: str = ""
    exit_code: int | None = None


def errors() -> tuple[Message, ...]:
    """The errors that end a command, by exit code and module; a sentence of several wordings is one each."""
    found = {
        Message(module, text, hint, EXIT_CODES[name])
        for module, tree in _modules()
        for call, name, scope in _calls(tree, tuple(EXIT_CODES))
        if call.args
        for text in _texts(call.args[0], (scope, tree))
        if text != UNKNOWN
        for hint in (_texts(call.args[1], (scope, tree)) if len(call.args) > 1 else [""])
    }
    return tuple(sorted(found | set(_in_tables()), key=lambda one: (one.exit_code or 0, one)))


def rules() -> tuple[Message, ...]:
    """What is said of a row, a cell or a file that is refused, after its name."""
    return _strings_of(RULES_IN, A_RULE)


def notes() -> tuple[Message, ...]:
    """What a command says besides its result."""
    found = {
        Message(module, text)
        for module, tree in _modules()
        if module.startswith(("commands/", "ingest/"))
        for call, _, scope in _calls(tree, SAYS)
        for argument in call.args
        for text in _texts(argument, (scope, tree))
        if re.search(r"[a-z]{2} [a-z]", re.sub(r"\{\w+\}", "", text))
    }
    return tuple(sorted(found | set(_strings_of(NOTES_IN, A_NOTE))))


def warnings() -> tuple[Message, ...]:
    """What looks incomplete or spoilt: said on load, and on every report that rests on it."""
    found = []
    for file in sorted((ROOT / "sql" / "warnings").glob("*.sql")):
        text = re.sub(r"^\s*--.*$", "", file.read_text("utf-8"), flags=re.MULTILINE)
        literals = ("".join(re.findall(r"'((?:[^']|'')*)'", joined)) for joined in re.findall(SQL_TEXT, text))
        sentences = [" ".join(one.replace("''", "'").split()) for one in literals if re.match(r" ?[A-Z{].* ", one)]
        found.append(Message(file.name, re.sub(r"\{[^}]*\}", "…", " / ".join(sentences))))
    return tuple(found)


def _in_tables() -> Iterator[Message]:
    """The faults of queries, which stand in a table with the pattern that each is known by."""
    from partner_analytics.store.messages import FAULTS

    for _, text, hint in FAULTS:
        yield Message("store/messages.py", text, hint, EXIT_CODES["QueryError"])


@cache
def _modules() -> tuple[tuple[str, ast.Module], ...]:
    return tuple(
        (path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text("utf-8")))
        for path in sorted(PACKAGE.glob("**/*.py"))
    )


@cache
def _constants() -> dict[str, str]:
    """The texts that modules of the package share under a name."""
    return {
        node.target.id: node.value.value
        for _, tree in _modules()
        for node in tree.body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def _calls(tree: ast.Module, names: tuple[str, ...]) -> Iterator[tuple[ast.Call, str, Function]]:
    """The calls of some functions in a module, each with the function that it stands in."""

    def within(node: ast.AST, scope: Function) -> Iterator[tuple[ast.Call, str, Function]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in names:
                yield child, child.func.id, scope
            yield from within(child, child if isinstance(child, ast.FunctionDef) else scope)

    return within(tree, tree)


def _strings_of(places: tuple[str, ...], begins: re.Pattern[str]) -> tuple[Message, ...]:
    """The strings of some modules that begin in a way, but for docstrings and the messages of errors."""
    found = set()
    for module, tree in _modules():
        if not module.startswith(places):
            continue
        said = {id(part) for call, _, _ in _calls(tree, tuple(EXIT_CODES)) for part in ast.walk(call)}
        said |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        said |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        said |= {
            id(keyword.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            for keyword in node.keywords
            if keyword.arg == "description"
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in said:
                found |= {Message(module, text) for text in _texts(node, (tree,)) if begins.match(text)}
    return tuple(sorted(found))


def _texts(node: ast.expr, scopes: tuple[Function, ...]) -> list[str]:
    """The texts that an expression can be; `…` for what is only known when it runs."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(map(_part, parts))]
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return [first + then for first in _texts(left, scopes) for then in _texts(right, scopes)]
        case ast.IfExp(body=body, orelse=orelse):
            return [*_texts(body, scopes), *_texts(orelse, scopes)]
        case ast.Name(id=name):
            return _assigned(name, scopes) or [_constants().get(name, UNKNOWN)]
        case ast.Call(func=ast.Name(id="nearest" | "_nearest")):
            return ["did you mean `…`?"]
        case ast.Call(func=ast.Attribute(attr="format", value=text)):
            return _texts(text, scopes)
        case _:
            return [UNKNOWN]


def _assigned(name: str, scopes: tuple[Function, ...]) -> list[str]:
    """The texts that a name is given in the function where it is used, or in its module."""
    for scope in scopes:
        found: list[str] = []
        for node in ast.walk(scope):
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, ast.AnnAssign)
                else []
            )
            value = getattr(node, "value", None)
            if value is not None and any(isinstance(target, ast.Name) and target.id == name for target in targets):
                found += _texts(value, ()) if not isinstance(value, ast.Name) else []
        if texts := [text for text in dict.fromkeys(found) if text != UNKNOWN]:
            return texts
    return []


def _part(part: ast.expr) -> str:
    """A part of an f-string: its text, or what it is filled in with by name."""
    match part:
        case ast.Constant(value=str(text)):
            return text
        case ast.FormattedValue(value=ast.Name(id=name)) | ast.FormattedValue(value=ast.Attribute(attr=name)):
            return f"{{{name.lower()}}}"
        case ast.FormattedValue(
            value=ast.IfExp(body=ast.Constant(value=str(one)), orelse=ast.Constant(value=str(other)))
        ):
            return f"{one}/{other}"
        case _:
            return UNKNOWN


def path_of(message: Message) -> Path:
    """The file of the tree that says a message."""
    return (ROOT / "sql" / "warnings" if message.module.endswith(".sql") else PACKAGE) / message.module
