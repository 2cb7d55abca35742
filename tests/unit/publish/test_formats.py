"""The formats that reports are written in: each one record, which the command line and `publish` read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import reload
from pathlib import Path

import polars as pl
import pytest

from partner_analytics import Portfolio, Report, UsageError
from partner_analytics.commands import report as command
from partner_analytics.publish import formats, write_reports
from partner_analytics.publish.formats import Format
from partner_analytics.reports.csv_text import EXCEL, csv_text
from tests.support.frames import basis_of, built, frame_of
from tests.support.terminal import typed


def lines(reports: Sequence[Report], _version: str) -> Mapping[str, bytes]:
    return {"headlines.txt": "\n".join(report.headline for report in reports).encode()}


def test_a_new_format_is_one_function_and_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, Format("txt", "the headlines", lines)))
    demo = Portfolio.demo(tmp_path)
    written = demo.publish(tmp_path / "out", "actions", "renewals", formats=("txt", "csv"))
    assert [file.name for file in written[-2:]] == ["headlines.txt", "manifest.json"]
    first, second = (tmp_path / "out" / "headlines.txt").read_text("utf-8").split("\n")
    assert "to do by Sunday" in first
    assert "paid licenses end" in second
    # It is one of ours: a later run without it takes it away.
    demo.publish(tmp_path / "out", "actions", formats=("csv",))
    assert not (tmp_path / "out" / "headlines.txt").exists()
    with pytest.raises(UsageError) as refused:
        demo.publish(tmp_path / "out", formats=("pdf",))
    assert refused.value.hint == "formats are: csv, html, ics, parquet, txt, xlsx."


def test_the_command_line_offers_every_format_and_says_what_each_is_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(formats, "FORMATS", (*formats.FORMATS, Format("txt", "the headlines", lines)))
        (option,) = (one for one in reload(command).report.params if one.name == "wanted")
        assert tuple(option.type.choices) == ("csv", "html", "ics", "parquet", "txt", "xlsx")
        assert "txt: the headlines" in option.help
    reload(command)
    said = re.sub(r"\s+", " ", typed(tmp_path, "report", "--help").stdout)
    for one in formats.FORMATS:
        assert f"{one.name}: {one.is_for}" in said
    assert "By default csv, html, ics." in said


@pytest.mark.parametrize("name", ["../x.csv", "/x", "X.csv", "a b.csv", ""])
def test_a_format_writes_no_file_that_a_later_run_would_not_know_as_ours(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "FORMATS", (Format("txt", "a file", lambda _reports, _version: {name: b""}),))
    report = built("actions", frame_of("actions"), basis_of())
    with pytest.raises(UsageError, match="Expected names of files in lower case letters"):
        write_reports([report], tmp_path / "out", "txt", version="1")
    assert not (tmp_path / "out").exists()


def test_csv_files_for_excel_have_semicolons_a_mark_and_telephone_numbers_as_they_are(tmp_path: Path) -> None:
    said = typed(tmp_path, "demo", "--out", "demo")
    assert said.returncode == 0
    store = ("--db", "demo/demo.duckdb", "--as-of", "2026-11-02")
    written = typed(tmp_path, "report", "actions", *store, "--csv-for", "excel", "--format", "csv", "--out", "excel")
    assert written.returncode == 0
    text = (tmp_path / "excel" / "actions.csv").read_bytes().decode("utf-8")
    assert text.startswith("\ufeffcustomer_id;customer_name;account_manager;action;due_on;")
    plain = pl.read_csv(tmp_path / "demo" / "actions.csv", infer_schema=False)
    read = pl.read_csv(tmp_path / "excel" / "actions.csv", separator=";", infer_schema=False)
    assert read.drop("contact_phone").equals(plain.drop("contact_phone"))
    telephones = read["contact_phone"].drop_nulls()
    assert telephones.str.starts_with("+").any()
    assert read["contact_phone"].to_list() == plain["contact_phone"].str.strip_prefix("'").to_list()


@pytest.mark.parametrize(
    "text", ["+49", "+4930123", "+1+1", "+1 2+3", "+1 A1", "+cmd|' /C calc'!A0", "+1 2\n", "-1 2", "=1 2"]
)
def test_what_is_no_telephone_number_keeps_its_apostrophe_for_excel(text: str) -> None:
    line = csv_text(pl.DataFrame({"a": [text], "b": ["x"]}), dialect=EXCEL).split("\n", 1)[1]
    assert line.lstrip('"').startswith("'")


def test_csv_files_are_written_for_those_who_are_known_and_only_where_they_are_asked_for(tmp_path: Path) -> None:
    demo = Portfolio.demo()
    with pytest.raises(UsageError, match="Expected CSV files to write for excel; found none"):
        demo.publish(tmp_path, formats=("html",), csv_for="excel")
    with pytest.raises(UsageError, match="cannot be written for 'word'"):
        demo.publish(tmp_path, csv_for="word")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("language", "written"), [("en", "1.5;-0.25;"), ("de", "1,5;-0,25;")])
def test_a_spreadsheet_gets_the_decimal_sign_of_the_language_and_a_machine_the_point(
    language: str, written: str
) -> None:
    frame = pl.DataFrame(
        {"a": [1.5], "b": [-0.25], "c": [None]}, schema={"a": pl.Float64, "b": pl.Float64, "c": pl.Int64}
    )
    report = replace(built("actions", frame_of("actions"), replace(basis_of(), language=language)), frame=frame)
    assert report.csv_files(EXCEL)["actions.csv"].splitlines()[1] == written
    assert report.to_csv().splitlines()[1] == "1.5,-0.25,"
