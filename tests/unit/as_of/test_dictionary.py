"""The data dictionary names every relation and column that SQL can ask, and no other."""

from __future__ import annotations

import re

import pytest

from partner_analytics import Portfolio, store
from partner_analytics.as_of.dictionary import dictionary
from tests.support.paths import ROOT

INTERNAL = {
    *(
        "answer",
        "store_version",
        "snapshot_days",
        "past_loads",
        "occurrences",
        "headers",
        "announced",
        "load_options",
        "refused_rows",
    ),
    *("customers_rows", "licenses_rows", "assistance_rows", "customer_facts_rows"),
}
"""What the store keeps for itself."""

PAGE = ROOT / "sql" / "README.md"


@pytest.fixture(scope="module")
def demo() -> Portfolio:
    return Portfolio.demo()


def documented() -> dict[str, list[tuple[str, str]]]:
    """For each relation its columns, with their types."""
    sections = re.split(r"^### ", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return {
        name: re.findall(r"^\| (\w+) \| (\S+) \|", section.partition("\n## ")[0], re.MULTILINE)[1:]
        for section in sections
        for name in section.partition("\n")[0].split(", ")
    }


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == dictionary(), (
        "renew it: python -m partner_analytics.as_of.dictionary > sql/README.md"
    )


@pytest.mark.sampled(8)
@pytest.mark.parametrize("relation", documented())
def test_a_relation_has_the_columns_and_types_that_the_page_names(relation: str, demo: Portfolio) -> None:
    rows = demo.sql(f"describe select * from {relation}").select("column_name", "column_type").rows()
    assert [(name, type_.lower()) for name, type_ in rows] == documented()[relation]


def test_every_relation_is_documented(demo: Portfolio) -> None:
    relations = set(demo.sql("select table_name from information_schema.tables")["table_name"])
    assert relations - set(documented()) == INTERNAL
    assert set(documented()) <= relations


def test_every_number_and_day_has_a_unit_and_every_column_a_source_and_a_meaning() -> None:
    rows = re.findall(r"^\| (\w+) \| (\S+) \| (.*) \| (.*) \| (.*) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    columns = [row for row in rows if row[1] != "type"]
    assert len(columns) > 100
    assert not [name for name, _, _, source, meaning in columns if not source or not meaning]
    counted = [(name, unit) for name, type_, unit, _, _ in columns if type_ in ("bigint", "date")]
    places = re.compile(r"(load_id|line)_(before|after)")
    assert {name for name, unit in counted if not unit and not places.fullmatch(name)} <= {
        "load_id",
        "erasure_id",
        "forgotten_before",
        "replaced_by",
        "corrected_by",
        "line",
        "corrected_line",
        "urgency",
    }


def test_every_function_that_takes_a_day_is_documented(demo: Portfolio) -> None:
    with store.reading(demo.db) as connection:
        functions = store.query(
            connection,
            "select function_name from duckdb_functions() where function_type = 'table_macro' and not internal",
        )
    assert set(functions["function_name"]) == store.AS_OF
    assert set(re.findall(r"^\| (\w+)\(day\) \|", PAGE.read_text("utf-8"), re.MULTILINE)) == store.AS_OF
