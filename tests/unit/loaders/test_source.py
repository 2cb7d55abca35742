"""What is in no file is loaded like a file: its name and bytes are given, and its rows name it."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from unittest.mock import patch

import polars as pl
import pytest

from partner_analytics import ExportError, Portfolio, Source, UsageError
from partner_analytics.loaders import source

ANNA = "00000000-0000-4000-8000-000000000001"
DAY = "2026-11-02"
ROWS = pl.DataFrame({"id": ["L1", "L2"], "customer_id": ANNA, "product_code": "CIXA", "type": ["term", "abo"], "start_date": "2026-01-01"})  # fmt: skip


def workbook() -> bytes:
    content = io.BytesIO()
    ROWS.write_excel(content)
    return content.getvalue()


CONTENTS = {
    "licenses.csv": ROWS.write_csv().encode(),
    "licenses.json": json.dumps({"items": ROWS.to_dicts()}).encode(),
    "licenses.xlsx": workbook(),
}


@pytest.fixture
def portfolio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portfolio:
    monkeypatch.chdir(tmp_path)
    return Portfolio.open("partner.duckdb")


@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", CONTENTS)
@pytest.mark.parametrize("block", [source.BLOCK, 16])
def test_bytes_with_a_name_are_loaded_as_the_file_of_that_name_would_be(
    name: str, block: int, portfolio: Portfolio
) -> None:
    content = CONTENTS[name]
    with patch.object(source, "BLOCK", block):
        (loaded,) = portfolio.load(Source(name, content), snapshot_date=DAY)
    assert (loaded.file, loaded.kind, loaded.accepted, loaded.quarantined) == (name, "licenses", 1, 1)
    assert loaded.refused["value"].to_list() == ["abo"]
    kept = portfolio.sql("select file, sha256 from loads", as_of=DAY)
    assert kept.rows() == [(name, hashlib.sha256(content).hexdigest())]
    assert not Path(name).exists()
    Path(name).write_bytes(content)
    (again,) = portfolio.load(name, snapshot_date=DAY)
    assert again.already_loaded, "the same bytes in a file are the same export"


def test_bytes_and_files_are_loaded_together_and_explained_alike(portfolio: Portfolio) -> None:
    Path("licenses.csv").write_bytes(CONTENTS["licenses.csv"])
    given = Source("licenses.csv", CONTENTS["licenses.csv"])
    assert portfolio.explain(given) == portfolio.explain("licenses.csv")
    loaded = portfolio.load("licenses.csv", Source("licenses.json", CONTENTS["licenses.json"]), snapshot_date=DAY)
    assert [(one.file, one.accepted, one.duplicates) for one in loaded] == [
        ("licenses.csv", 1, 0),
        ("licenses.json", 0, 1),
    ]


def test_an_answer_about_one_customer_is_named_after_it(portfolio: Portfolio) -> None:
    answer = json.dumps({"items": ROWS.drop("customer_id").to_dicts()}).encode()
    (loaded,) = portfolio.load(Source(f"{ANNA}.json", answer), snapshot_date=DAY)
    assert loaded.accepted == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("answer.json", b"", "answer.json is empty"),
        ("answer.json", b"<html>", r"answer\.json is a web page"),
        ("answer.json", b"\x1f\x8b", r"answer\.json is a compressed file"),
        ("", b"id\n", "found an empty path"),
    ],
)
def test_bytes_that_are_no_export_are_refused_by_their_name(
    name: str, content: bytes, said: str, portfolio: Portfolio
) -> None:
    with pytest.raises(ExportError, match=said):
        portfolio.load(Source(name, content), snapshot_date=DAY)
    assert not portfolio.db.exists()


def test_a_text_is_no_bytes() -> None:
    with pytest.raises(UsageError, match=r"Expected the bytes of licenses\.csv; found str\."):
        Source("licenses.csv", "id\n")  # type: ignore[arg-type]


def test_a_path_is_no_name_of_bytes(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Expected a text to name the export; found PosixPath|WindowsPath"):
        Source(tmp_path / "licenses.csv", b"id\n")  # type: ignore[arg-type]
