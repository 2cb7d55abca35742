"""What is no file on disk is refused at once, and what is accounted for is what the ledger keeps the hash of."""

from __future__ import annotations

import hashlib
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from partner_analytics import ExportError, Portfolio
from partner_analytics.loaders import csv_table, source
from tests.support.terminal import typed

DAY = "2026-11-02"
ANNA, BEN, CARA = (f"00000000-0000-4000-8000-{n:012}" for n in (1, 2, 3))
HEADER = "customer_id,account_name\n"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="has other special files")


@pytest.fixture
def special(tmp_path: Path) -> Iterator[Path]:
    """A folder with one of everything that can be opened, and is no file on disk."""
    os.mkfifo(tmp_path / "a_pipe.csv")
    (tmp_path / "a_link.csv").symlink_to("/dev/zero")
    (tmp_path / "a_folder.csv").mkdir()
    with socket.socket(socket.AF_UNIX) as bound:
        # The path of a socket may have a hundred characters, and no more.
        before = Path.cwd()
        os.chdir(tmp_path)
        bound.bind("a_socket.csv")
        os.chdir(before)
        yield tmp_path


@pytest.mark.promise("refused")
@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("/dev/zero", "is a device"),
        ("/dev/stdin", "is a"),
        ("a_link.csv", "is a device"),
        ("a_pipe.csv", "is a pipe"),
        ("a_socket.csv", "is a socket"),
        ("a_folder.csv", "is a folder"),
    ],
)
def test_what_is_no_file_on_disk_is_refused_at_once_in_a_sentence(name: str, what: str, special: Path) -> None:
    began = time.monotonic()
    done = typed(special, "load", name, "--db", "partner.duckdb", f"--snapshot-date={DAY}")
    assert done.returncode == 10
    assert f"Error: {name} {what}" in done.stderr
    assert "Traceback" not in done.stderr
    assert time.monotonic() - began < 20
    assert not (special / "partner.duckdb").exists()


def test_a_pipe_among_good_files_does_not_stop_them(special: Path) -> None:
    (special / "customers.csv").write_text(f"{HEADER}{ANNA},Anna\n", "utf-8")
    failed: list[Exception] = []
    portfolio = Portfolio(special / "partner.duckdb")
    loaded = portfolio.load(special / "a_pipe.csv", special / "customers.csv", snapshot_date=DAY, failed=failed.append)
    assert [one.accepted for one in loaded] == [1]
    assert len(failed) == 1


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_header_over_a_megabyte_is_refused_and_never_taken_for_two_records(delimiter: str, tmp_path: Path) -> None:
    header = delimiter.join(["customer_id", "account_name", "x" * (csv_table.LONGEST_RECORD + 10)])
    (tmp_path / "wide.csv").write_text(f"{header}\n{delimiter.join([ANNA, 'Anna', 'x'])}\n", "utf-8")
    with pytest.raises(ExportError, match=r"has no header in its first 1,048,576 characters"):
        Portfolio(tmp_path / "partner.duckdb").load(tmp_path / "wide.csv", snapshot_date=DAY)


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_row_over_a_megabyte_is_one_refused_row_with_a_reason(quote: str, tmp_path: Path) -> None:
    long = f"{quote}{'x' * csv_table.LONGEST_RECORD}{quote}"
    (tmp_path / "long.csv").write_text(f"{HEADER}{ANNA},Anna\n{BEN},{long}\n{CARA},Cara\n", "utf-8")
    (loaded,) = Portfolio(tmp_path / "partner.duckdb").load(tmp_path / "long.csv", snapshot_date=DAY)
    assert (loaded.rows_read, loaded.accepted, loaded.quarantined) == (3, 2, 1)
    assert loaded.refused.select("line", "column_name", "reason").rows() == [
        (3, "", "is longer than 1,048,576 bytes; expected a row of an export")
    ]


@pytest.mark.sampled(0)
@pytest.mark.parametrize("rows", [3, 3000])
def test_an_edit_while_a_file_is_read_is_noticed_although_its_size_and_time_stay(rows: int, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    content = HEADER + "".join(f"00000000-0000-4000-8000-{n:012},Anna {n}\n" for n in range(rows))
    file.write_text(content, "utf-8")
    changed = file.stat().st_mtime_ns

    def edit(_: int) -> None:
        file.write_text(content.replace("Anna", "Evil"), "utf-8")
        os.utime(file, ns=(changed, changed))

    portfolio = Portfolio(tmp_path / "partner.duckdb")
    with patch.object(source, "BLOCK", 1000):
        if rows > 3:
            with pytest.raises(ExportError, match=r"customers\.csv was changed while it was read"):
                portfolio.load(file, snapshot_date=DAY, progress=edit)
            assert not portfolio.db.exists()
            return
        portfolio.load(file, snapshot_date=DAY, progress=edit)
    names = portfolio.sql("select account_name from customers order by line", as_of=DAY)["account_name"]
    assert names.to_list() == ["Anna 0", "Anna 1", "Anna 2"]
    kept = portfolio.sql("select sha256 from loads", as_of=DAY).item()
    assert kept == hashlib.sha256(content.encode()).hexdigest(), "the rows are not those that the hash is of"


@pytest.mark.sampled(1)
@pytest.mark.parametrize(
    ("content", "line"),
    [
        ((HEADER + f"{ANNA},Anna\n{BEN},Müller\n").encode("cp1252"), 3),
        ((HEADER + f"{ANNA},Ünal\n").encode() + f"{BEN},Søn\n".encode("cp1252"), 3),
    ],
    ids=["all of it", "a row of it"],
)
@pytest.mark.parametrize("block", [source.BLOCK, 50])
def test_bytes_that_are_no_utf_8_and_were_read_as_windows_1252_are_said_on_load(
    content: bytes, line: int, block: int, tmp_path: Path
) -> None:
    (tmp_path / "customers.csv").write_bytes(content)
    with patch.object(source, "BLOCK", block):
        done = typed(tmp_path, "load", "customers.csv", "--db", "partner.duckdb", f"--snapshot-date={DAY}")
        explained = typed(tmp_path, "explain", "customers.csv").stdout
    said = f"bytes that are no UTF-8 were read as Windows-1252, the first of them in line {line}: see whether the names"
    assert done.returncode == 0
    assert f"customers.csv: {said}" in done.stderr
    assert said in explained


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_nothing_is_said_of_a_text_that_is_read_as_it_was_written(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_bytes((HEADER + f"{ANNA},Ünal\n").encode(encoding))
    done = typed(tmp_path, "load", "customers.csv", "--db", "partner.duckdb", f"--snapshot-date={DAY}")
    assert "Windows-1252" not in done.stderr
