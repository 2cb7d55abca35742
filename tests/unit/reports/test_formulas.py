"""No text of an export is run by a spreadsheet, whatever separates its cells."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_analytics.reports import csv_text
from partner_analytics.safety.formulas import as_it_was, defused

SIGNS = "=+-@＝＋－＠"
TEXTS = st.text(st.sampled_from("ab'\" ;,\t\r\n" + SIGNS), max_size=8)


@pytest.mark.promise("names")
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_no_cell_of_a_csv_file_is_a_formula_where_the_semicolon_or_the_tab_separates(texts: list[str]) -> None:
    frame = pl.DataFrame({f"column_{number}": [text] for number, text in enumerate(texts)})
    for delimiter in ";\t":
        for row in csv.reader(io.StringIO(csv_text(frame), newline=""), delimiter=delimiter):
            for cell in row:
                assert not cell.startswith(tuple(SIGNS)), (delimiter, row)


@given(TEXTS)
def test_the_comma_gives_every_text_back_but_for_its_apostrophes(text: str) -> None:
    _, (read, _) = csv.reader(io.StringIO(csv_text(pl.DataFrame({"a": [text], "b": ["x"]})), newline=""))
    assert read.replace("'", "") == text.replace("'", "")


@given(TEXTS.filter(lambda text: "'" not in text))
def test_what_was_written_with_apostrophes_is_read_without_them(text: str) -> None:
    assert pl.select(as_it_was(defused(pl.lit(text)))).item() == text


@pytest.mark.parametrize("name", ["=1+1", "a;=1", "＝1"])
def test_a_header_is_no_formula_either(name: str) -> None:
    header = csv_text(pl.DataFrame({name: [1]})).splitlines()[0]
    assert not re.search(r"(\A|;)[=＝]", header)
    assert header.replace("'", "") == name


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["x", None, ""], ["x", '""', '""']),
        ([1, None], ["1", '""']),
        ([1.5, None], ["1.5", '""']),
        ([True, None], ["true", '""']),
        ([None, date(2026, 11, 2)], ['""', "2026-11-02"]),
    ],
)
def test_a_row_of_one_empty_cell_is_a_row_all_the_same(values: list[object], expected: list[str]) -> None:
    assert csv_text(pl.DataFrame({"a": values})).splitlines() == ["a", *expected]
