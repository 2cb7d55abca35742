"""What a query from outside may name: DuckDB's own parser takes it apart before anything of it runs.

All that it can be made of stands in a list: the parts of a query, the relations, the functions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

import duckdb

from partner_analytics.errors import QueryError, nearest
from partner_analytics.resources import resource
from partner_analytics.store.relations import AS_OF, Relations

LONGEST: Final = 100_000
PARTS: Final = frozenset(
    (
        *("SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"),
        *("BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "PIVOT", "SHOW_REF"),
        *("ORDER_MODIFIER", "DISTINCT_MODIFIER", "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER"),
        *("ORDER_DEFAULT", "ASCENDING", "DESCENDING"),
    )
)
"""The parts of a query that read; DuckDB knows others, which write inside a `with`."""

EXPRESSIONS: Final = frozenset(
    (
        *("BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION"),
        *(
            "LAMBDA",
            "LAMBDA_REF",
            "OPERATOR",
            "PARAMETER",
            "POSITIONAL_REFERENCE",
            "STAR",
            "SUBQUERY",
            "TYPE",
            "WINDOW",
        ),
    )
)
"""What a value can be made of."""

TABLE_FUNCTIONS: Final = frozenset(
    (
        *("generate_series", "json_each", "json_tree", "range", "repeat", "repeat_row", "unnest"),
        *("regexp_split_to_table", "icu_calendar_names", "pg_timezone_names"),
    )
)
"""The functions in a `from` that look at nothing but what they are given."""

OUR_SCHEMAS: Final = frozenset(("store", "main", "temp"))
BUILT_IN: Final = frozenset(("system", "main"))
ABOUT_RELATIONS: Final = frozenset(("tables", "columns", "schemata"))
"""The tables of `information_schema` that say what there is to ask."""

SHOWN: Final = frozenset(('"tables"', "__show_tables_expanded", '"databases"', '"schemas"'))
"""What `show` shows, beside a relation."""

READ_ONLY: Final = "ask with select; sql/README.md names what there is."
DICTIONARY: Final = "sql/README.md names every table and column; so does: describe customers"


@cache
def functions() -> frozenset[str]:
    """The functions that a query can call: what they are given, the clock and chance is all that they look at."""
    return frozenset(resource("sql", "functions.txt").read_text("utf-8").split())


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
        The relations that it names, in lower case.
    looks_around
        Whether it asks what relations there are.
    """

    text: str
    parameters: frozenset[str]
    tables: frozenset[str]
    looks_around: bool


def vet(text: str, relations: Relations) -> Vetted:
    """Take a query apart.

    Parameters
    ----------
    text
        What somebody typed.
    relations
        What it can name.

    Raises
    ------
    QueryError
        If it is no SQL, more than one statement, or made of anything that is on no list.
    """
    if len(text) > LONGEST:
        raise QueryError(
            f"The query is {len(text):,} characters long; at most {LONGEST:,} are read.", "ask in several queries."
        )
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise QueryError("The query holds an incomplete character.", "type the query again.")
    with duckdb.connect() as parser:
        vetted = _vetted(parser, _without_end(text), relations)
        # What is run is the query in parentheses: that must be one query too, and name the same.
        if replace(_vetted(parser, wrapped(vetted.text), relations), text=vetted.text) != vetted:
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


def _vetted(parser: duckdb.DuckDBPyConnection, text: str, relations: Relations) -> Vetted:
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
    names = _Names(relations)
    for part, steps in _parts_of(tree["statements"][0]["node"]):
        names.check(part, steps)
    (internal,) = parser.execute("select list(view_name) from duckdb_views() where internal").fetchall()[0]
    if taken := sorted(names.steps & set(internal)):
        raise QueryError(
            f"`{taken[0]}` is a name that the database itself uses.", "give the step after `with` another name."
        )
    named = frozenset(entry["key"] for entry in tree["statements"][0]["named_param_map"])
    return Vetted(text, named, frozenset(names.tables), names.looks_around)


def _parts_of(tree: Any) -> Iterator[tuple[dict[str, Any], frozenset[str]]]:
    """Every part of a parsed query, however deep, each with the steps (`with name as …`) that it can see."""
    waiting: list[tuple[Any, frozenset[str]]] = [(tree, frozenset())]
    while waiting:
        part, steps = waiting.pop()
        if isinstance(part, list):
            waiting.extend((one, steps) for one in part)
        if not isinstance(part, dict):
            continue
        below = dict(part)
        for entry in (below.pop("cte_map", None) or {}).get("map", ()):
            # A step sees those before it, and not itself: what has its name there is something else.
            waiting.append((entry["value"], steps - {entry["key"].lower()}))
            steps = steps | {entry["key"].lower()}
        yield part, steps
        if part.get("type") == "RECURSIVE_CTE_NODE":
            itself = frozenset((part["cte_name"].lower(),))
            waiting += [(below.pop("left"), steps - itself), (below.pop("right"), steps | itself)]
        if part.get("type") == "TABLE_FUNCTION":
            # What stands in a `from` is looked up among the functions for that.
            below["function"] = list(below["function"].values())
        waiting.extend((one, steps) for one in below.values())


def _path(part: dict[str, Any]) -> list[str]:
    """What a part names, with the schema before it where one is given."""
    return [name.lower() for name in (part.get("qualified_name") or {}).get("path", ())]


@dataclass
class _Names:
    """What the parts of a query name, each held against its list."""

    relations: Relations
    tables: set[str] = field(default_factory=set)
    steps: set[str] = field(default_factory=set)
    looks_around: bool = False

    def check(self, part: dict[str, Any], steps: frozenset[str]) -> None:
        self.steps |= steps
        kind, sort = part.get("type"), part.get("class")
        if isinstance(kind, str) and (kind not in PARTS if sort is None else sort not in EXPRESSIONS):
            raise QueryError("Expected a query that reads, and found one that does more.", READ_ONLY)
        path = _path(part)
        if sort in ("FUNCTION", "WINDOW"):
            self._check_function(path)
        elif sort is None and kind == "TABLE_FUNCTION":
            self._check_table_function(_path(part["function"]))
        elif sort is None and kind == "SHOW_REF" and part["query"] is None:
            if part["show_type"] == "SHOW_SPECIAL" and path[-1] in SHOWN:
                self.looks_around = True
            else:
                self._check_table(path, frozenset())
        elif sort is None and kind == "BASE_TABLE":
            self._check_table(path, steps)

    def _check_table(self, path: list[str], steps: frozenset[str]) -> None:
        *schema, name = path
        if not schema and name in steps:
            return
        if schema in (["information_schema"], ["store", "information_schema"]) and name in ABOUT_RELATIONS:
            self.looks_around = True
        elif name in self.relations.tables and OUR_SCHEMAS.issuperset(schema):
            self.tables.add(name)
        elif name in self.relations.withheld:
            raise QueryError(
                f"There is no table `{name}` after a filter: a refused row may belong to any customer.",
                "ask the whole portfolio, without a filter.",
            )
        else:
            hint = nearest(name, sorted(self.relations.tables | steps))
            raise QueryError(f"There is no table `{'.'.join(path)}`.", hint if hint.startswith("did") else DICTIONARY)

    @staticmethod
    def _check_function(path: list[str]) -> None:
        # What stands before its name can be a column: city.upper() is upper(city).
        name = path[-1]
        if name not in functions():
            hint = nearest(name, sorted(functions()))
            raise QueryError(
                f"There is no function `{name}`.",
                hint if hint.startswith("did") else "sql/functions.txt lists what there is.",
            )

    @staticmethod
    def _check_table_function(path: list[str]) -> None:
        *schema, name = path
        if name in TABLE_FUNCTIONS and BUILT_IN.issuperset(schema):
            return
        if name in AS_OF and OUR_SCHEMAS.issuperset(schema):
            return
        near = get_close_matches(name, sorted(TABLE_FUNCTIONS | AS_OF), n=1, cutoff=0.75)
        raise QueryError(
            f"`{name}` cannot be used: a query reads the store, and no files, settings or network.",
            f"did you mean `{near[0]}`?" if near else READ_ONLY,
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
