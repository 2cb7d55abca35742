"""Whatever a dirty export holds, each of its rows is accepted, refused with its line and column, or a duplicate."""

from __future__ import annotations

import io
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from partner_analytics import ExportError, Portfolio
from partner_analytics.loaders import read_export
from partner_analytics.schemas.headers import known_columns
from partner_analytics.store import Accounting
from tests.support.dirty_files import (
    ANNA,
    BEN,
    CARA,
    DORA,
    ENCODINGS,
    Writing,
    every_pair,
    every_writing,
    records_in,
)


def load(folder: Path, name: str, content: str | bytes, **options: Any) -> tuple[Portfolio, Accounting]:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    portfolio = Portfolio(folder / "partner.duckdb")
    (loaded,) = portfolio.load(file, snapshot_date="2026-11-02", **options)
    return portfolio, loaded


def counts(loaded: Accounting) -> tuple[int, int, int, int]:
    return (loaded.rows_read, loaded.accepted, loaded.quarantined, loaded.duplicates)


def refusals(loaded: Accounting) -> list[tuple[int, str]]:
    return loaded.refused.select("line", "column_name").sort("line", "column_name").rows()


def accepted_names(portfolio: Portfolio) -> list[str]:
    return portfolio.sql("select account_name from customers order by line", as_of="2026-11-02")[
        "account_name"
    ].to_list()


@pytest.mark.sampled(1)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_in_every_writing_the_same_cells_are_read_from_the_same_lines(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    for writing in every_writing(encoding):
        file.write_bytes(writing.content)
        assert records_in(writing.text, writing.delimiter) == len(writing.rows), "as the standard library counts"
        parts = list(read_export(str(file), known_columns({})).parts())
        read = [pair for part in parts for pair in zip(part.lines, part.cells.rows(), strict=True)]
        ragged = [line for part in parts for line in part.refused["line"]]
        assert read == writing.whole, writing
        assert ragged == [line for line, row in writing.rows if "" in row.columns], writing


@pytest.mark.sampled(2)
@pytest.mark.parametrize("writing", every_pair(), ids=str)
def test_a_dirty_sheet_is_accounted_for_row_by_row(writing: Writing, tmp_path: Path) -> None:
    portfolio, loaded = load(tmp_path, "customers.csv", writing.content)
    assert counts(loaded) == writing.accounting
    assert refusals(loaded) == writing.refused
    assert accepted_names(portfolio) == writing.names


@dataclass(frozen=True)
class Dirty:
    """A file, and what must be said of it: the counts, and line and column of what is refused."""

    content: str | bytes
    counts: tuple[int, int, int, int]
    refused: list[tuple[int, str]] = field(default_factory=list)
    names: list[str] | None = None
    name: str = "customers.csv"


HEADER = "customer_id,account_name,billing_type\n"


def row(customer: str, name: str = "Anna", billing: str = "term") -> str:
    return f"{customer},{name},{billing}\n"


BAD = row("nobody")
LATE = 1700
"""A row far down, beyond what a reader may hold at once if it holds little."""

FILES = {
    "a quote inside a name without quotes is a letter": Dirty(
        HEADER + row(ANNA, 'ACME "Best" GmbH') + row(BEN, 'Rack 19"') + BAD,
        (3, 2, 1, 0), [(4, "customer_id")], ['ACME "Best" GmbH', 'Rack 19"'],
    ),
    "a blank before a quote makes it a letter, and the delimiter inside a delimiter": Dirty(
        HEADER + row(ANNA, ' "ACME, Best"') + row(BEN), (2, 1, 1, 0), [(2, "")], ["Anna"],
    ),
    "a file written twice by a script that appends": Dirty(
        HEADER + (row(ANNA) + row(BEN, "Ben") + BAD) * 2, (6, 2, 2, 2), [(4, "customer_id"), (7, "customer_id")],
    ),
    "two files put together with their headers": Dirty(
        HEADER + row(ANNA) + HEADER + row(BEN), (3, 2, 1, 0), [(3, "billing_type"), (3, "customer_id")],
    ),
    "two typed files put together": Dirty(
        ("#TYPE X\n" + HEADER + row(ANNA)) * 2, (4, 1, 2, 1), [(4, ""), (5, "billing_type"), (5, "customer_id")],
    ),
    "delimiters at the end of each line, as Excel leaves them": Dirty(
        "customer_id,account_name,billing_type,,\n" + f"{ANNA},Anna,term,,\n{BEN},Ben,term\n,,,,\n",
        (3, 1, 2, 0), [(3, ""), (4, "account_name"), (4, "customer_id")],
    ),
    "delimiters at the end of one line only": Dirty(
        HEADER + row(ANNA, billing="term,,") + row(BEN), (2, 1, 1, 0), [(2, "")],
    ),
    "a typed line with the delimiters that Excel puts behind it": Dirty(
        "#TYPE System.Data.DataRow,,\n" + HEADER + row(ANNA) + BAD, (2, 1, 1, 0), [(4, "customer_id")],
    ),
    "line ends of two sorts": Dirty(
        HEADER.replace("\n", "\r\n") + row(ANNA) + BAD.replace("\n", "\r\n") + row(BEN), (3, 2, 1, 0), [(3, "customer_id")],
    ),
    "a carriage return too many": Dirty(
        (HEADER + row(ANNA) + BAD).replace("\n", "\r\r\n"), (2, 1, 1, 0), [(3, "customer_id")],
    ),
    "a carriage return inside quotes does not end a line": Dirty(
        HEADER + row(ANNA, '"An\rna"') + BAD, (2, 1, 1, 0), [(3, "customer_id")], ["An\rna"],
    ),
    "separators that only Unicode knows do not end a line": Dirty(
        HEADER + row(ANNA, "A\u2028B\u2029C\x0bD\x0cE\x85F\x1cG") + BAD,
        (2, 1, 1, 0), [(3, "customer_id")], ["A\u2028B\u2029C\x0bD\x0cE\x85F\x1cG"],
    ),
    "lines of blanks are no rows": Dirty(
        HEADER + " \n\t\n" + row(ANNA) + "\v \f\n  \n\n" + BAD, (2, 1, 1, 0), [(8, "customer_id")],
    ),
    "lines of blanks that only Unicode knows are none either": Dirty(
        HEADER + row(ANNA) + "\u00a0\n\u2003 \u3000\n\u2028\n" + row(BEN, '"B"') + BAD, (3, 2, 1, 0), [(7, "customer_id")],
    ),
    "a quote that closes some rows later, and the rows between": Dirty(
        HEADER + row(ANNA) + f'{BEN},"Ben,term\n' + row(CARA) + f'{DORA},Dora",term\n' + BAD,
        (3, 1, 2, 0), [(3, ""), (6, "customer_id")],
    ),
    "two columns that both are the customer": Dirty(
        f"customer_id,Customer ID,account_name\n{ANNA},{BEN},Anna\n{CARA},{CARA},Cara\n{DORA},,Dora\n,{BEN},Ben\n",
        (4, 3, 1, 0), [(2, "customer_id")], ["Cara", "Dora", "Ben"],
    ),
    "two columns that both are the name": Dirty(
        f"name,customer_id,Account Name\nAnna,{ANNA},Anne\nBen,{BEN},Ben\n", (2, 1, 1, 0), [(2, "account_name")], ["Ben"],
    ),
    "a first line that tells Excel the delimiter": Dirty("sep=,\n" + HEADER + row(ANNA) + BAD, (2, 1, 1, 0), [(4, "customer_id")]),
    "a line of delimiters is a row": Dirty(
        HEADER + ",,\n" + row(ANNA), (2, 1, 1, 0), [(2, "account_name"), (2, "customer_id")],
    ),
    "a line of tabs is a row where tabs delimit, quotes or not": Dirty(
        (HEADER + row(ANNA, '"Anna"') + ",,\n").replace(",", "\t"), (2, 1, 1, 0), [(3, "account_name"), (3, "customer_id")],
    ),
    "a line of tabs is a row where tabs delimit, ragged rows or not": Dirty(
        (HEADER + row(ANNA) + row(BEN, "Ben,Co") + ",,\n").replace(",", "\t"),
        (3, 1, 2, 0), [(3, ""), (4, "account_name"), (4, "customer_id")],
    ),
    "a header over two lines": Dirty(
        '"customer\nid","account\r\nname"\n' + f"{ANNA},Anna\nnobody,x\n", (2, 1, 1, 0), [(5, "customer_id")],
    ),
    "a header with blanks that cannot be seen": Dirty(
        "customer\u00a0id,account\u200bname\n" + f"{ANNA},Anna\nnobody,x\n", (2, 1, 1, 0), [(3, "customer_id")],
    ),
    "a header and nothing else": Dirty(HEADER.strip(), (0, 0, 0, 0)),
    "a header and empty lines": Dirty("\n" + HEADER + "\n \n\n", (0, 0, 0, 0)),
    "a last row without a line end that is too short": Dirty(
        HEADER + row(ANNA) + f"{BEN},Be", (2, 1, 1, 0), [(3, "")],
    ),
    "the mark of the end that DOS wrote": Dirty(HEADER + row(ANNA) + "\x1a", (2, 1, 1, 0), [(3, "")]),
    "an empty character inside a name": Dirty(HEADER + row(ANNA, "An\0na") + BAD, (2, 1, 1, 0), [(3, "customer_id")], ["An\0na"]),
    "a name of a million letters": Dirty(HEADER + row(ANNA, "x" * 10**6) + BAD, (2, 1, 1, 0), [(3, "customer_id")]),
    "a character that stands for none": Dirty(
        HEADER + row(ANNA, '"\ue000 \ue001 \ufffd \U000f0000"') + BAD, (2, 1, 1, 0), [(3, "customer_id")], ["\ue000 \ue001 \ufffd \U000f0000"],
    ),
    "ids in any case, with the prefix, and with blanks": Dirty(
        HEADER + row(ANNA) + row(f" urn:uuid:{ANNA.upper()} ") + row(f"URN:UUID:{ANNA}", "Anne"),
        (3, 1, 1, 1), [(4, "customer_id")],
    ),
    "refused rows are no duplicates of each other": Dirty(HEADER + BAD + BAD, (2, 0, 2, 0), [(2, "customer_id"), (3, "customer_id")]),
    "a refused row is no conflict for a good one": Dirty(
        HEADER + row(ANNA, billing="monthly") + row(ANNA) + row(ANNA, "Anne"), (3, 1, 2, 0), [(2, "billing_type"), (4, "customer_id")],
    ),
    "the same, another, and the same again": Dirty(
        HEADER + row(ANNA) + row(ANNA, "Anne") + row(ANNA) + row(ANNA, "Anne"), (4, 1, 2, 1), [(3, "customer_id"), (5, "customer_id")],
    ),
    "defects far down, among names of several lines": Dirty(
        HEADER + "".join(row(f"00000000-0000-4000-9000-{n:012}", f'"Two\nlines, {n}"') for n in range(LATE)) + BAD + "\n" + row(ANNA, "x,y") + row(ANNA),
        (LATE + 3, LATE + 1, 2, 0), [(2 * LATE + 2, "customer_id"), (2 * LATE + 4, "")],
    ),
    "defects far down, without a quote": Dirty(
        HEADER + "".join(row(f"00000000-0000-4000-9000-{n:012}") for n in range(LATE)) + BAD + "\n" + row(ANNA, "x,y") + row(ANNA),
        (LATE + 3, LATE + 1, 2, 0), [(LATE + 2, "customer_id"), (LATE + 4, "")],
    ),
}  # fmt: skip


@pytest.mark.sampled(10)
@pytest.mark.promise("accounting")
@pytest.mark.parametrize("dirty", FILES.values(), ids=FILES)
def test_a_dirty_file_is_accounted_for(dirty: Dirty, tmp_path: Path) -> None:
    portfolio, loaded = load(tmp_path, dirty.name, dirty.content)
    assert counts(loaded) == dirty.counts
    assert refusals(loaded) == dirty.refused
    text = dirty.content if isinstance(dirty.content, str) else dirty.content.decode()
    text = text.removeprefix("sep=,\n")
    assert loaded.rows_read == records_in(text, "\t" if "\t" in text.split("\n")[0] else ",")
    if dirty.names is not None:
        assert accepted_names(portfolio) == dirty.names


PAGE_ITEM = {"id": ANNA, "name": "Anna", "billingType": "term"}


def item(customer: str, **fields: object) -> dict[str, object]:
    return PAGE_ITEM | {"id": customer} | fields


def page(*items: object) -> dict[str, object]:
    return {"items": list(items), "pages": {"current": 1, "size": 50}}


LICENSE = {"id": "L1", "product": {"code": "CIXA"}, "type": "term", "startDate": "2026-01-01"}
ERROR = {"error": "Forbidden", "message": "access denied", "correlationId": "1"}


def answer(customer: str, *licenses: object) -> dict[str, object]:
    return {"tenant": {"id": customer}, "licenses": list(licenses)}


def lines(*documents: object, end: str = "\n") -> str:
    return end.join(map(json.dumps, documents)) + end


JSON_FILES = {
    "a page with what is no item": Dirty(
        json.dumps(page(item(ANNA), None, "x", 3, [], item("nobody"), {})), (7, 1, 6, 0),
        [(2, ""), (3, ""), (4, ""), (5, ""), (6, "customer_id"), (7, "account_name"), (7, "customer_id")],
    ),
    "pages whose items are counted on": Dirty(
        json.dumps([page(item(ANNA), item("nobody")), page(), page(item(BEN), item(ANNA), item(ANNA, name="Anne"))]),
        (5, 2, 2, 1), [(2, "customer_id"), (5, "customer_id")],
    ),
    "one item a line, empty lines between": Dirty(
        "\n" + lines(item(ANNA), item("nobody")) + "\n  \n" + lines(item(BEN)), (3, 2, 1, 0), [(2, "customer_id")],
    ),
    "one item a line, as Windows ends them, and a last line without an end": Dirty(
        lines(item(ANNA), item("nobody"), item(BEN), end="\r\n").strip(), (3, 2, 1, 0), [(2, "customer_id")],
    ),
    "a page a line": Dirty(
        lines(page(item(ANNA), item("nobody")), page(item(BEN))), (3, 2, 1, 0), [(2, "customer_id")],
    ),
    "a byte order mark": Dirty(json.dumps(page(item(ANNA))).encode("utf-8-sig"), (1, 1, 0, 0)),
    "UTF-16 with a mark": Dirty(json.dumps(page(item(ANNA, name="Ünal")), ensure_ascii=False).encode("utf-16"), (1, 1, 0, 0), names=["Ünal"]),
    "UTF-16 without a mark": Dirty(json.dumps([item(ANNA)]).encode("utf-16-be"), (1, 1, 0, 0)),
    "separators that only Unicode knows do not end a line": Dirty(
        (json.dumps(item(ANNA, name="A\u2028B\x85C"), ensure_ascii=False) + "\n" + json.dumps(item("nobody"))).encode(),
        (2, 1, 1, 0), [(2, "customer_id")], ["A\u2028B\x85C"],
    ),
    "null, blank and missing are the same": Dirty(
        json.dumps([item(ANNA, showAs=None), item(ANNA, showAs=" "), item(ANNA), item(ANNA, showAs="NULL")]), (4, 1, 0, 3),
    ),
    "unknown fields of any shape": Dirty(
        json.dumps([item(ANNA, odd=True), item(BEN, odd=["x"]), item(CARA, odd=[["x"]]), item(DORA, odd={"a": [{"b": None}]})]), (4, 4, 0, 0),
    ),
    "known fields of odd shapes": Dirty(
        json.dumps([item(ANNA, products=[{"code": "X"}], contact=None), item(BEN, products=[["a"]], contact=["x"]), item(CARA, products=True, contact="x")]),
        (3, 3, 0, 0),
    ),
    "license answers, an empty one and an error answer between": Dirty(
        lines(answer(ANNA, LICENSE, LICENSE | {"quantity": -1, "id": "L2"}), answer(BEN), ERROR, answer(CARA, LICENSE, LICENSE)),
        (5, 2, 2, 1), [(2, "quantity"), (3, "")], name="licenses.jsonl",
    ),
    "license answers of which one names no list": Dirty(
        json.dumps([answer(ANNA, LICENSE), {"tenant": {"id": BEN}, "licenses": None}]), (2, 1, 1, 0), [(2, "")], name="licenses.json",
    ),
    "a license answer that names no list, alone": Dirty(
        json.dumps({"tenant": {"id": ANNA}, "licenses": None}), (1, 0, 1, 0), [(1, "")], name="licenses.json",
    ),
    "a page that announces more than a number holds": Dirty(
        json.dumps({"items": [item(ANNA)], "pages": {"items": 10**30, "total": 10**30, "size": 10**30}}), (1, 1, 0, 0),
    ),
    "half a character where no customer is": Dirty(
        json.dumps([item(ANNA), {"error": "\ud800"}]), (2, 1, 1, 0), [(2, "")],
    ),
}  # fmt: skip


@pytest.mark.sampled(3)
@pytest.mark.promise("accounting")
@pytest.mark.parametrize("dirty", JSON_FILES.values(), ids=JSON_FILES)
def test_a_dirty_answer_is_accounted_for_item_by_item(dirty: Dirty, tmp_path: Path) -> None:
    portfolio, loaded = load(tmp_path, dirty.name.replace(".csv", ".json"), dirty.content)
    assert counts(loaded) == dirty.counts
    assert refusals(loaded) == dirty.refused
    if dirty.names is not None:
        assert accepted_names(portfolio) == dirty.names


def workbook(rows: list[list[Any]], *, first_row: int = 0, first_column: int = 0) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("Customers")
        for number, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, tuple):
                    sheet.write_formula(first_row + number, first_column + column, cell[0], None, cell[1])
                else:
                    sheet.write(first_row + number, first_column + column, cell)
    return content.getvalue()


SHEET_HEADER = ["Customer ID", "Account Name", "Billing Type"]
SHEETS = {
    "empty rows, a row too short, a bad word": (
        workbook([SHEET_HEADER, [ANNA, "Anna", "term"], [], [BEN], [None, " "], [BEN, "Ben", "monthly"]]),
        (3, 1, 2, 0), [(4, "account_name"), (6, "billing_type")],
    ),
    "a sheet that begins further down and to the right": (
        workbook([SHEET_HEADER, [ANNA, "Anna", "term"], ["nobody", "x", "term"]], first_row=4, first_column=2),
        (2, 1, 1, 0), [(7, "customer_id")],
    ),
    "the same row twice, and its key again": (
        workbook([SHEET_HEADER, [ANNA, "Anna", "term"], [ANNA, "Anna ", "TERM"], [ANNA, "Anne", "term"]]),
        (3, 1, 1, 1), [(4, "customer_id")],
    ),
    "a cell beyond the header": (
        workbook([SHEET_HEADER, [ANNA, "Anna", "term", "and more"], [BEN, "Ben", "term"]]), (2, 1, 1, 0), [(2, "")],
    ),
    "a formula that found no value, in a sheet that begins to the right": (
        workbook([SHEET_HEADER, [ANNA, "Anna", ("=NA()", "#N/A")], [("=NA()", "#N/A"), "Ben", "term"]], first_column=1),
        (2, 0, 2, 0), [(2, "billing_type"), (3, "customer_id")],
    ),
    "a formula that found no value": (
        workbook([SHEET_HEADER, [ANNA, "Anna", ("=NA()", "#N/A")], [BEN, ("=A1", "Ben"), "term"]]), (2, 1, 1, 0), [(2, "billing_type")],
    ),
}  # fmt: skip


@pytest.mark.sampled(2)
@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_a_dirty_workbook_is_accounted_for(
    sheet: tuple[bytes, tuple[int, int, int, int], list[tuple[int, str]]], tmp_path: Path
) -> None:
    content, expected, refused = sheet
    _, loaded = load(tmp_path, "customers.xlsx", content)
    assert counts(loaded) == expected
    assert refusals(loaded) == refused


def damaged(content: bytes) -> bytes:
    """A workbook whose list of parts has another checksum for the book than the book has."""
    at = content.rindex(b"xl/workbook.xml") - 46 + 16
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


REFUSED = {
    "a workbook with a damaged part": (damaged(workbook([SHEET_HEADER, [ANNA, "Anna", "term"]])), "cannot be read as a workbook"),
    "a quote in the middle of a quoted name": (HEADER + row(ANNA, '"ACME "Best" GmbH"') + row(BEN), "line 2"),
    "a quote that is never closed": (HEADER + row(ANNA) + row(BEN, '"Ben') + row(CARA), "line 3"),
    "a carriage return outside quotes": (HEADER + row(ANNA) + row(BEN, "B\ren"), "line 3"),
    "no header": (row(ANNA) + row(BEN), "not an export that is known"),
    "only quotes": ('""\n""\n', "is empty"),
    "only a typed line": ("#TYPE System.Data.DataRow\r\n", "is empty"),
    "UTF-16 cut in the middle of a letter": ((HEADER + row(ANNA)).encode("utf-16")[:-1], "not text"),
    "JSON cut off": (json.dumps([item(ANNA)], indent=1)[:-9], "past line"),
    "JSON lines of which the last is cut off": (lines(item(ANNA), item(BEN))[:-9], "past line 2"),
    "an error answer of several lines": (json.dumps({"error": "Forbidden", "message": "one\ntwo"}), "Forbidden"),
    "half a character in a name": (json.dumps([item(ANNA, name="\ud800")]), "an incomplete character"),
    "half a character for a customer": (json.dumps(answer("\ud800")), ""),
    "brackets without an end": ("[" * 100_000, "nested too deeply"),
    "a page that says what it is not": (json.dumps({"items": None}), "not an export that is known"),
}  # fmt: skip


@pytest.mark.promise("refused")
@pytest.mark.parametrize(("content", "said"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_read_is_refused_whole_in_one_sentence(
    content: str | bytes, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ExportError) as error:
        load(tmp_path, "export.csv", content)
    assert said in error.value.message
    assert re.fullmatch(r"[^\r\n]+\.", error.value.message)
    assert error.value.hint
    assert not (tmp_path / "partner.duckdb").exists()


def spoilt(text: str) -> bytes:
    """A text in UTF-8 to which another program has added a row in Windows-1252."""
    return text.encode() + row(CARA, "Søn").encode("cp1252")


@pytest.mark.parametrize(
    "content",
    [spoilt(HEADER + row(ANNA, "Müller")), (HEADER + row(ANNA, "Müller") + f"{BEN},Ü").encode()[:-1]],
    ids=["a row in another encoding", "a file cut inside a letter"],
)
def test_names_are_never_spoilt_in_silence(content: bytes, tmp_path: Path) -> None:
    try:
        portfolio, loaded = load(tmp_path, "customers.csv", content)
    except ExportError:
        return
    assert "MÃ¼ller" not in accepted_names(portfolio) or loaded.warnings


def test_a_file_in_utf_32_is_read(tmp_path: Path) -> None:
    portfolio, loaded = load(tmp_path, "customers.csv", (HEADER + row(ANNA, "Ünal") + BAD).encode("utf-32"))
    assert (counts(loaded), refusals(loaded)) == ((2, 1, 1, 0), [(3, "customer_id")])
    assert accepted_names(portfolio) == ["Ünal"]


@pytest.mark.parametrize("name", [b"caf\xe9.csv", b"a\nb.csv", b"a'b\";.csv", b"%s {} $x.csv", "🦊.csv".encode()])
def test_a_file_of_any_name_is_loaded(name: bytes, tmp_path: Path) -> None:
    _, loaded = load(tmp_path, os.fsdecode(name), HEADER + row(ANNA) + BAD)
    assert counts(loaded) == (2, 1, 1, 0)


@pytest.mark.parametrize("day", ["13/05/2026 junk", "13/05/2026Tea", "13.05.2026 25:00", "13/05/2026, 1"])
def test_a_day_with_anything_but_a_time_behind_it_is_no_day(day: str, tmp_path: Path) -> None:
    text = (
        "license_id,customer_id,product_code,license_type,start_date\n"
        + f'L1,{ANNA},CIXA,term,"{day}"\nL2,{ANNA},CIXA,term,14/05/2026\n'
    )
    _, loaded = load(tmp_path, "licenses.csv", text)
    assert (counts(loaded), refusals(loaded)) == ((2, 1, 1, 0), [(2, "start_date")])


def test_an_id_that_is_only_its_prefix_is_missing(tmp_path: Path) -> None:
    text = f"license_id,customer_id,product_code,license_type,start_date\nurn:uuid:,{ANNA},CIXA,term,2026-01-01\n"
    _, loaded = load(tmp_path, "licenses.csv", text)
    assert (counts(loaded), refusals(loaded)) == ((1, 0, 1, 0), [(2, "license_id")])
