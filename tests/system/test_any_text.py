"""Whatever the texts of the exports are, every report is written in every format."""

from __future__ import annotations

import csv
import email
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from email import policy
from pathlib import Path
from xml.etree import ElementTree

import fastexcel
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from partner_analytics import Portfolio
from partner_analytics.as_of.basis import Pack
from partner_analytics.charts import chart, license_positions
from partner_analytics.charts.svg import to_svg
from partner_analytics.publish.workbook import workbook
from tests.support.effort import examples
from tests.support.frames import basis_of, built, frame_of, named

DAY = "2026-11-02"
CUSTOMERS = (
    "account_name", "shown_as", "account_status", "contact_first_name", "contact_last_name", "contact_email",
    "contact_phone", "contact_mobile", "address_1", "city", "state", "postal_code", "country_code", "data_region",
    "data_geography", "api_host", "organization_id",
)  # fmt: skip
LICENSES = ("license_number", "product_code", "product_name", "product_generic_code")
FACTS = ("account_manager", "customer_group")
EACH = (*CUSTOMERS, *LICENSES, *FACTS)

NASTY = (
    "Sophos Intercept X Advanced 🛡️🛡️🛡️🛡️🛡️🛡️🛡️🛡️🛡️🛡️🛡️🛡️",
    "👩‍👩‍👧‍👦" * 12, "🇩🇪" * 30, "e\u0301" * 80, "𝔘" * 20_000, "\U0010ffff", "\ufffe\uffff\ufdd0", "\x00\x01\x1b[31m\x7f\x9b",
    "\u202e\u2066\u200b\ufeff", "\u2028\u2029\x85", "]]>&lt;<!--", "=1+1;=2", "_x0041_", "\ue000\uf8ff", "a" * 40_000,
)  # fmt: skip
TEXTS = st.one_of(st.sampled_from(NASTY), st.text(st.characters(codec="utf-8"), max_size=60))


def loaded(folder: Path, texts: list[str]) -> Portfolio:
    """A store in which each text stands in each column of text once, in a customer of its own; of two managers."""
    portfolio = Portfolio(folder / "store.duckdb")
    ids = [f"00000000-0000-4000-8000-{number:012}" for number in range(len(texts))]
    rows: dict[str, Sequence[Sequence[object]]] = {
        "customers.csv": [
            ["customer_id", *CUSTOMERS, "billing_type"],
            *([ids[n], *(shifted(texts, n, column) for column in CUSTOMERS), "term"] for n in range(len(texts))),
        ],
        "licenses.csv": [
            ["license_id", "customer_id", *LICENSES, "license_type", "start_date", "end_date", "quantity", "used"],
            *(
                [f"L{n}", ids[n], *(shifted(texts, n, column) or "X" for column in LICENSES),
                 "term", "2026-01-01", "2026-11-20", n + 1, 3]
                for n in range(len(texts))
            ),
        ],
        "facts.csv": [
            ["customer_id", *FACTS],
            *([ids[n], texts[n % 2], shifted(texts, n, "customer_group")] for n in range(len(texts))),
        ],
    }  # fmt: skip
    for name, of in rows.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(of)
        portfolio.load(folder / name, snapshot_date=DAY)
    return portfolio


def shifted(texts: list[str], number: int, column: str) -> str:
    return texts[(number + EACH.index(column)) % len(texts)]


@pytest.mark.sampled(0)
@pytest.mark.promise("names")
@examples(2, 1)
@given(st.lists(TEXTS, min_size=4, max_size=8))
@example(list(NASTY))
def test_every_format_is_written_whatever_the_texts_are(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        portfolio = loaded(folder, texts)
        for split_by in (None, "account_manager"):
            out = folder / str(split_by)
            files = portfolio.publish(
                out, as_of=DAY, formats=("csv", "html", "ics", "xlsx"), requests=True, split_by=split_by
            )
            assert {file.suffix for file in files} >= {".csv", ".html", ".ics", ".xlsx", ".json"}
            for file in files:
                can_be_read(file)


def can_be_read(file: Path) -> None:
    content = file.read_bytes()
    if file.suffix == ".xlsx":
        with zipfile.ZipFile(file) as book:
            for name in book.namelist():
                for text in ElementTree.fromstring(book.read(name)).itertext():
                    assert len(text.encode("utf-16-le")) // 2 <= 32_767 * 7
    elif file.suffix == ".eml":
        message = email.message_from_bytes(content, policy=policy.default)
        assert message.defects == []
    else:
        content.decode("utf-8")
        assert file.suffix != ".ics" or max(map(len, content.split(b"\r\n"))) <= 75


@examples(30, 3)
@given(st.text(st.sampled_from("aWi 日é🛡😀𝔘\ufe0f\u0301\u200d🏽"), min_size=1, max_size=60))
@example(NASTY[0])
def test_no_label_of_a_chart_is_cut_within_a_character(name: str) -> None:
    row = {
        "customer_id": "a",
        "product_code": "P",
        "product_name": name,
        "model": "term",
        "unused": 3,
        "over_used_by": 1,
    }
    drawing = to_svg(chart(license_positions.LOOK, frame_of("license_positions", row)), "x")
    drawing.encode()
    assert "\ufffd" not in drawing


@pytest.mark.parametrize("name", NASTY)
def test_whatever_the_manager_is_called_the_workbook_of_the_pack_can_be_read(name: str, tmp_path: Path) -> None:
    basis = replace(basis_of(), pack=Pack(name))
    book = tmp_path / "reports.xlsx"
    book.write_bytes(workbook([built("protection_status", named(name), basis)]))
    can_be_read(book)


@pytest.mark.parametrize("text", ["𝔘" * 40_000, "a" * 40_000, "a" * 20_000 + "𝔘" * 20_000])
def test_a_text_that_no_cell_holds_is_cut_between_two_characters(text: str) -> None:
    content = workbook([built("protection_status", named(text), basis_of())])
    cell = fastexcel.read_excel(content).load_sheet(0).to_polars()["Customer"][0]
    assert text.startswith(cell)
    assert 16_000 < len(cell.encode("utf-16-le")) // 2 <= 32_767
