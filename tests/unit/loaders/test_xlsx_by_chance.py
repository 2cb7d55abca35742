"""Whatever stands in the XML of a sheet: each cell is read in its place, or refused with a reason, or the file is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partner_analytics import ExportError, PartnerAnalyticsError, Portfolio
from partner_analytics.loaders import xlsx_table
from partner_analytics.loaders.source import Content
from partner_analytics.loaders.xlsx_sheets import Workbook, workbook_of
from tests.support.effort import examples
from tests.support.workbooks import raw_workbook, row

TEXTS = ("Anna", "", " ", "term")
CUSTOMER = "00000000-0000-4000-8000-{:012}"


@dataclass(frozen=True)
class Cell:
    """A cell by its attributes and what is in it; what it must be read as: its text, or None where it must be refused."""

    type: str
    inside: str
    read: str | None


PLAIN = (
    Cell("", "<v>7</v>", "7"),
    Cell(' t="n"', "<v>7.0</v>", "7"),
    Cell("", "<v/>", ""),
    Cell("", "", ""),
    Cell(' s="1"', "", ""),
    Cell(' t="b"', "<v>1</v>", "true"),
    Cell(' t="str"', "<v>term</v>", "term"),
    Cell(' t="str"', "<f>A1</f><v></v>", ""),
    Cell("", "<f>1+1</f><v>2</v>", "2"),
    Cell(' t="inlineStr"', "<is><t>Anna</t></is>", "Anna"),
    Cell(' t="inlineStr"', "<is><r><t>An</t></r><r><rPr><b/></rPr><t>na</t></r></is>", "Anna"),
    Cell(' t="inlineStr"', "<is><t/></is>", ""),
    *(Cell(' t="s"', f"<v>{n}</v>", text.strip()) for n, text in enumerate(TEXTS)),
)
BROKEN = (
    Cell(' t="e"', "<v>#REF!</v>", None),
    Cell(' t="e"', "", None),
    Cell(' t="e"', "<f>A1</f><v>#N/A</v>", None),
    Cell("", "<f>1+1</f>", None),
    Cell("", "<f>1+1</f><v></v>", None),
    Cell("", '<f t="shared" si="0"/><v/>', None),
    Cell(' t="str"', "<f>A1</f>", None),
    Cell(' t="b"', "<v>yes</v>", None),
)
ODD = (
    Cell(' t="x"', "<v>1</v>", None),
    Cell(' t="s"', "<v>99</v>", None),
    Cell("", "<v>1</v><v>2</v>", None),
    Cell("", "<v><!-- x -->1</v>", None),
    Cell("", "<x/>", None),
    Cell(' t="n"', "<v>one</v>", None),
)
CELLS = st.sampled_from(PLAIN + PLAIN + BROKEN)
ROWS = st.lists(st.tuples(st.integers(1, 3), st.lists(st.tuples(st.integers(0, 2), CELLS), max_size=4)), max_size=6)


def written(
    rows: list[tuple[int, list[tuple[int, Cell]]]], is_numbered: bool
) -> tuple[str, dict[int, dict[int, Cell]]]:
    """The XML of rows, each so many behind the one before it, as its cells are; and the cells by line and column."""
    line, text = 1, ""
    cells: dict[int, dict[int, Cell]] = {}
    for rows_on, across in rows:
        line += rows_on if is_numbered else 1
        column, inside = -1, ""
        cells[line] = {}
        for columns_on, cell in across:
            column += columns_on + 1 if is_numbered else 1
            cells[line][column] = cell
            place = f' r="{chr(ord("A") + column)}{line}"' if is_numbered else ""
            inside += f"<c{place}{cell.type}>{cell.inside}</c>"
        text += f'<row r="{line}">{inside}</row>' if is_numbered else f"<row>{inside}</row>"
    return text, cells


def in_this_process(content: Content) -> Workbook:
    """A workbook, read without a process of its own: to start one for each takes longer than to read it."""
    return workbook_of(content.name, content.whole())


HEAD = row(1, *(f"h{column}" for column in range(12)))


@pytest.mark.promise("accounting")
@examples(100, 20)
@given(ROWS, st.booleans())
def test_each_cell_of_a_sheet_is_read_in_its_place_or_refused_with_a_reason(
    rows: list[tuple[int, list[tuple[int, Cell]]]], is_numbered: bool
) -> None:
    text, cells = written(rows, is_numbered)
    texts = "".join(f'<si><t xml:space="preserve">{one}</t></si>' for one in TEXTS)
    sheet = workbook_of("export.xlsx", raw_workbook({"Data": HEAD + text}, texts=texts)).sheets["Data"]
    read = {line: [(cell or "").strip() for cell in found] for line, *found in sheet.rows.rows()}
    broken = {(line, position): reason for line, position, _, reason in sheet.broken.rows()}
    for line, across in cells.items():
        for column, cell in across.items():
            if cell.read is None:
                assert broken[line, column]
                assert read[line][column]
            else:
                assert (line, column) not in broken
                assert cell.read == (read[line][column] if line in read else "")
    assert len(broken) == sum(cell.read is None for across in cells.values() for cell in across.values())
    filled = [line for line, across in cells.items() if any(cell.read != "" for cell in across.values())]
    assert list(read) == [1, *filled]


@pytest.mark.promise("accounting")
@examples(100, 8)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from(PLAIN * 2 + BROKEN * 2 + ODD[:2]), CELLS), max_size=6),
    st.integers(0, 9),
    st.sampled_from(["", "", "", "<row r='2'/>", "<c/>", "<x><row/></x>", "<row r='x'/>", "</row>", "<!-- x -->"]),
)
def test_of_a_sheet_of_any_xml_every_row_is_accounted_for_or_the_file_is_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, Cell, Cell]], position: int, odd: str
) -> None:
    folder = tmp_path_factory.mktemp("sheets")
    lines = [row(1, "customer_id", "account_name", "billing_type", "shown_as")]
    for line, (number, name, word) in enumerate(rows, start=2):
        cells = (f'<c r="{at}{line}"{cell.type}>{cell.inside}</c>' for at, cell in (("B", name), ("C", word)))
        lines.append(row(line, CUSTOMER.format(number), *cells))
    lines.insert(min(position, len(lines)), odd)
    (folder / "customers.xlsx").write_bytes(
        raw_workbook({"Data": "".join(lines)}, texts="".join(f"<si><t>{one}</t></si>" for one in TEXTS))
    )
    refusal: PartnerAnalyticsError | None = None
    try:
        with patch.object(xlsx_table, "read_workbook", in_this_process):
            (loaded,) = Portfolio(folder / "partner.duckdb").load(folder / "customers.xlsx", snapshot_date="2026-11-02")
    except ExportError as error:
        refusal = error
    if refusal is not None:
        assert re.fullmatch(r"[^\r\n]{10,3000}\.", refusal.message)
        assert refusal.hint
        return
    assert loaded.rows_read == len(rows) == loaded.accepted + loaded.quarantined + loaded.duplicates
    assert set(loaded.refused["line"]) >= {
        line for line, (_, *cells) in enumerate(rows, start=2) if any(cell.read is None for cell in cells)
    }
