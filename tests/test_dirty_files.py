"""Whatever a dirty export holds, each of its rows is accepted, refused with its line and column, or a duplicate."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from dirty_files import ANNA, BEN, CARA, DORA, ENCODINGS, LINE_ENDS, Writing, every_pair, every_writing, records_in
from partner_analytics import ExportError, Portfolio
from partner_analytics.store import Accounting


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
    return portfolio.sql("select account_name from customers order by line", as_of="2026-11-02")["account_name"].to_list()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", LINE_ENDS, ids=["LF", "CRLF", "CR"])
def test_in_every_writing_the_same_rows_are_found_on_their_own_lines(encoding: str, end: str, tmp_path: Path) -> None:
    for writing in every_writing(encoding):
        if writing.end != end:
            continue
        file = tmp_path / "customers.csv"
        file.write_bytes(writing.content)
        assert records_in(writing.text, writing.delimiter) == len(writing.rows), "as the standard library counts"
        said = Portfolio(tmp_path / "partner.duckdb").explain(file)
        would_be_refused = re.findall(r"^  line (\d+): (?:the row|(\w+))", said.partition("would be refused:\n")[2], re.MULTILINE)
        # What two rows with one key are to each other is seen on load.
        alone = [(line, column) for line, row in writing.rows for column in row.columns if row.cells[1] != "Somebody else"]
        assert [(int(line), column) for line, column in would_be_refused] == alone, writing
        assert f"rows: {len(writing.rows)}, of which {len({line for line, _ in alone})} would be refused" in said, writing


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
    "lines of blanks of any sort are no rows": Dirty(
        HEADER + " \n\t\n" + row(ANNA) + "\u00a0\n\u2003 \n\n" + BAD, (2, 1, 1, 0), [(8, "customer_id")],
    ),
    "a line of delimiters is a row": Dirty(
        HEADER + ",,\n" + row(ANNA), (2, 1, 1, 0), [(2, "account_name"), (2, "customer_id")],
    ),
    "a line of tabs is a row where tabs delimit, quotes or not": Dirty(
        (HEADER + row(ANNA, '"Anna"') + ",,\n").replace(",", "\t"), (2, 1, 1, 0), [(3, "account_name"), (3, "customer_id")],
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


@pytest.mark.parametrize("dirty", FILES.values(), ids=FILES)
def test_a_dirty_file_is_accounted_for(dirty: Dirty, tmp_path: Path) -> None:
    portfolio, loaded = load(tmp_path, dirty.name, dirty.content)
    assert counts(loaded) == dirty.counts
    assert refusals(loaded) == dirty.refused
    text = dirty.content if isinstance(dirty.content, str) else dirty.content.decode()
    assert loaded.rows_read == records_in(text, "\t" if "\t" in text.split("\n")[0] else ",")
    if dirty.names is not None:
        assert accepted_names(portfolio) == dirty.names
