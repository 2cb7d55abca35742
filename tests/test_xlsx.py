"""A sheet of a workbook is read like a CSV of the same rows."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from partner_analytics import ExportError, Portfolio

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
    with pytest.raises(ExportError, match="2 sheets that can be exports: `One`, `Two`"):
        Portfolio(tmp_path / "partner.duckdb").load(file)


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no more", b"PK\x03\x04" + bytes(200)])
def test_an_archive_that_is_no_workbook_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "export.xlsx").write_bytes(content)
    with pytest.raises(ExportError, match="is no workbook that can be read"):
        Portfolio(tmp_path / "partner.duckdb").load(tmp_path / "export.xlsx")


def test_a_workbook_without_a_row_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="has no row in any sheet"):
        Portfolio(tmp_path / "partner.duckdb").load(workbook(tmp_path / "export.xlsx", Empty=[]))
