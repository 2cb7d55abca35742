"""What a query from outside may name: DuckDB's own parser takes it apart before anything of it runs."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Final

import duckdb

from partner_analytics.errors import QueryError

LONGEST: Final = 100_000
NODES: Final = ("SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE")
"""The parts of a query that read; DuckDB knows others, which write inside a `with`."""

TABLE_FUNCTIONS: Final = (
    *("generate_series", "json_each", "json_tree", "range", "repeat", "repeat_row", "unnest"),
    *("regexp_split_to_table", "icu_calendar_names", "pg_timezone_names"),
)
"""The functions in a `from` that look at nothing but what they are given."""

FORBIDDEN_FUNCTIONS: Final = (
    *("getenv", "current_setting", "json_serialize_plan", "json_execute_serialized_sql"),
    *("write_log", "nextval", "currval", "setval"),
)
"""The functions that look at more than they are given, or leave something behind."""

READ_ONLY: Final = "ask with select; sql/README.md names what there is."


@dataclass(frozen=True)
class Vetted:
    """A query that reads, and nothing but the store.

    Parameters
    ----------
    text
        The query, without what may follow it: semicolons and comments.
    parameters
        The name of each `$name` in it.
    tables
        The names in its `from`, in lower case.
    looks_around
        Whether it asks what relations there are.
    """

    text: str
    parameters: frozenset[str]
    tables: frozenset[str]
    looks_around: bool


def vet(text: str, macros: Collection[str]) -> Vetted:
    """Take a query apart.

    Parameters
    ----------
    text
        What somebody typed.
    macros
        The table functions of the store.

    Raises
    ------
    QueryError
        If it is no SQL, more than one statement, or names anything outside the store.
    """
    if len(text) > LONGEST:
        raise QueryError(
            f"The query is {len(text):,} characters long; at most {LONGEST:,} are read.", "ask in several queries."
        )
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise QueryError("The query holds half of a character.", "type it anew.")
    with duckdb.connect() as parser:
        vetted = _vetted(parser, _without_end(text), macros)
        # What is run is the query in parentheses: that must be one query too, and name the same.
        if replace(_vetted(parser, wrapped(vetted.text), macros), text=vetted.text) != vetted:
            raise QueryError("Expected one whole query, and found parts of several.", READ_ONLY)
    return vetted


def wrapped(text: str) -> str:
    """The query as part of another one."""
    return f"select * from (\n{text}\n) as answer"


def _without_end(text: str) -> str:
    """The text up to the semicolons and comments at its end."""
    content = text.encode()
    end = len(content)
    for start, kind in reversed(duckdb.tokenize(text)):
        if kind != duckdb.token_type.comment and content[start:end].strip() != b";":
            break
        end = start
    return content[:end].decode().strip()


def _vetted(parser: duckdb.DuckDBPyConnection, text: str, macros: Collection[str]) -> Vetted:
    ((answer,),) = parser.execute("select json_serialize_sql($text::varchar)", {"text": text}).fetchall()
    try:
        tree = json.loads(answer)
    except RecursionError as error:
        raise QueryError("The query is nested too deeply.", "ask in several steps, with `with`.") from error
    if tree["error"]:
        raise _unread(tree, text)
    if len(tree["statements"]) != 1:
        found = "more than one" if tree["statements"] else "none"
        raise QueryError(f"Expected one query, and found {found}.", "ask for example: select * from customers")
    internal = parser.execute(
        "select view_name from duckdb_views() where internal and schema_name <> 'information_schema'"
    ).fetchall()
    tables: set[str] = set()
    looks_around = False
    for part in _parts_of(tree["statements"][0]["node"]):
        kind = str(part.get("type", ""))
        if kind.endswith("_NODE") and kind not in NODES:
            raise QueryError("Expected a query that reads, and found one that writes.", READ_ONLY)
        if kind == "TABLE_FUNCTION":
            _check_table_function(part["function"], macros)
        elif part.get("class") == "FUNCTION" and part["function_name"].lower() in FORBIDDEN_FUNCTIONS:
            raise QueryError(f"The function `{part['function_name']}` is not for queries.", READ_ONLY)
        elif kind == "SHOW_REF":
            looks_around = looks_around or part["query"] is None
            tables.add(str(part["table_name"]).strip('"').lower())
        elif kind == "BASE_TABLE":
            schema, table = part["schema_name"].lower(), part["table_name"].lower()
            if schema != "information_schema" and (table,) in internal:
                raise QueryError(f"`{table}` is about the database, and not for queries.", READ_ONLY)
            looks_around = looks_around or schema == "information_schema"
            tables.add(table)
    named = frozenset(entry["key"] for entry in tree["statements"][0]["named_param_map"])
    return Vetted(text, named, frozenset(tables), looks_around)


def _parts_of(tree: Any) -> Iterator[dict[str, Any]]:
    """Every part of a parsed query, however deep."""
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


def _check_table_function(function: dict[str, Any], macros: Collection[str]) -> None:
    name = function["function_name"].lower()
    if name not in TABLE_FUNCTIONS and name not in macros:
        raise QueryError(
            f"`{name}` cannot be asked: a query sees the store, and no files, settings or network.", READ_ONLY
        )


def _unread(tree: dict[str, Any], text: str) -> QueryError:
    """The error of a text that is no query."""
    if tree["error_type"] == "not implemented":
        if text.lower().startswith("pivot"):
            return QueryError(
                "A pivot has to name its columns.", "write: pivot … on status in ('active', 'expired') using …"
            )
        return QueryError("Expected one query that reads (select …), and found something else.", READ_ONLY)
    content = text.encode()
    position = int(tree.get("position", len(content)))
    before, after = content[:position].decode(errors="replace"), content[position:].decode(errors="replace")
    words = re.findall(r"\w+", after)
    if not words:
        return QueryError("The query ends too early.", "see whether a word or a bracket is missing at its end.")
    message = f"The query cannot be read from `{words[0][:40]}` on, in line {before.count(chr(10)) + 1}."
    for word in (words[0], *re.findall(r"\w+", before)[-1:]):
        near = get_close_matches(word.lower(), KEYWORDS, n=1, cutoff=0.7)
        if near and near[0] != word.lower():
            return QueryError(message, f"did you mean `{near[0]}` where it says `{word}`?")
    return QueryError(message, "look at what stands before it: a comma, a quote or a bracket may be missing.")


KEYWORDS: Final = (
    *("select", "distinct", "from", "where", "group", "having", "order", "limit", "offset", "join", "left", "using"),
    *("union", "values", "with", "case", "when", "then", "else", "between", "ilike", "exists", "pivot", "unpivot"),
    *("describe", "summarize", "qualify"),
)
