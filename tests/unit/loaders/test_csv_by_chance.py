"""What the reader of the standard library makes of a CSV text, we make of it too, however little is held at a time."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from partner_analytics import ExportError
from partner_analytics.loaders import read_export, source
from partner_analytics.schemas.headers import known_columns
from tests.support.dirty_files import is_blank
from tests.support.effort import examples

KNOWN = known_columns({})
Found = list[tuple[int, list[str]]]

CELLS = st.text(st.sampled_from('ab" \t,;|\n\r\u2028\x1c\ue000'), max_size=6)
PLAIN = st.text(st.sampled_from("ab \u2028"), max_size=4)
QUOTED = CELLS.map(lambda cell: '"' + cell.replace('"', '""') + '"')
BADLY_QUOTED = CELLS.map(lambda cell: f'"{cell}"')
ROWS = st.lists(st.lists(st.one_of(PLAIN, QUOTED, CELLS, BADLY_QUOTED), min_size=1, max_size=3), max_size=8)


def as_the_standard_library_reads(text: str, delimiter: str) -> Found | None:
    """Line and fields of each record; None where it cannot be read."""
    reader = csv.reader(
        io.StringIO(text if "\n" in text else text.replace("\r", "\n"), newline="\n"), delimiter=delimiter, strict=True
    )
    found, begins = [], 1
    try:
        for record in reader:
            if not is_blank(record):
                found.append((begins, record))
            begins = reader.line_num + 1
    except csv.Error:
        return None
    return found


def as_we_read(file: Path) -> Found | None:
    try:
        parts = list(read_export(str(file), KNOWN).parts())
    except ExportError:
        return None
    whole = [(line, list(cells)) for part in parts for line, cells in zip(part.lines, part.cells.rows(), strict=True)]
    ragged = [(line, list(cells)) for part in parts for line, cells in part.as_written.rows()]
    return sorted(whole + ragged)


@pytest.mark.parametrize("block", [source.BLOCK, 64])
@examples(700, 100)
@given(ROWS, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]), st.booleans())
@example([['"ACME "Best" GmbH"', "x"]], ",", "\n", True)
@example([['"\n "', '"'], ['ba\n"', '""'], ["b", '"aa\n,"']], ";", "\n", True)
@example([["", '"a"b""']], "\t", "\n", False)
@example([["", ""], ["a", "a", ""], ["", '""']], "\t", "\n", True)
@example([["a", '"\n"'], ["b", "\x1c"], ["\x1c"]], ",", "\n", True)
def test_a_csv_text_is_read_as_the_standard_library_reads_it_or_refused_where_that_cannot(
    tmp_path_factory: pytest.TempPathFactory,
    block: int,
    rows: list[list[str]],
    delimiter: str,
    end: str,
    is_ended: bool,
) -> None:
    file = tmp_path_factory.getbasetemp() / f"chance{block}.csv"
    text = end.join(map(delimiter.join, [["customer_id", "account_name"], *rows])) + (end if is_ended else "")
    file.write_text(text, "utf-8", newline="")
    expected = as_the_standard_library_reads(text, delimiter)
    with patch.object(source, "BLOCK", block):
        found = as_we_read(file)
    assert found == (expected and expected[1:])
