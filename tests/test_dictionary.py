"""The data dictionary names every relation and column that SQL can ask, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from partner_analytics import Portfolio
from partner_analytics.dictionary import dictionary

PAGE = Path(__file__).parent.parent / "sql" / "README.md"


@pytest.fixture(scope="module")
def demo() -> Portfolio:
    return Portfolio.demo()


def documented() -> dict[str, list[tuple[str, str]]]:
    """For each relation its columns, with their types."""
    sections = re.split(r"^### ", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return {
        name: re.findall(r"^\| (\w+) \| (\S+) \|", section, re.MULTILINE)[1:]
        for section in sections
        for name in section.partition("\n")[0].split(", ")
    }


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == dictionary(), "renew it: python -m partner_analytics.dictionary > sql/README.md"


@pytest.mark.parametrize("relation", documented())
def test_a_relation_has_the_columns_and_types_that_the_page_names(relation: str, demo: Portfolio) -> None:
    rows = demo.sql(f"describe select * from {relation}").select("column_name", "column_type").rows()
    assert [(name, type_.lower()) for name, type_ in rows] == documented()[relation]


def test_every_relation_is_documented(demo: Portfolio) -> None:
    relations = demo.sql(
        "select table_name from information_schema.tables where table_name not in ('store_version', 'snapshot_days', 'load_options', 'announced', 'answer')"
    )
    assert set(relations["table_name"]) == set(documented())
