"""A sheet of a workbook is read like a CSV of the same rows."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from partner_analytics import ExportError, PartnerAnalyticsError, Portfolio
from partner_analytics.loaders import xlsx_sheets
from partner_analytics.loaders.xlsx_cells import LONGEST
from partner_analytics.loaders.xlsx_parts import SMALL
from partner_analytics.loaders.xlsx_sheets import workbook_of
from partner_analytics.store import Accounting
from tests.support.terminal import typed
from tests.support.workbooks import DAY, MAIN, raw_workbook, row

ANNA, BEN = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
HEADER = [
    "License ID",
    "Customer ID",
    "Product Code",
    "License Type",
    "Quantity",
    "Unlimited",
    "Start Date",
    "End Date",
]


def workbook(file: Path, **sheets: list[list[Any]]) -> Path:
    """A workbook with these sheets; a row of None is an empty one."""
    with xlsxwriter.Workbook(file) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    sheet.write(row, column, cell, day if isinstance(cell, date) else None)
    return file


LICENSES: list[list[Any]] = [
    HEADER,
    ["00123", ANNA, "CIXA", "term", 25, False, date(2026, 5, 4), date(2027, 5, 3)],
    [],
    ["L2", BEN, "CIXA", "term", 1.5, True, datetime(2026, 5, 4, 23, 59), None],
    ["L3", BEN, "CIXA", "usage", None, True, "2026-05-04", None],
]


def test_days_numbers_and_flags_of_a_sheet_are_read_as_they_are(tmp_path: Path) -> None:
    portfolio = Portfolio(tmp_path / "partner.duckdb")
    file = workbook(tmp_path / "export.xlsx", Notes=[["Exported by Mei"]], Data=LICENSES, Empty=[])
    (loaded,) = portfolio.load(file, snapshot_date="2026-11-02")
    assert (loaded.kind, loaded.rows_read, loaded.accepted, loaded.quarantined) == ("licenses", 3, 2, 1)
    assert loaded.refused.select("line", "column_name", "value").rows() == [(4, "quantity", "1.5")]
    rows = portfolio.sql("select license_id, quantity, is_unlimited, start_date, end_date, line from licenses")
    assert rows.rows() == [
        ("00123", 25, False, date(2026, 5, 4), date(2027, 5, 3), 2),
        ("L3", None, True, date(2026, 5, 4), None, 5),
    ]


def test_two_sheets_that_can_be_exports_are_asked_about(tmp_path: Path) -> None:
    file = workbook(tmp_path / "export.xlsx", One=LICENSES, Two=LICENSES)
    with pytest.raises(ExportError, match="2 sheets that may be exports; expected one: `One`, `Two`"):
        Portfolio(tmp_path / "partner.duckdb").load(file)


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no more", b"PK\x03\x04" + bytes(200)])
def test_an_archive_that_is_no_workbook_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "export.xlsx").write_bytes(content)
    with pytest.raises(ExportError, match="cannot be read as a workbook"):
        Portfolio(tmp_path / "partner.duckdb").load(tmp_path / "export.xlsx")


def test_a_workbook_without_a_row_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="has no row in any sheet"):
        Portfolio(tmp_path / "partner.duckdb").load(workbook(tmp_path / "export.xlsx", Empty=[]))


def loaded_from(folder: Path, content: bytes, name: str = "export.xlsx") -> tuple[Portfolio, Accounting]:
    (folder / name).write_bytes(content)
    portfolio = Portfolio(folder / "partner.duckdb")
    (loaded,) = portfolio.load(folder / name, snapshot_date="2026-11-02")
    return portfolio, loaded


HEAD = row(1, "License ID", "Customer ID", "Product Code", "License Type", "Start Date", "End Date", "Quantity", "Used")


def license_row(number: int, *rest: str) -> str:
    return row(number, f"L{number}", ANNA, "CIXA", "term", "2026-01-01", *rest)


@pytest.mark.sampled(0)
@pytest.mark.parametrize(
    "error", ['<c r="G2" t="e"/>', '<c r="G2" t="e"><v>#REF!</v></c>', '<c t="e" r="G2"><f>X</f><v>#N/A</v></c>']
)
def test_the_value_beside_an_error_is_in_its_own_column_only(error: str, tmp_path: Path) -> None:
    rows = HEAD + license_row(2, "", error, '<c r="H2"><v>77</v></c>') + license_row(3, "", '<c r="G3"><v>5</v></c>')
    portfolio, loaded = loaded_from(tmp_path, raw_workbook({"Data": rows}))
    assert (loaded.rows_read, loaded.accepted, loaded.quarantined) == (2, 1, 1)
    ((line, column, reason),) = loaded.refused.select("line", "column_name", "reason").rows()
    assert (line, column) == (2, "quantity")
    assert re.fullmatch(r"holds the error \S+.* \(G2\)", reason)
    assert portfolio.sql("select quantity, used from licenses").rows() == [(5, None)]


def test_an_error_in_a_cell_that_names_no_place_is_that_cells(tmp_path: Path) -> None:
    cells = "".join(
        f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in ("L2", ANNA, "CIXA", "term", "2026-01-01")
    )
    rows = HEAD + f'<row>{cells}<c/><c t="e"><v>#DIV/0!</v></c><c><v>7</v></c></row>'
    _, loaded = loaded_from(tmp_path, raw_workbook({"Data": rows}))
    assert loaded.refused.select("line", "column_name", "reason").rows() == [
        (2, "quantity", "holds the error #DIV/0! (G2)")
    ]


@pytest.mark.sampled(0)
@pytest.mark.parametrize("formula", ["<f>1+1</f>", "<f>1+1</f><v></v>", "<f>1+1</f><v/>", '<f t="shared" si="0"/>'])
def test_a_formula_without_a_stored_value_is_refused_and_is_not_unknown(formula: str, tmp_path: Path) -> None:
    rows = HEAD + license_row(2, "", f'<c r="G2">{formula}</c>') + license_row(3)
    portfolio, loaded = loaded_from(tmp_path, raw_workbook({"Data": rows}))
    assert loaded.refused.select("line", "column_name", "reason").rows() == [
        (2, "quantity", "is a formula without a stored value (G2): open the workbook in Excel and save it")
    ]
    assert loaded.accepted == 1
    portfolio.quarantine(tmp_path / "refused.csv")
    (again,) = portfolio.load(tmp_path / "refused.csv", snapshot_date="2026-11-02")
    assert again.quarantined == 1, "the row must not pass because nobody looked at it"


def test_a_formula_whose_stored_value_is_an_empty_text_is_an_empty_cell(tmp_path: Path) -> None:
    rows = HEAD + license_row(2, '<c r="F2" t="str"><f>IF(1,"")</f><v></v></c>', '<c r="G2"><f>3+4</f><v>7</v></c>')
    portfolio, loaded = loaded_from(tmp_path, raw_workbook({"Data": rows}))
    assert loaded.accepted == 1
    assert portfolio.sql("select end_date, quantity from licenses").rows() == [(None, 7)]


def test_formulas_without_a_value_below_and_beside_all_others_are_seen(tmp_path: Path) -> None:
    rows = (
        HEAD
        + license_row(2)
        + '<row r="3"><c r="A3"><f>A2</f></c></row>'
        + license_row(4, "", "", "", '<c r="I4"><f>A2</f></c>')
    )
    rows += '<row r="9"><c r="B9"><f>B2</f></c></row>'
    _, loaded = loaded_from(tmp_path, raw_workbook({"Data": rows}))
    assert (loaded.rows_read, loaded.accepted, loaded.quarantined) == (4, 1, 3)
    assert loaded.refused["line"].unique().sort().to_list() == [3, 4, 9]


def test_many_errors_take_no_longer_than_as_many_values(tmp_path: Path) -> None:
    rows = HEAD + "".join(license_row(n, "", f'<c r="G{n}" t="e"/>', f'<c r="H{n}" t="e"/>') for n in range(2, 10_002))
    began = time.process_time()
    found = workbook_of("export.xlsx", raw_workbook({"Data": rows}))
    assert found.sheets["Data"].broken.height == 20_000
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (license_row(2) + license_row(2), "it gives the row 2 twice, or rows out of order"),
        (license_row(3) + license_row(2), "it gives the row 2 twice, or rows out of order"),
        (row(2, "L2", '<c r="A2"><v>1</v></c>'), "it gives the cell A2 twice, or cells out of order"),
        ('<row r="2"><c r="A3"><v>1</v></c></row>', "it gives the row 3 twice, or rows out of order"),
        ('<row r="0"><c r="A0"><v>1</v></c></row>', "it holds a row whose number is not valid"),
        ('<row r="2"><c r="ZZZ2"><v>1</v></c></row>', "it holds a cell behind the last column"),
        ('<row r="2"><c r="A2"><v>1</v><v>2</v></c></row>', "it gives the cell A2 two values"),
        ('<row r="2"><c r="A2"><v>7<!-- -->7</v></c></row>', "it holds more than text in a value"),
        ('<row r="2"><c r="A2"><v><![CDATA[7]]></v></c></row>', "it holds more than text in a value"),
        (row(2, "x" * (LONGEST + 9)), "it holds more text in A2 than a cell can"),
        ('<row r="2"><c r="A2" t="s"><v>one</v></c></row>', "it refers to a text without a valid number"),
        ('<row r="2"><c r="A2"><v>7</v><f>1</f></c></row>', "it holds cells that cannot be read with certainty"),
        ('<row r="2"><c r="&#66;2"><v>7</v></c></row>', "cannot be read as a workbook"),
        ('<row r="2"><c r="A2" t="s"><v>9</v></c></row>', "cannot be read as a workbook"),
    ],
)
def test_a_sheet_that_no_program_writes_is_refused_and_nothing_in_it_is_lost_or_moved(
    rows: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ExportError) as caught:
        workbook_of("export.xlsx", raw_workbook({"Data": HEAD + rows}))
    assert said in caught.value.message
    assert re.fullmatch(r"[^\n]+\.", caught.value.message)


def test_entities_of_its_own_are_in_no_workbook(tmp_path: Path) -> None:
    sheet = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    with pytest.raises(ExportError, match="it defines entities of its own"):
        workbook_of("export.xlsx", raw_workbook({"Data": sheet}))


@pytest.mark.promise("refused")
@pytest.mark.parametrize("far", ['<c r="XFD1048576"><v>1</v></c>', '<c r="XFD1048576" t="str"><v></v></c>'])
def test_a_cell_far_away_is_one_refused_file_and_the_others_are_loaded(far: str, tmp_path: Path) -> None:
    (tmp_path / "far.xlsx").write_bytes(raw_workbook({"Data": HEAD + f'<row r="1048576">{far}</row>'}))
    (tmp_path / "good.xlsx").write_bytes(raw_workbook({"Data": HEAD + license_row(2)}))
    failed: list[PartnerAnalyticsError] = []
    loaded = Portfolio(tmp_path / "partner.duckdb").load(
        tmp_path / "far.xlsx", tmp_path / "good.xlsx", snapshot_date="2026-11-02", failed=failed.append
    )
    assert [one.accepted for one in loaded] == [1]
    assert "has 17,179,869,184 cells between the first and the last" in failed[0].message


def test_the_style_of_a_cell_far_away_is_no_cell(tmp_path: Path) -> None:
    rows = HEAD + license_row(2) + '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert loaded_from(tmp_path, raw_workbook({"Data": rows}))[1].accepted == 1


@pytest.mark.promise("refused")
def test_an_archive_that_unpacks_to_much_more_than_it_is_is_refused_before_it_is_opened() -> None:
    bomb = raw_workbook({"Data": HEAD + " " * (SMALL + 1)})
    with pytest.raises(ExportError, match=r"is [\d,]+ bytes that unpack to more than 67,108,864, so it is not read"):
        workbook_of("export.xlsx", bomb)


def test_what_an_archive_says_of_its_sizes_is_not_believed() -> None:
    content = bytearray(raw_workbook({"Data": HEAD + license_row(2)}))
    listed = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    content[listed + 24 : listed + 28] = (10).to_bytes(4, "little")
    with pytest.raises(ExportError, match="it holds a part of another size than it says"):
        workbook_of("export.xlsx", bytes(content))


def test_a_reader_that_breaks_off_is_one_refused_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", "import os; os.abort()"], stdin=-1, stdout=-1)

    monkeypatch.setattr(xlsx_sheets, "started", broken)
    with pytest.raises(ExportError, match=r"export\.xlsx cannot be read in 4 GB of memory, or breaks its reader"):
        loaded_from(tmp_path, raw_workbook({"Data": HEAD + license_row(2)}))


@pytest.mark.sampled(0)
@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_not_read_and_said_to_be_left_out(state: str, tmp_path: Path) -> None:
    book = {"Data": HEAD + license_row(2), "Old": HEAD + license_row(3), "Notes": row(1, "By Mei"), "Empty": ""}
    (tmp_path / "export.xlsx").write_bytes(raw_workbook(book, states={"Old": state}))
    done = typed(tmp_path, "load", "export.xlsx", "--db", "partner.duckdb", "--snapshot-date=2026-11-02")
    assert "export.xlsx: only its sheet `Data` was read, and not: `Notes`, `Old` (hidden)." in done.stderr
    assert "`Old` (hidden)" in typed(tmp_path, "explain", "export.xlsx").stdout
    assert Portfolio(tmp_path / "partner.duckdb").sql("select license_id from licenses").rows() == [("L2",)]


@pytest.mark.parametrize("other", [{}, {"Notes": row(1, "By Mei")}])
def test_a_workbook_whose_only_export_is_hidden_asks_to_show_it(other: dict[str, str], tmp_path: Path) -> None:
    content = raw_workbook({"Data": HEAD + license_row(2)} | other, states={"Data": "hidden"})
    with pytest.raises(ExportError, match="hidden sheets are not read: `Data`"):
        loaded_from(tmp_path, content)


def test_what_other_programs_write_is_read(tmp_path: Path) -> None:
    texts = f"<si><t>L2</t></si><si><r><t>{ANNA[:9]}</t></r><r><rPr><b/></rPr><t>{ANNA[9:]}</t></r></si><si><t/></si>"
    text = '<c r="{}" t="s"><v>{}</v></c>'
    rows = HEAD + row(
        2, text.format("A2", 0), text.format("B2", 1), '<c r="C2" t="str"><v>CIXA</v></c>', "term",
        f'<c r="E2" {DAY}><v>46023</v></c>', text.format("F2", 2), '<c r="G2" t="n"><v>2.5E1</v></c>', '<c r="H2" t="d"/>',
    )  # fmt: skip
    rows = f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{MAIN}"><dimension ref="A1"/><sheetData>\n{rows}\n</sheetData><mergeCells/></worksheet>'
    portfolio, loaded = loaded_from(tmp_path, raw_workbook({"Data": rows}, texts=texts))
    assert loaded.refused.rows() == []
    found = portfolio.sql(
        "select license_id, customer_id, product_code, start_date, end_date, quantity, used from licenses"
    )
    assert found.rows() == [("L2", ANNA, "CIXA", date(2026, 1, 1), None, 25, None)]


def test_a_sheet_whose_elements_have_a_prefix_is_read_as_one_without(tmp_path: Path) -> None:
    rows = re.sub(r"<(/?)(?=[a-z])", r"<\1x:", HEAD + license_row(2))
    assert loaded_from(tmp_path, raw_workbook({"Data": rows}, prefix="x"))[1].accepted == 1
