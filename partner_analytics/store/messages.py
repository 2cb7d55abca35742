"""What is wrong with a query, in plain words and with the nearest name: never what DuckDB itself says."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

import duckdb

from partner_analytics.errors import QueryError, nearest
from partner_analytics.store.guard import DICTIONARY, Vetted

NO_COLUMN: Final = (
    r'Referenced column "(?P<name>[^"]+)" not found',
    r'Table "[^"]+" does not have a column named "(?P<name>[^"]+)"',
    r'Column "(?P<name>[^"]+)" (?:in \w+ list not found|does not exist on)',
)

FAULTS: Final = (
    (
        r'column "(?P<name>[^"]+)" must appear in the GROUP BY',
        "The column `{name}` is selected, but the query does not group by it.",
        "add it to `group by`, or write any_value({name}).",
    ),
    (
        r'Ambiguous reference to (?:column|table)(?: name)? "(?P<name>[^"]+)"',
        "The name `{name}` stands in more than one of the tables.",
        "write the name of its table before it: table.{name}",
    ),
    (
        r"No function matches the given name and argument types '(?P<name>\w+)\((?P<given>.*?)\)'",
        "The function `{name}` does not take values of these types: {given}.",
        "cast the value: {name}(cast(value as bigint)); or check how many values it takes.",
    ),
    (
        r"(?:Could not convert|Failed to cast|Unimplemented type for cast|Could not parse|value out of range|specifier)",
        "A value is not of the type that the query expects there: a number, a day, or true or false.",
        "write days as date '2026-11-02' and text in single quotes; try_cast(value as bigint) gives an empty value in place of this error.",
    ),
    (
        r"(?:WHERE clause cannot contain|cannot be nested)",
        "A count or sum stands where only single rows can be compared.",
        "write it in `having`, after `group by`, or in a second step, with `with`.",
    ),
    (
        r"More than one row returned by a subquery",
        "A query in brackets that stands for one value has several rows.",
        "use `in (select …)`, or limit it to one row.",
    ),
    (
        r"(?:same number of result columns|UNION types|set operation)",
        "The queries that a `union` joins have different columns.",
        "select the same columns in each.",
    ),
    (
        r"(?:ORDER|GROUP BY) term out of range",
        "The query orders or groups by the number of a column that it does not have.",
        "name the column instead.",
    ),
    (
        r'Referenced table "(?P<name>[^"]+)" not found',
        "The query names a table `{name}` that is not in its `from`.",
        "add it to `from`, or use the short name that it has there.",
    ),
    (
        r"(?:Overflow|[Oo]ut of [Rr]ange)",
        "A number in the query becomes too large.",
        "cast it first: cast(value as double).",
    ),
)


def in_plain_words(error: duckdb.Error, connection: duckdb.DuckDBPyConnection, vetted: Vetted) -> QueryError:
    """The error of a query as a sentence and a hint.

    Parameters
    ----------
    error
        What DuckDB says.
    connection
        Of the store, to look up the names that there are.
    vetted
        The query.
    """
    said = str(error)
    for pattern in NO_COLUMN:
        if found := re.search(pattern, said):
            name = found["name"]
            near = re.findall(r'"(\w+)"', said.partition("Candidate bindings:")[2].partition("\n")[0])
            return QueryError(
                f"There is no column `{name}` in the tables of the query.",
                _nearest(name, [*_columns(connection, vetted.tables), *near]),
            )
    if found := re.search(r"Type with name (\S+) does not exist", said):
        known = {name for (name,) in connection.execute("select distinct type_name from duckdb_types()").fetchall()}
        return QueryError(f"There is no type `{found[1]}`.", _nearest(found[1], sorted(known)))
    for pattern, message, hint in FAULTS:
        if found := re.search(pattern, said):
            return QueryError(message.format(**found.groupdict()), hint.format(**found.groupdict()))
    if isinstance(error, (duckdb.PermissionException, duckdb.IOException)):
        return QueryError("A query reads the store, and no files, settings or network.", DICTIONARY)
    return QueryError(
        "The query cannot be answered: a name, a type or a function in it does not fit.",
        "build it up step by step, beginning with: select * from customers",
    )


def _columns(connection: duckdb.DuckDBPyConnection, tables: Collection[str]) -> list[str]:
    return [
        name
        for (name,) in connection.execute(
            "select distinct column_name from duckdb_columns() where lower(table_name) in (select unnest($tables)) "
            "order by 1",
            {"tables": sorted(tables)},
        ).fetchall()
    ]


def _nearest(name: str, known: Collection[str]) -> str:
    hint = nearest(name.lower(), list(known))
    return hint if hint.startswith("did") else DICTIONARY
