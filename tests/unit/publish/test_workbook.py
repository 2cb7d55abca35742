"""The workbook: a sheet a report, with real days and numbers, and nothing in it that is run."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import fastexcel
import polars as pl
import pytest

from partner_analytics import Portfolio
from partner_analytics.publish.workbook import workbook
from partner_analytics.reports import Report
from partner_analytics.reports.headers import headers
from partner_analytics.vocabulary import REPORTS
from tests.spec.reference.portfolios import HOSTILE_NAMES
from tests.support.frames import basis_of, built, frame_of, named

CELLS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def reports() -> tuple[Report, ...]:
    return Portfolio.demo().reports()


def sheet(content: bytes, number: int) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))


def one(frame: pl.DataFrame, name: str = "protection_status") -> bytes:
    return workbook([built(name, frame, basis_of())])


def named_headers(report: Report, frame: pl.DataFrame) -> dict[str, str]:
    """What each column is called in the workbook, by its name."""
    return dict(zip(frame.columns, headers(frame.columns, report.columns), strict=True))


def test_each_report_is_a_sheet_with_the_rows_of_its_csv(reports: tuple[Report, ...]) -> None:
    book = fastexcel.read_excel(workbook(reports))
    frames = {
        name: (report, frame)
        for report in reports
        for name, frame in {report.name: report.frame, **report.further}.items()
    }
    assert frames.keys() > set(REPORTS)
    assert book.sheet_names == [*frames, "sources"]
    for name, (report, frame) in frames.items():
        read = book.load_sheet(name).to_polars()
        titles = named_headers(report, frame)
        assert set(titles.values()) <= set(read.columns)
        assert read.height == frame.height
        for column, dtype in frame.schema.items():
            if dtype in (pl.Int64, pl.Date, pl.String) and frame[column].count():
                found = read[titles[column]].cast(dtype)
                assert sorted(found.to_list(), key=str) == sorted(frame[column].to_list(), key=str), (name, column)


def test_each_sheet_of_customers_begins_with_the_name_and_says_whom_to_call(reports: tuple[Report, ...]) -> None:
    book = fastexcel.read_excel(workbook(reports))
    for report in reports:
        columns = book.load_sheet(report.name).to_polars().columns
        assert columns[0] == "Customer"
        assert {"Account manager", "Contact", "E-mail", "Phone"} <= set(columns)
        assert columns[-1] == "Customer id"
        assert not [column for column in columns if "_" in column]


def test_the_most_urgent_customers_come_first_on_every_sheet_or_the_earliest_day(reports: tuple[Report, ...]) -> None:
    book = fastexcel.read_excel(workbook(reports))
    urgency = {name: place for place, name in enumerate(reports[0].frame["customer_id"])}
    for report in reports:
        sheet_ = book.load_sheet(report.name).to_polars()
        if report.name in ("actions", "renewals"):
            assert sheet_["Customer id"].to_list() == report.frame["customer_id"].to_list()
        else:
            places = [urgency.get(name, len(urgency)) for name in sheet_["Customer id"]]
            assert places == sorted(places), report.name


def test_a_sheet_is_printed_on_the_width_of_a_page_with_its_header_on_each() -> None:
    content = workbook([built("protection_status", named("Acme"), replace(basis_of(), partner="Bright & Co"))])
    first = sheet(content, 1)
    (setup,) = first.iter(f"{CELLS}pageSetup")
    assert (setup.get("orientation"), setup.get("fitToHeight"), setup.get("paperSize")) == ("landscape", "0", "9")
    (footer,) = first.iter(f"{CELLS}oddFooter")
    assert footer.text == "&LBright && Co&CAs of 2026-03-01&R&A, page &P of &N"
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert "protection_status!$1:$1" in book.read("xl/workbook.xml").decode()


def test_the_header_stays_in_sight_and_filters(reports: tuple[Report, ...]) -> None:
    first = sheet(workbook(reports), 1)
    (pane,) = first.iter(f"{CELLS}pane")
    assert (pane.get("xSplit"), pane.get("ySplit"), pane.get("state")) == ("1", "1", "frozen")
    assert [area.get("ref") for area in first.iter(f"{CELLS}autoFilter")] == [f"A1:Z{reports[0].frame.height + 1}"]


def test_no_name_becomes_a_formula_or_a_link() -> None:
    content = one(named(*HOSTILE_NAMES, "{=1+1}", "http://example.invalid/", "mailto:a@b.example"))
    assert not list(sheet(content, 1).iter(f"{CELLS}f"))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert not [
            name for name in book.namelist() if "hyperlink" in name or (name.endswith(".rels") and "sheet" in name)
        ]


def test_days_are_days_and_what_a_spreadsheet_would_change_is_text() -> None:
    row = {"customer_id": "a", "status": "active", "coverage_ends_on": date(2026, 12, 31), "license_count": 3}
    read = fastexcel.read_excel(one(frame_of("protection_status", row))).load_sheet(0).to_polars()
    assert read.schema["Ends on"].is_temporal()
    odd = row | {"coverage_ends_on": date(1899, 1, 1), "license_count": 2**62}
    read = fastexcel.read_excel(one(frame_of("protection_status", odd))).load_sheet(0).to_polars()
    assert read["Ends on"].to_list() == ["1899-01-01"]
    assert read["Licenses"].to_list() == [str(2**62)]


def test_the_same_reports_are_the_same_workbook(reports: tuple[Report, ...]) -> None:
    assert workbook(reports) == workbook(reports)


def test_an_empty_report_is_a_sheet_with_a_header() -> None:
    assert fastexcel.read_excel(one(frame_of("protection_status"))).load_sheet(0).to_polars().is_empty()


def test_a_text_that_would_be_a_formula_once_its_cell_is_edited_is_marked_as_text_and_no_other_is() -> None:
    content = one(named("Acme", "=1+1", "＝1", "a - b"))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        styles = ElementTree.fromstring(book.read("xl/styles.xml"))
    marked = [form.get("quotePrefix") == "1" for form in styles.find(f"{CELLS}cellXfs") or ()]
    cells = [cell for cell in sheet(content, 1).iter(f"{CELLS}c") if str(cell.get("r")) in ("A2", "A3", "A4", "A5")]
    assert [marked[int(cell.get("s", "0"))] for cell in cells] == [False, True, True, False]
