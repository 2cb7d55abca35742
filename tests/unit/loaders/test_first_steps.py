"""The first files that people name: a folder, an archive, a pattern, a workbook that is open, titles above a header."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from partner_analytics import ExportError, Portfolio, Source
from partner_analytics.loaders import source
from tests.support.paths import FIXTURES
from tests.support.terminal import typed

DAY = "2026-11-02"
ANNA = "00000000-0000-4000-8000-000000000001"
LICENSES = f"License ID,Customer ID,Product Code,License Type,Start Date\nL1,{ANNA},CIXA,term,2026-01-01\n"


@pytest.fixture
def portfolio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portfolio:
    monkeypatch.chdir(tmp_path)
    return Portfolio.open("partner.duckdb")


def archive(name: str, **members: bytes) -> Path:
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as made:
        for member, content in members.items():
            made.writestr(member.replace("__", "/").replace("_dot_", "."), content)
    return Path(name)


# Folders, archives, patterns


def test_of_a_folder_each_export_is_loaded_and_what_is_left_out_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    for name in ("customers.csv", "licenses.csv"):
        shutil.copy(FIXTURES / name, folder)
    for name in ("notes.pdf", "~$licenses.xlsx", ".hidden.csv"):
        (folder / name).write_bytes(b"x")
    (folder / "older").mkdir()
    said = typed(tmp_path, "load", "exports", "--snapshot-date", DAY)
    assert said.returncode == 0
    assert [line.split()[0] for line in said.stdout.splitlines()[1:]] == [
        "exports/customers.csv",
        "exports/licenses.csv",
    ]
    assert (
        "exports: left out, since they are no CSV, JSON or XLSX exports: `notes.pdf`, `older`, `~$licenses.xlsx`."
        in said.stderr
    )


def test_of_an_archive_each_export_is_loaded_under_its_name_there(portfolio: Portfolio) -> None:
    customers = (FIXTURES / "customers.csv").read_bytes()
    file = archive("monday.zip", sub__customers_dot_csv=customers, licenses_dot_csv=LICENSES.encode(), a_dot_txt=b"x")
    left_out: list[str] = []
    loaded = portfolio.load(file, snapshot_date=DAY, left_out=left_out.append)
    assert [(one.file, one.kind, one.quarantined) for one in loaded] == [
        ("monday.zip/licenses.csv", "licenses", 0),
        ("monday.zip/sub/customers.csv", "customers", loaded[1].quarantined),
    ]
    assert left_out == ["monday.zip: left out, since they are no CSV, JSON or XLSX exports: `a.txt`."]
    Path("customers.csv").write_bytes(customers)
    (again,) = portfolio.load("customers.csv", snapshot_date=DAY)
    assert again.already_loaded, "the same bytes, wherever they are packed"


def test_a_workbook_is_no_archive(portfolio: Portfolio) -> None:
    pl.read_csv(io.StringIO(LICENSES), infer_schema=False).write_excel("licenses.xlsx")
    (loaded,) = portfolio.load("licenses.xlsx", snapshot_date=DAY)
    assert (loaded.file, loaded.accepted) == ("licenses.xlsx", 1)


def test_a_name_in_an_archive_is_no_path(portfolio: Portfolio, tmp_path: Path) -> None:
    with zipfile.ZipFile("bad.zip", "w") as made:
        made.writestr("../../escaped.csv", LICENSES)
    (loaded,) = portfolio.load("bad.zip", snapshot_date=DAY)
    assert loaded.file == "bad.zip/../../escaped.csv"
    assert not list(tmp_path.parent.rglob("escaped.csv"))


def test_a_bad_export_in_an_archive_is_named_and_the_others_are_loaded(portfolio: Portfolio) -> None:
    archive("two.zip", a_dot_csv=b"shelf,book\n1,2\n", b_dot_csv=LICENSES.encode())
    errors: list[Exception] = []
    (loaded,) = portfolio.load("two.zip", snapshot_date=DAY, failed=errors.append)
    assert loaded.file == "two.zip/b.csv"
    assert str(errors[0]).startswith("two.zip/a.csv is not an export that is known")


@pytest.mark.parametrize("damage", [30, 60, 90])
def test_a_damaged_archive_is_one_sentence(damage: int, portfolio: Portfolio) -> None:
    content = bytearray(archive("cut.zip", licenses_dot_csv=LICENSES.encode() * 50).read_bytes())
    content[damage : damage + 20] = b"\xff" * 20
    Path("cut.zip").write_bytes(content)
    with pytest.raises(ExportError, match=r"cut.zip.*(cannot be unpacked|cannot be read as a workbook|was changed)"):
        portfolio.load("cut.zip", snapshot_date=DAY)


def test_a_way_of_packing_that_cannot_be_read_is_said(portfolio: Portfolio) -> None:
    content = bytearray(archive("odd.zip", licenses_dot_csv=LICENSES.encode() * 50).read_bytes())
    # The method stands in the header of the file and in the list at the end; 97 is that of sound.
    for header, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = content.index(header) + place
        content[at : at + 2] = (97).to_bytes(2, "little")
    Path("odd.zip").write_bytes(content)
    with pytest.raises(ExportError, match=r"odd\.zip/licenses\.csv is packed in a way that cannot be read\."):
        portfolio.load("odd.zip", snapshot_date=DAY)


def test_an_archive_that_unpacks_to_more_than_is_held_is_refused(
    portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "LARGEST_PACKED", 1000)
    archive("bomb.zip", licenses_dot_csv=LICENSES.encode() + b"\n" * 2000)
    with pytest.raises(ExportError, match=r"bomb\.zip/licenses\.csv has more than 1 GB"):
        portfolio.load("bomb.zip", snapshot_date=DAY)


def test_a_folder_or_an_archive_without_an_export_says_what_was_expected(portfolio: Portfolio) -> None:
    Path("empty").mkdir()
    archive("pictures.zip", a_dot_png=b"x")
    with pytest.raises(ExportError, match="empty is a folder without an export; expected CSV, JSON or XLSX files"):
        portfolio.load("empty", snapshot_date=DAY)
    with pytest.raises(ExportError, match=r"pictures\.zip is an archive without an export; expected CSV"):
        portfolio.load("pictures.zip", snapshot_date=DAY)


def test_a_pattern_that_no_shell_has_written_out_is_written_out(portfolio: Portfolio) -> None:
    for name in ("b.csv", "a.csv", "c.json"):
        Path(name).write_text(LICENSES.replace("L1", name), "utf-8")
    loaded = portfolio.load("*.csv", snapshot_date=DAY)
    assert [one.file for one in loaded] == ["a.csv", "b.csv"]
    with pytest.raises(ExportError, match=r"No file fits \*\.xlsx\."):
        portfolio.load("*.xlsx", snapshot_date=DAY)
    Path("[1].csv").write_text(LICENSES.replace("L1", "L9"), "utf-8")
    assert [one.file for one in portfolio.load("[1].csv", snapshot_date=DAY)] == ["[1].csv"], "a file of that name"


def test_what_a_spreadsheet_keeps_beside_an_open_workbook_is_named_as_that(portfolio: Portfolio) -> None:
    Path("~$Lizenzen.xlsx").write_bytes(b"\x05Lena")
    with pytest.raises(ExportError) as refused:
        portfolio.load("~$Lizenzen.xlsx", snapshot_date=DAY)
    assert refused.value.message == (
        "~$Lizenzen.xlsx is what a spreadsheet keeps beside an open workbook; expected the workbook."
    )
    assert refused.value.hint == "close it there, and load Lizenzen.xlsx."


# Titles above the header


@pytest.mark.parametrize("titles", ["Lizenzen 2026\n", "License report\n\nExported on,2026-11-02\n", '"Two\nlines"\n'])
def test_titles_above_a_header_are_left_out_and_said(titles: str, portfolio: Portfolio) -> None:
    Path("licenses.csv").write_text(titles + LICENSES + f",{ANNA},CIXA,term,2026-01-01\n", "utf-8")
    (loaded,) = portfolio.load("licenses.csv", snapshot_date=DAY)
    assert (loaded.rows_read, loaded.accepted, loaded.quarantined) == (2, 1, 1)
    assert loaded.refused["line"].to_list() == [(titles + LICENSES).count("\n") + 1]
    assert loaded.notes[-1].startswith("what stands above its header is no row, and was left out: `")


def test_titles_above_a_header_of_a_sheet_are_left_out_and_said(portfolio: Portfolio) -> None:
    with xlsxwriter.Workbook("licenses.xlsx") as book:
        sheet = book.add_worksheet("Export")
        sheet.write_row(0, 0, ["Lizenzen 2026"])
        for number, line in enumerate(LICENSES.splitlines(), start=2):
            sheet.write_row(number, 0, line.split(","))
    (loaded,) = portfolio.load("licenses.xlsx", snapshot_date=DAY)
    assert loaded.accepted == 1
    assert loaded.notes == ("what stands above its header is no row, and was left out: `Lizenzen 2026`.",)


def test_a_row_as_wide_as_the_header_is_no_title(portfolio: Portfolio) -> None:
    row = f"L0,{ANNA},CIXA,term,2026-01-01\n"
    with pytest.raises(ExportError, match="is not an export that is known"):
        portfolio.load(Source("licenses.csv", (row + LICENSES).encode()), snapshot_date=DAY)


# What helps


def test_a_day_with_points_gets_the_day_to_write(tmp_path: Path) -> None:
    said = typed(tmp_path, "load", "x.csv", "--snapshot-date", "02.11.2026")
    assert said.returncode == 2
    assert said.stderr.endswith("found '02.11.2026'.\nHint: write 2026-11-02.\n")


def test_days_with_points_in_an_export_get_the_format_to_state(portfolio: Portfolio) -> None:
    text = LICENSES.replace("2026-01-01", "02.11.2026")
    with pytest.raises(ExportError) as refused:
        portfolio.load(Source("licenses.csv", text.encode()), snapshot_date=DAY)
    assert refused.value.hint == "state the order: --date-format %d.%m.%Y, or --date-format %m.%d.%Y"
    (loaded,) = portfolio.load(Source("l.csv", text.encode()), snapshot_date=DAY, date_format="%d.%m.%Y")
    assert loaded.accepted == 1


def test_explain_gives_the_lines_to_write_where_a_header_is_not_known_and_they_work(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text(LICENSES.replace("License Type", "Abrechnungsform"), "utf-8")
    refused = typed(tmp_path, "load", "l.csv", "--snapshot-date", DAY)
    assert refused.returncode == 10
    assert "partner-analytics explain FILE" in refused.stderr
    explained = typed(tmp_path, "explain", "l.csv")
    assert explained.returncode == 0
    assert "  Abrechnungsform → not known" in explained.stdout
    *_, table, line = explained.stdout.splitlines()
    assert (table, line) == ("  [columns]", '  "header of license_type" = "license_type"')
    (tmp_path / "partner_analytics.toml").write_text(
        f"{table}\n{line.replace('header of license_type', 'Abrechnungsform')}\n", "utf-8"
    )
    assert typed(tmp_path, "load", "l.csv", "--snapshot-date", DAY).returncode == 0


@pytest.mark.parametrize("file", sorted((FIXTURES / "broken").glob("*.*")), ids=lambda file: file.name)
def test_explain_never_ends_with_the_error_that_it_was_called_to_explain(file: Path, tmp_path: Path) -> None:
    loaded = typed(tmp_path, "load", str(file), "--snapshot-date", DAY)
    explained = typed(tmp_path, "explain", str(file))
    assert (explained.returncode, explained.stderr) == (0, "")
    if loaded.returncode == 10:
        assert loaded.stderr.splitlines()[-2].removeprefix("Error: ") in explained.stdout


def test_explain_says_of_each_file_of_a_folder_how_it_would_be_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text(LICENSES, "utf-8")
    (tmp_path / "in" / "b.json").write_bytes(b"\xff\xfe\x00")
    said = typed(tmp_path, "explain", "in")
    assert said.returncode == 0
    assert "in/a.csv: licenses, CSV" in said.stdout
    assert "in/b.json: " in said.stdout
